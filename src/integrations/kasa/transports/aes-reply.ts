import { MonitorError, type ErrorCode } from '../../../domain/errors'
import { numberOf, objectOf, textOf, type JsonObject } from '../json'
import type { AesCipher } from './aes-codec'
import type { HttpReply } from './http-connection'

/** What a reply asks for: a new session, another login, another protocol; `failed` is for whoever asked to understand. */
export type Verdict = 'done' | 'renew' | 'refused' | 'moved' | 'failed'

const SESSION_OVER = 9999

/** As python-kasa's threads and tapo-rs tell; what is in no list concerns the request and not the session. */
const VERDICTS: ReadonlyMap<number, Verdict> = new Map([
  [0, 'done'],
  // The session is over, was never understood (-1005, 1100), or the device was too busy to keep it.
  ...[SESSION_OVER, 1112, 1002, 1100, -1001, -1005, -40401, -40413].map((code) => [code, 'renew'] as const),
  ...[-1501, 1111, -40412].map((code) => [code, 'refused'] as const),
  // The firmware speaks KLAP now.
  [1003, 'moved'],
])

const OK = 200
const FORBIDDEN = 403
const NOT_FOUND = 404
/** A reply that is nothing but an error is shorter. */
const ERROR_LENGTH = 200
const WRAPPED_KEY_LENGTH = 1024
const TOKEN_LENGTH = 1024

export interface AesReply {
  readonly verdict: Verdict
  /** Of the device, or the status of HTTP. */
  readonly code: number
}

/** Of the session that a handshake begins. */
export interface HandshakeReply extends AesReply {
  /** The session key, encrypted. */
  readonly wrapped: Buffer
  readonly cookies: string
}

/** @throws MonitorError `REPLY_INVALID` */
export function readHandshake(reply: HttpReply): HandshakeReply {
  const { verdict, code, result } = readReply(reply, 'REPLY_INVALID')
  const wrapped = Buffer.from(textOf(result?.key, WRAPPED_KEY_LENGTH) ?? '', 'base64')
  return { verdict, code, wrapped, cookies: reply.cookies }
}

/**
 * The token that the login gives. It never gets into an error, nor does what stands beside it.
 * @throws MonitorError `REPLY_INVALID`
 */
export function readLogin(reply: HttpReply, cipher: AesCipher): AesReply & { readonly token: string } {
  const outer = readReply(reply, 'REPLY_INVALID')
  if (outer.verdict !== 'done') return { ...outer, token: '' }
  const inner = parse(cipher.open(responseIn(outer)))
  const code = numberOf(inner?.error_code)
  const token = textOf(objectOf(inner?.result)?.token, TOKEN_LENGTH)
  if (code === undefined || (code === 0 && token === undefined)) {
    throw new MonitorError('REPLY_INVALID', 'the device answers the login with neither a token nor an error')
  }
  return { ...judged(code), token: token ?? '' }
}

/**
 * The decrypted text, or an error that the device sent in place of it.
 * @throws MonitorError `QUERY_TOO_LARGE` for a page; `REPLY_INVALID` for what else is no reply
 */
export function readPassthrough(reply: HttpReply, cipher: AesCipher): AesReply & { readonly text: string } {
  const outer = readReply(reply, 'QUERY_TOO_LARGE')
  if (outer.verdict !== 'done') return { ...outer, text: `{"error_code":${outer.code}}` }
  const text = cipher.open(responseIn(outer))
  const isOver = text.length <= ERROR_LENGTH && numberOf(parse(text)?.error_code) === SESSION_OVER
  return { ...judged(isOver ? SESSION_OVER : 0), text }
}

interface OuterReply extends AesReply {
  readonly result: JsonObject | undefined
}

function readReply({ status, body }: HttpReply, onPage: ErrorCode): OuterReply {
  const text = body.toString('utf8')
  if (status === FORBIDDEN) return { verdict: 'renew', code: status, result: undefined }
  if (status === NOT_FOUND) return { verdict: 'moved', code: status, result: undefined }
  if (status !== OK) throw new MonitorError('REPLY_INVALID', `the device answers with the HTTP status ${status}`)
  if (text.trimStart().startsWith('<')) throw new MonitorError(onPage, 'the device answers with a page')
  const reply = parse(text)
  const code = numberOf(reply?.error_code)
  if (code === undefined) throw new MonitorError('REPLY_INVALID', 'the device answers with no reply')
  return { ...judged(code), result: objectOf(reply?.result) }
}

function responseIn({ result }: OuterReply): string {
  if (typeof result?.response === 'string') return result.response
  throw new MonitorError('REPLY_INVALID', 'the device answers with nothing inside')
}

function judged(code: number): AesReply {
  return { verdict: VERDICTS.get(code) ?? 'failed', code }
}

/** Without the parser's own error, which quotes what it met. */
function parse(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}
