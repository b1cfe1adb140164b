import { MonitorError } from '../../../domain/errors'
import { GrowingBuffer } from './growing-buffer'
import { decrypt } from './xor-codec'

const PREFIX_BYTES = 4
/** The largest reply known, all modules together, has 4 KB. */
export const MAXIMUM_REPLY_BYTES = 256 * 1024

/** Puts one reply together from what TCP delivers. Memory follows what has arrived, never what the prefix promises. */
export class FrameReader {
  private readonly kept = new GrowingBuffer()

  /** True where a reply has begun and not ended. */
  get begun(): boolean {
    return this.kept.length > 0
  }

  /**
   * The text of the reply once it is complete, before that undefined. `chunk[0, length)` may be reused afterwards.
   * @throws MonitorError `REPLY_TOO_LARGE`, or `REPLY_INVALID` where more follows than the prefix announced
   */
  push(chunk: Buffer, length: number): string | undefined {
    const { kept } = this
    if (kept.length === 0 && length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + checkedLength(chunk)
      if (end === length) return decrypt(chunk, PREFIX_BYTES, length)
    }
    kept.add(chunk, length)
    if (kept.length < PREFIX_BYTES) return undefined
    const end = PREFIX_BYTES + checkedLength(kept.bytes)
    if (kept.length < end) return undefined
    if (kept.length > end) throw new MonitorError('REPLY_INVALID', 'more bytes than the reply announced')
    const reply = decrypt(kept.bytes, PREFIX_BYTES, end)
    this.reset()
    return reply
  }

  reset(): void {
    this.kept.clear()
  }
}

function checkedLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0)
  if (length <= MAXIMUM_REPLY_BYTES) return length
  throw new MonitorError('REPLY_TOO_LARGE', `a reply of ${length} bytes; at most ${MAXIMUM_REPLY_BYTES} are read`)
}
