import { MonitorError } from '../../../domain/errors'
import { MAXIMUM_REPLY_BYTES } from './frame-reader'
import { GrowingBuffer } from './growing-buffer'
import { HttpChunks } from './http-chunks'
import { MAXIMUM_HEAD_BYTES, readHead, type HttpHead } from './http-head'

const MAXIMUM_BYTES = MAXIMUM_HEAD_BYTES + MAXIMUM_REPLY_BYTES

export interface HttpReply {
  readonly status: number
  /** Valid until the callback returns. */
  readonly body: Buffer
  /** The values of `Set-Cookie`, as received, joined by `;`. */
  readonly cookies: string
  /** Whether the connection can carry another request. */
  readonly keep: boolean
}

/** Puts one HTTP reply together from what the connection delivers. */
export class HttpReader {
  private readonly kept = new GrowingBuffer()
  private head: HttpHead | undefined
  private chunks: HttpChunks | undefined

  /** True where a reply has begun and not ended. */
  get begun(): boolean {
    return this.kept.length > 0
  }

  /**
   * The reply once it is complete, before that undefined. `chunk[0, length)` may be changed, and the body may lie in it.
   * @throws MonitorError `REPLY_INVALID`, `REPLY_TOO_LARGE`
   */
  push(chunk: Buffer, length: number): HttpReply | undefined {
    const { kept } = this
    const searched = kept.length
    if (searched + length > MAXIMUM_BYTES) throw tooLarge()
    if (searched > 0) kept.add(chunk, length)
    const reply = searched > 0 ? this.take(kept.bytes, kept.length, searched) : this.take(chunk, length, 0)
    if (reply) this.reset()
    else if (searched === 0) kept.add(chunk, length)
    return reply
  }

  /** The device has closed the connection: the reply, where it was to end thus. */
  end(): HttpReply | undefined {
    const { head, kept } = this
    if (!head || head.chunked || head.length !== undefined) return undefined
    const reply = replyOf(head, kept.bytes, kept.length, false)
    this.reset()
    return reply
  }

  reset(): void {
    this.kept.clear()
    this.head = undefined
    this.chunks = undefined
  }

  private take(bytes: Buffer, end: number, searched: number): HttpReply | undefined {
    const head = (this.head ??= readHead(bytes, end, searched))
    if (!head) return undefined
    if (head.chunked) {
      const chunks = (this.chunks ??= new HttpChunks(head.end))
      return chunks.read(bytes, end) ? replyOf(head, bytes, chunks.end, chunks.rest === end) : undefined
    }
    if (head.length === undefined) {
      if (end - head.end > MAXIMUM_REPLY_BYTES) throw tooLarge()
      return undefined
    }
    const behind = head.end + head.length
    return behind > end ? undefined : replyOf(head, bytes, behind, behind === end)
  }
}

/** What follows a reply unasked makes the rest of the connection doubtful, not the reply. */
function replyOf(head: HttpHead, bytes: Buffer, end: number, isLast: boolean): HttpReply {
  const { status, cookies, keep } = head
  return { status, cookies, body: bytes.subarray(head.end, end), keep: keep && isLast }
}

function tooLarge(): MonitorError {
  return new MonitorError('REPLY_TOO_LARGE', `a reply of more than ${MAXIMUM_REPLY_BYTES} bytes`)
}
