const EMPTY = Buffer.alloc(0)
const LONGEST_HEADER = 5

interface Header {
  readonly length: number
  /** Bytes that follow it. */
  readonly rest: number
}

/**
 * Lets through what a broker sends but for packets that are too long: before anybody gathers them, and whatever the broker was
 * asked to spare us. All begin with their length (MQTT 3.1.1, section 2.2).
 */
export class PacketGuard {
  /** Of a header that has come in part. */
  private begun = EMPTY
  /** Of the packet that is passing by. */
  private left = 0
  private isDropping = false

  constructor(
    private readonly longest_bytes: number,
    private readonly onDropped: () => void,
  ) {}

  /** What may go on of what has come. */
  filter(received: Buffer): Buffer {
    const chunk = this.begun.length > 0 ? Buffer.concat([this.begun, received]) : received
    this.begun = EMPTY
    const parts: Buffer[] = []
    let [from, at] = [0, 0]
    while (at < chunk.length) {
      if (this.left === 0) {
        const header = headerAt(chunk, at)
        if (!header) {
          this.begun = Buffer.from(chunk.subarray(at))
          break
        }
        this.begin(header)
        if (this.isDropping) parts.push(chunk.subarray(from, at))
      }
      const passing = Math.min(this.left, chunk.length - at)
      at += passing
      this.left -= passing
      if (this.isDropping) from = at
    }
    parts.push(chunk.subarray(from, at))
    return parts.length === 1 ? (parts[0] ?? EMPTY) : Buffer.concat(parts)
  }

  private begin({ length, rest }: Header): void {
    this.left = length + rest
    this.isDropping = rest > this.longest_bytes
    if (this.isDropping) this.onDropped()
  }
}

/** Undefined: there is more to come of it. */
function headerAt(chunk: Buffer, at: number): Header | undefined {
  let rest = 0
  for (let length = 1; length < LONGEST_HEADER; length++) {
    const byte = chunk[at + length]
    if (byte === undefined) return undefined
    rest += (byte & 0x7f) * 128 ** (length - 1)
    if (byte < 0x80) return { length: length + 1, rest }
  }
  // No length ends like this; whoever reads packets will say so.
  return { length: LONGEST_HEADER, rest: 0 }
}
