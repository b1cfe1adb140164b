const FIRST_ALLOCATION_BYTES = 1024
const EMPTY = Buffer.alloc(0)

/** Bytes as they arrive, one behind the other. Memory follows what has arrived, never what is promised. */
export class GrowingBuffer {
  /** Good up to `length`; another one after the next `add`. */
  bytes = EMPTY
  length = 0

  /** `chunk[0, length)` is copied and may be reused. */
  add(chunk: Buffer, length: number): void {
    const needed = this.length + length
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_ALLOCATION_BYTES, 2 * this.bytes.length, needed))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    this.bytes.set(chunk.subarray(0, length), this.length)
    this.length = needed
  }

  clear(): void {
    this.bytes = EMPTY
    this.length = 0
  }
}
