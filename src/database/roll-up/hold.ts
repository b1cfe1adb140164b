import type { Distribution } from './distribution'

/** One field: the value that holds, and what is known of the bucket so far. */
export class Hold {
  /** Value times ms, of the bucket so far. */
  weighted = 0
  held_ms = 0
  minimum = Number.POSITIVE_INFINITY
  maximum = Number.NEGATIVE_INFINITY
  private value = Number.NaN
  private until = Number.NEGATIVE_INFINITY

  /** @param distribution for percentiles; absent where nobody asks for them */
  constructor(readonly distribution: Distribution | undefined) {}

  /** Whether it has ever had a value. */
  get isActive(): boolean {
    return !Number.isNaN(this.value)
  }

  /** Whether it has had one in the bucket. */
  get isUsed(): boolean {
    return this.held_ms > 0
  }

  get mean(): number {
    // Rounding of the division may leave the range by one bit.
    return Math.min(this.maximum, Math.max(this.minimum, this.weighted / this.held_ms))
  }

  begin(value: number, until: number): void {
    this.value = value
    this.until = until
  }

  settle(from: number, to: number): void {
    const held_ms = Math.min(to, this.until) - from
    if (held_ms <= 0) return
    const { value } = this
    this.held_ms += held_ms
    this.weighted += value * held_ms
    if (value < this.minimum) this.minimum = value
    if (value > this.maximum) this.maximum = value
    this.distribution?.add(value, held_ms)
  }

  clear(): void {
    this.weighted = 0
    this.held_ms = 0
    this.minimum = Number.POSITIVE_INFINITY
    this.maximum = Number.NEGATIVE_INFINITY
    this.distribution?.clear()
  }
}
