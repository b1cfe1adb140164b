const SLOTS = 60

/** How many failed, of how many, in the last `window_ms`, give or take a sixtieth of it. */
export class SlidingShare {
  /** Whole, so that the moment at which a slot ends belongs to the next one without fail. */
  private readonly slot_ms: number
  private readonly totals = new Uint32Array(SLOTS)
  private readonly failures = new Uint32Array(SLOTS)
  /** The newest slot, counted from the beginning of the clock. */
  private slot = -Infinity
  total = 0
  failed = 0

  constructor(window_ms: number) {
    this.slot_ms = Math.ceil(window_ms / SLOTS)
  }

  add(at_ms: number, has_failed: boolean): void {
    this.expire(at_ms)
    const slot = Math.floor(at_ms / this.slot_ms)
    if (slot <= this.slot - SLOTS) return
    const index = indexOf(slot)
    this.totals[index] = (this.totals[index] as number) + 1
    this.total++
    if (!has_failed) return
    this.failures[index] = (this.failures[index] as number) + 1
    this.failed++
  }

  /** Leaves out what is not of the last `window_ms` any more. */
  expire(now_ms: number): void {
    const now = Math.floor(now_ms / this.slot_ms)
    for (let slot = Math.max(this.slot, now - SLOTS) + 1; slot <= now; slot++) {
      const index = indexOf(slot)
      this.total -= this.totals[index] as number
      this.failed -= this.failures[index] as number
      this.totals[index] = 0
      this.failures[index] = 0
    }
    if (now > this.slot) this.slot = now
  }

  /** When some may be left out; Infinity where there are none. */
  get due_ms(): number {
    return this.total > 0 ? (this.slot + 1) * this.slot_ms : Infinity
  }
}

/** The clock may have begun below 0. */
function indexOf(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS
}
