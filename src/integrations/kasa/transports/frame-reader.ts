import { MonitorError } from '../../../domain/errors'
import { decrypt } from './xor-codec'

const PREFIX_BYTES = 4
/** The largest reply known, all modules together, has 4 KB. */
export const MAXIMUM_REPLY_BYTES = 256 * 1024
const FIRST_ALLOCATION_BYTES = 1024
const EMPTY = Buffer.alloc(0)

/** Puts one reply together from what TCP delivers. Memory follows what has arrived, never what the prefix promises. */
export class FrameReader {
  private bytes = EMPTY
  private received = 0

  /** True where a reply has begun and not ended. */
  get begun(): boolean {
    return this.received > 0
  }

  /**
   * The text of the reply once it is complete, before that undefined. `chunk[0, length)` may be reused afterwards.
   * @throws MonitorError `REPLY_TOO_LARGE`, or `REPLY_INVALID` where more follows than the prefix announced
   */
  push(chunk: Buffer, length: number): string | undefined {
    if (this.received === 0 && length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + checkedLength(chunk)
      if (end === length) return decrypt(chunk, PREFIX_BYTES, length)
    }
    this.keep(chunk, length)
    if (this.received < PREFIX_BYTES) return undefined
    const end = PREFIX_BYTES + checkedLength(this.bytes)
    if (this.received < end) return undefined
    if (this.received > end) throw new MonitorError('REPLY_INVALID', 'more bytes than the reply announced')
    const reply = decrypt(this.bytes, PREFIX_BYTES, end)
    this.reset()
    return reply
  }

  reset(): void {
    this.bytes = EMPTY
    this.received = 0
  }

  private keep(chunk: Buffer, length: number): void {
    const needed = this.received + length
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_ALLOCATION_BYTES, 2 * this.bytes.length, needed))
      this.bytes.copy(larger, 0, 0, this.received)
      this.bytes = larger
    }
    this.bytes.set(chunk.subarray(0, length), this.received)
    this.received = needed
  }
}

function checkedLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0)
  if (length <= MAXIMUM_REPLY_BYTES) return length
  throw new MonitorError('REPLY_TOO_LARGE', `a reply of ${length} bytes; at most ${MAXIMUM_REPLY_BYTES} are read`)
}
