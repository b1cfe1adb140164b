import type { Clock, Timer } from '../domain/clock'

/** What falls due: the first `count` slots of `slots`, which is only lent for the call. */
export type OnDue = (slots: Int32Array, count: number) => void

export const TICK_MS = 10
/** A round of 82 s; what is due later than that is passed over once per round. */
const BUCKETS = 8192
const MASK = BUCKETS - 1
/** Behind by more than this after a stall or a suspend, the overdue are spread instead of handed over at once. */
const STALL_TICKS = 10
const SPREAD_TICKS = 500
const NONE = -1

/**
 * When each of up to some 100,000 units falls due: a hashed timing wheel in typed arrays with one timer, which sleeps
 * until the next bucket that holds anything. Each slot has one due time; never early, at most a tick late.
 */
export class Schedule {
  private readonly heads = new Int32Array(BUCKETS).fill(NONE)
  /** One bit per bucket that holds anything. */
  private readonly filled = new Uint32Array(BUCKETS >>> 5)
  private next = new Int32Array(0)
  private previous = new Int32Array(0)
  /** Not Int32: that would overflow after 248 days. */
  private ticks = new Float64Array(0)
  private due = new Int32Array(64)
  private waiting = 0

  private readonly origin_ms: number
  /** The last tick handed over. */
  private tick = 0
  private timer: Timer | undefined
  /** When the timer wakes; -1 while `onDue` runs, so that what it sets arms the timer once. */
  private armed_tick = Infinity
  private running = false

  constructor(
    private readonly clock: Clock,
    private readonly onDue: OnDue,
  ) {
    this.origin_ms = clock.monotonic()
  }

  /** How many slots have a due time. */
  get size(): number {
    return this.waiting
  }

  start(): void {
    if (this.running) return
    this.running = true
    this.arm()
  }

  /** Keeps the due times; nothing falls due until the next `start`. */
  stop(): void {
    this.running = false
    this.disarm()
  }

  /**
   * Sets when `slot` falls due, in place of an earlier setting. Chains of `from_ms` (a moment of the monotonic clock) do
   * not drift; what is due in the past falls due at the next tick.
   */
  set(slot: number, due_in_ms: number, from_ms = this.clock.monotonic()): void {
    if (slot >= this.ticks.length) this.grow(slot + 1)
    else if (this.previous[slot] !== NONE) this.unlink(slot)
    const tick = Math.ceil((from_ms + due_in_ms - this.origin_ms) / TICK_MS)
    this.link(slot, tick > this.tick ? tick : this.tick + 1)
    if (this.running && tick < this.armed_tick) this.arm()
  }

  cancel(slot: number): void {
    if (slot < this.ticks.length && this.previous[slot] !== NONE) this.unlink(slot)
  }

  /** Makes room for `slots` slots; `set` does so by itself. */
  grow(slots: number): void {
    const length = Math.max(slots, Math.ceil(this.ticks.length * 1.5), 64)
    this.next = enlarged(this.next, length)
    this.previous = enlarged(this.previous, length)
    const ticks = new Float64Array(length)
    ticks.set(this.ticks)
    this.ticks = ticks
  }

  // `previous` holds NONE for a slot without a due time, the slot before it in the bucket, or `-2 - bucket` for the first.
  private link(slot: number, tick: number): void {
    const bucket = tick & MASK
    const head = this.heads[bucket] as number
    this.ticks[slot] = tick
    this.next[slot] = head
    this.previous[slot] = -2 - bucket
    if (head === NONE) this.filled[bucket >>> 5] = (this.filled[bucket >>> 5] as number) | (1 << (bucket & 31))
    else this.previous[head] = slot
    this.heads[bucket] = slot
    this.waiting++
  }

  private unlink(slot: number): void {
    const next = this.next[slot] as number
    const previous = this.previous[slot] as number
    if (next !== NONE) this.previous[next] = previous
    if (previous >= 0) this.next[previous] = next
    else {
      const bucket = -2 - previous
      this.heads[bucket] = next
      if (next === NONE) this.filled[bucket >>> 5] = (this.filled[bucket >>> 5] as number) & ~(1 << (bucket & 31))
    }
    this.previous[slot] = NONE
    this.waiting--
  }

  private readonly wake = (): void => {
    this.timer = undefined
    const now = Math.floor((this.clock.monotonic() - this.origin_ms) / TICK_MS)
    const behind = now - this.armed_tick
    this.armed_tick = -1
    try {
      const count = this.take(now)
      if (behind > STALL_TICKS) this.spread(count, Math.min(behind, SPREAD_TICKS))
      else if (count > 0) this.onDue(this.due, count)
    } finally {
      if (this.running) this.arm()
    }
  }

  /** Moves what is due up to the tick `now` into `due`. */
  private take(now: number): number {
    let count = 0
    const first = Math.max(this.tick + 1, now - MASK)
    for (let tick = first; tick <= now; tick++) {
      let slot = this.heads[tick & MASK] as number
      while (slot !== NONE) {
        const next = this.next[slot] as number
        if ((this.ticks[slot] as number) <= now) {
          this.unlink(slot)
          if (count === this.due.length) this.due = enlarged(this.due, count * 2)
          this.due[count++] = slot
        }
        slot = next
      }
    }
    if (now > this.tick) this.tick = now
    return count
  }

  private spread(count: number, over_ticks: number): void {
    for (let index = 0; index < count; index++) {
      this.link(this.due[index] as number, this.tick + 1 + Math.floor((index * over_ticks) / count))
    }
  }

  private arm(): void {
    this.disarm()
    if (this.waiting === 0) return
    this.armed_tick = this.tick + this.ticksToNext()
    const delay_ms = this.origin_ms + this.armed_tick * TICK_MS - this.clock.monotonic()
    this.timer = this.clock.setTimeout(this.wake, Math.max(1, Math.ceil(delay_ms)))
  }

  private disarm(): void {
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.armed_tick = Infinity
  }

  /** Ticks to the next bucket that holds anything; there is one. */
  private ticksToNext(): number {
    const start = (this.tick + 1) & MASK
    let word = start >>> 5
    let bits = (this.filled[word] as number) & (-1 << (start & 31))
    while (bits === 0) {
      word = (word + 1) & ((BUCKETS >>> 5) - 1)
      bits = this.filled[word] as number
    }
    const bucket = (word << 5) | (31 - Math.clz32(bits & -bits))
    return 1 + ((bucket - start) & MASK)
  }
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length).fill(NONE, array.length)
  larger.set(array)
  return larger
}
