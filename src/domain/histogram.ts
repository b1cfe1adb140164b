/** Buckets of a quarter octave, from 0.1 ms to 19 days. */
const PER_OCTAVE = 4
const SMALLEST_MS = 0.1
const BUCKETS = 136

/** What a histogram held at one moment; of two moments, the difference is what came between them. */
export interface DurationCounts {
  /** One count for each bucket. */
  readonly buckets: Float64Array
  readonly count: number
  readonly sum_ms: number
  /** The largest since the start. */
  readonly maximum_ms: number
}

/** Durations, kept as counts: bounded, and within 19 % of the truth. */
export class Histogram {
  private readonly counts = new Float64Array(BUCKETS)
  private count = 0
  private sum_ms = 0
  private largest_ms = 0

  add(duration_ms: number): void {
    const bucket = Math.ceil(Math.log2(duration_ms / SMALLEST_MS) * PER_OCTAVE)
    const index = bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0
    this.counts[index] = (this.counts[index] as number) + 1
    this.count++
    if (duration_ms > 0) this.sum_ms += duration_ms
    if (duration_ms > this.largest_ms) this.largest_ms = duration_ms
  }

  /** The duration that `part` (0 to 1) of all do not exceed; undefined before the first. */
  percentile(part: number): number | undefined {
    return percentileIn(this.counts, this.count, part, this.largest_ms)
  }

  get maximum_ms(): number | undefined {
    return this.count === 0 ? undefined : this.largest_ms
  }

  snapshot(): DurationCounts {
    const { counts, count, sum_ms, largest_ms: maximum_ms } = this
    return { buckets: counts.slice(), count, sum_ms, maximum_ms }
  }
}

/** As `Histogram.percentile`; of what came since `before` where that is given. */
export function percentileOf(now: DurationCounts, part: number, before?: DurationCounts): number | undefined {
  if (before === undefined) return percentileIn(now.buckets, now.count, part, now.maximum_ms)
  const buckets = now.buckets.map((count, bucket) => count - (before.buckets[bucket] as number))
  return percentileIn(buckets, now.count - before.count, part, now.maximum_ms)
}

/** How many lasted no longer than the octave `octave` above 0.1 ms, which is where a bucket ends. */
export function countWithin({ buckets }: DurationCounts, octave: number): number {
  let count = 0
  for (let bucket = 0; bucket <= octave * PER_OCTAVE; bucket++) count += buckets[bucket] as number
  return count
}

/** Where an octave ends, in ms. */
export function octaveEnd(octave: number): number {
  return SMALLEST_MS * 2 ** octave
}

function percentileIn(buckets: Float64Array, count: number, part: number, maximum_ms: number): number | undefined {
  if (count === 0) return undefined
  let left = part * count
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    left -= buckets[bucket] as number
    if (left <= 0) return Math.min(maximum_ms, SMALLEST_MS * 2 ** (bucket / PER_OCTAVE))
  }
  return maximum_ms
}
