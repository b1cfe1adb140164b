import { SampleQueue } from './sample-queue'

/** Must be even. */
const MOST = 4096

/**
 * A percentile of the samples of the last `window_ms`: exact for up to 4,096 of them. Of more, every second one is kept,
 * then every fourth, and so on, so that at least 2,048 are: the 95th is then, as a rule, one from the 94th to the 96th.
 */
export class SlidingPercentile {
  private readonly queue = new SampleQueue()
  /** The values of the queue in their order. A few kilobytes are moved faster than a tree is walked. */
  private sorted = new Float64Array(16)
  /** Of how many samples one is kept, and how many have come since the last that was. */
  private stride = 1
  private passed = 0

  constructor(private readonly window_ms: number) {}

  /** @param at_ms not before that of the last one */
  add(at_ms: number, value: number): void {
    if (++this.passed < this.stride) return
    this.passed = 0
    if (this.queue.length === MOST) this.thin()
    this.insert(value)
    this.queue.push(at_ms, value)
  }

  /** Leaves out what is not of the last `window_ms` any more. */
  expire(now_ms: number): void {
    while (this.due_ms <= now_ms) {
      this.remove(this.queue.valueAt(0))
      this.queue.dropFirst()
    }
    if (this.stride > 1 && this.queue.length < MOST / 4) this.stride /= 2
  }

  /** The least of them that so many percent of them do not exceed; NaN where there is none. */
  percentile(percent: number): number {
    const rank = Math.ceil((percent / 100) * this.queue.length)
    return this.queue.length > 0 ? (this.sorted[Math.max(rank, 1) - 1] as number) : NaN
  }

  /** How many there are, those that were not kept as well. */
  get count(): number {
    return this.queue.length * this.stride
  }

  /** When the oldest is left out; Infinity where there is none. */
  get due_ms(): number {
    return this.queue.length > 0 ? this.queue.timeAt(0) + this.window_ms : Infinity
  }

  private insert(value: number): void {
    const { length } = this.queue
    if (length === this.sorted.length) this.grow()
    const place = this.placeOf(value)
    this.sorted.copyWithin(place + 1, place, length)
    this.sorted[place] = value
  }

  private remove(value: number): void {
    const place = this.placeOf(value)
    this.sorted.copyWithin(place, place + 1, this.queue.length)
  }

  /** Of the first that is not less. */
  private placeOf(value: number): number {
    let low = 0
    let high = this.queue.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.sorted[middle] as number) < value) low = middle + 1
      else high = middle
    }
    return low
  }

  private grow(): void {
    const larger = new Float64Array(this.sorted.length * 2)
    larger.set(this.sorted)
    this.sorted = larger
  }

  private thin(): void {
    const { queue } = this
    for (let index = 0; index < MOST; index += 2) {
      const at_ms = queue.timeAt(0)
      const value = queue.valueAt(0)
      queue.dropFirst()
      queue.dropFirst()
      queue.push(at_ms, value)
      this.sorted[index / 2] = value
    }
    this.sorted.subarray(0, MOST / 2).sort()
    this.stride *= 2
  }
}
