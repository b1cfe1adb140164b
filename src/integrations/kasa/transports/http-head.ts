import { MonitorError } from '../../../domain/errors'
import { MAXIMUM_REPLY_BYTES } from './frame-reader'

/** Devices send about 150 bytes. */
export const MAXIMUM_HEAD_BYTES = 8 * 1024
const HEAD_END = '\r\n\r\n'
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/
const WHOLE_NUMBER = /^\d{1,15}$/
const PROTOCOL = Buffer.from('HTTP/1.')
const NO_CONTENT: ReadonlySet<number> = new Set([204, 304])

/** Status line and header lines, as far as they matter here. */
export interface HttpHead {
  readonly status: number
  /** Where the body begins. */
  readonly end: number
  /** Bytes of body; absent where the body is chunked or ends with the connection. */
  readonly length: number | undefined
  readonly chunked: boolean
  /** Whether the connection outlives the reply. */
  readonly keep: boolean
  readonly cookies: string
}

/**
 * The head in `bytes[0, end)`, undefined while it is incomplete. Before `searched` it is known not to end.
 * @throws MonitorError `REPLY_INVALID`, `REPLY_TOO_LARGE`
 */
export function readHead(bytes: Buffer, end: number, searched: number): HttpHead | undefined {
  const begins = Math.min(end, PROTOCOL.length)
  if (bytes.compare(PROTOCOL, 0, begins, 0, begins) !== 0) throw notHttp()
  const from = Math.max(0, searched - HEAD_END.length)
  const found = bytes.subarray(0, end).indexOf(HEAD_END, from, 'latin1')
  if ((found < 0 ? end : found) > MAXIMUM_HEAD_BYTES) {
    throw new MonitorError('REPLY_TOO_LARGE', `HTTP headers of more than ${MAXIMUM_HEAD_BYTES} bytes`)
  }
  return found < 0 ? undefined : parseHead(bytes.toString('latin1', 0, found), found + HEAD_END.length)
}

function parseHead(text: string, end: number): HttpHead {
  const lines = text.split('\r\n')
  const [, minor, digits] = STATUS_LINE.exec(lines[0] ?? '') ?? []
  const status = Number(digits)
  if (!(status >= 200)) throw notHttp()
  let length: number | undefined
  let chunked = false
  let keep = minor === '1'
  let cookies = ''
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] as string
    const colon = line.indexOf(':')
    switch (line.slice(0, colon).toLowerCase()) {
      case 'content-length':
        length = lengthOf(line.slice(colon + 1).trim(), length)
        break
      case 'transfer-encoding':
        chunked = /\bchunked\b/i.test(line)
        break
      case 'connection':
        keep = keep ? !/\bclose\b/i.test(line) : /\bkeep-alive\b/i.test(line)
        break
      case 'set-cookie':
        cookies += `${cookies && ';'}${line.slice(colon + 1).trim()}`
    }
  }
  if (chunked) length = undefined
  else if (NO_CONTENT.has(status)) length = 0
  return { status, end, length, chunked, keep: keep && (chunked || length !== undefined), cookies }
}

function lengthOf(text: string, before: number | undefined): number {
  const length = Number(text)
  if (!WHOLE_NUMBER.test(text) || (before ?? length) !== length) throw notHttp()
  if (length <= MAXIMUM_REPLY_BYTES) return length
  throw new MonitorError('REPLY_TOO_LARGE', `a reply of ${length} bytes; at most ${MAXIMUM_REPLY_BYTES} are read`)
}

function notHttp(): MonitorError {
  return new MonitorError('REPLY_INVALID', 'the reply is no HTTP')
}
