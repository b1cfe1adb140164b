/** Polls saved up while nothing was due; it bounds the burst. */
const BURST_S = 10
/** Part of the budget that the stretched intervals add up to; the rest is for retries and reads on demand. */
const PLANNED_PART = 0.95
/** No interval is stretched beyond this, so that nothing starves. */
const LONGEST_MS = 3_600_000
const BANDS_PER_OCTAVE = 16
const BANDS = 28 * BANDS_PER_OCTAVE

/**
 * Polls per minute that a fleet may spend. Where the intervals ask for more, all stretch together by one pressure: each
 * by `1 + pressure x its own length`, so that the idle give most and the active last. That is a plan; the tokens are
 * the guarantee: `polls <= minutes x polls_per_minute + burst`, whatever happens.
 */
export class Budget {
  private readonly bands = new Uint32Array(BANDS)
  private readonly tokens_per_ms: number
  private readonly burst: number
  private tokens: number
  private filled_ms: number
  private pressure = 0
  private stale = false

  constructor(
    readonly polls_per_minute: number,
    now_ms: number,
  ) {
    this.tokens_per_ms = polls_per_minute / 60_000
    this.burst = Math.max(1, this.tokens_per_ms * BURST_S * 1000)
    this.tokens = this.burst
    this.filled_ms = now_ms
  }

  /** One more device wants this interval. */
  add(interval_ms: number): void {
    const band = bandOf(interval_ms)
    this.bands[band] = (this.bands[band] as number) + 1
    this.stale = true
  }

  /** One device fewer wants this interval. */
  remove(interval_ms: number): void {
    const band = bandOf(interval_ms)
    this.bands[band] = (this.bands[band] as number) - 1
    this.stale = true
  }

  /** A device wants another interval now. */
  move(from_ms: number, to_ms: number): void {
    if (bandOf(from_ms) === bandOf(to_ms)) return
    this.remove(from_ms)
    this.add(to_ms)
  }

  /** The interval that this one becomes. Never shorter; longer ones stretch more, and keep their order. */
  stretch(interval_ms: number): number {
    return stretched(interval_ms, this.pressure)
  }

  /** Takes one poll out of the budget, or refuses. An urgent one may run into a debt as large as the burst. */
  take(now_ms: number, urgent: boolean): boolean {
    this.fill(now_ms)
    if (this.tokens < (urgent ? 1 - this.burst : 1)) return false
    this.tokens--
    return true
  }

  /** Milliseconds until `take` may give a poll that is not urgent. */
  wait(now_ms: number): number {
    this.fill(now_ms)
    return Math.max(0, (1 - this.tokens) / this.tokens_per_ms)
  }

  private fill(now_ms: number): void {
    const passed_ms = now_ms - this.filled_ms
    // At most once a second, and only after a change: the plan costs some 10 µs.
    if (this.stale && Math.floor(now_ms / 1000) !== Math.floor(this.filled_ms / 1000)) this.plan()
    this.tokens = Math.min(this.burst, this.tokens + passed_ms * this.tokens_per_ms)
    this.filled_ms = now_ms
  }

  /** Finds the least pressure under which the intervals keep within the planned part. */
  private plan(): void {
    this.stale = false
    const allowed = this.tokens_per_ms * PLANNED_PART
    let low = 0
    let high = 1
    if (this.demand(0) <= allowed) {
      this.pressure = 0
      return
    }
    for (let doublings = 0; this.demand(high) > allowed && doublings < 40; doublings++) high *= 2
    for (let halvings = 0; halvings < 30; halvings++) {
      const middle = (low + high) / 2
      if (this.demand(middle) > allowed) low = middle
      else high = middle
    }
    this.pressure = high
  }

  private demand(pressure: number): number {
    let polls_per_ms = 0
    for (let band = 0; band < BANDS; band++) {
      const devices = this.bands[band] as number
      if (devices > 0) polls_per_ms += devices / stretched(2 ** (band / BANDS_PER_OCTAVE), pressure)
    }
    return polls_per_ms
  }
}

function stretched(interval_ms: number, pressure: number): number {
  const longest_ms = interval_ms > LONGEST_MS ? interval_ms : LONGEST_MS
  const stretched_ms = interval_ms * (1 + (pressure * interval_ms) / 1000)
  return stretched_ms < longest_ms ? stretched_ms : longest_ms
}

/** The nearest band: within 2 %. */
function bandOf(interval_ms: number): number {
  const band = Math.round(Math.log2(interval_ms) * BANDS_PER_OCTAVE)
  return band < 0 ? 0 : band < BANDS ? band : BANDS - 1
}
