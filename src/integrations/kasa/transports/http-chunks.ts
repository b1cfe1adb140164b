import { MonitorError } from '../../../domain/errors'
import { MAXIMUM_REPLY_BYTES } from './frame-reader'

const CR = 0x0d
const LF = 0x0a
const MAXIMUM_LINE_BYTES = 256
const SIZE = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i

/** Takes a chunked body apart, in the bytes themselves: what is read moves together behind `start`. */
export class HttpChunks {
  /** Where the body ends so far. */
  end: number
  /** What is not yet understood begins here. */
  private place: number
  /** Bytes of the chunk at `place`, its line end not counted; undefined where a line comes next. */
  private size: number | undefined
  private isTrailer = false

  constructor(private readonly start: number) {
    this.end = start
    this.place = start
  }

  /**
   * Goes on up to `end` of `bytes`, which holds all that came before at the same places. True once the body is complete.
   * @throws MonitorError `REPLY_INVALID`, `REPLY_TOO_LARGE`
   */
  read(bytes: Buffer, end: number): boolean {
    for (;;) {
      if (this.size !== undefined) {
        if (!this.readChunk(bytes, end, this.size)) return false
      } else {
        const line = this.readLine(bytes, end)
        if (line === undefined) return false
        if (this.isTrailer && line === '') return true
        if (!this.isTrailer) this.begin(line)
      }
    }
  }

  /** Where what follows the body begins, once it is complete. */
  get rest(): number {
    return this.place
  }

  private begin(line: string): void {
    const [, digits] = SIZE.exec(line) ?? []
    if (digits === undefined) throw broken()
    const size = parseInt(digits, 16)
    if (this.end - this.start + size > MAXIMUM_REPLY_BYTES) {
      throw new MonitorError('REPLY_TOO_LARGE', `a reply of more than ${MAXIMUM_REPLY_BYTES} bytes`)
    }
    if (size === 0) this.isTrailer = true
    else this.size = size
  }

  private readChunk(bytes: Buffer, end: number, size: number): boolean {
    const behind = this.place + size
    if (behind + 2 > end) return false
    if (bytes[behind] !== CR || bytes[behind + 1] !== LF) throw broken()
    bytes.copyWithin(this.end, this.place, behind)
    this.end += size
    this.place = behind + 2
    this.size = undefined
    return true
  }

  private readLine(bytes: Buffer, end: number): string | undefined {
    const limit = Math.min(end, this.place + MAXIMUM_LINE_BYTES)
    const found = bytes.subarray(0, limit).indexOf('\r\n', this.place, 'latin1')
    if (found < 0) {
      if (limit < end) throw broken()
      return undefined
    }
    const line = bytes.toString('latin1', this.place, found)
    this.place = found + 2
    return line
  }
}

function broken(): MonitorError {
  return new MonitorError('REPLY_INVALID', 'a chunk of the HTTP reply is broken')
}
