/** Buckets of a quarter octave, from 0.1 ms to 19 days. */
const PER_OCTAVE = 4
const SMALLEST_MS = 0.1
const BUCKETS = 136

/** Durations, kept as counts: bounded, and within 19 % of the truth. */
export class Histogram {
  private readonly counts = new Float64Array(BUCKETS)
  private count = 0
  private largest_ms = 0

  add(duration_ms: number): void {
    const bucket = Math.ceil(Math.log2(duration_ms / SMALLEST_MS) * PER_OCTAVE)
    const index = bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0
    this.counts[index] = (this.counts[index] as number) + 1
    this.count++
    if (duration_ms > this.largest_ms) this.largest_ms = duration_ms
  }

  /** The duration that `part` (0 to 1) of all do not exceed; undefined before the first. */
  percentile(part: number): number | undefined {
    if (this.count === 0) return undefined
    let left = part * this.count
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket] as number
      if (left <= 0) return Math.min(this.largest_ms, SMALLEST_MS * 2 ** (bucket / PER_OCTAVE))
    }
    return this.largest_ms
  }

  get maximum_ms(): number | undefined {
    return this.count === 0 ? undefined : this.largest_ms
  }
}
