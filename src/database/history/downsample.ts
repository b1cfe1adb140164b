import type { MeasuredKey } from '../../domain/reading'
import type { FieldStatistics, HistoryBucket } from '../database'
import { Accumulator } from '../roll-up/accumulator'
import { countedPower_w } from '../roll-up/mean-power'
import { ENERGY_SCALE, quantised } from '../roll-up/quantised'
import type { Sample } from '../roll-up/sample'
import type { Buckets } from './bucket-edges'
import type { TimeRange } from './record-source'

export interface DownsampleOptions {
  /** `[from, to)`; the first and the last bucket are cut to it. */
  readonly from: number
  readonly to: number
  readonly buckets: Buckets
  /** How long a value holds where no other follows: at least the slowest polling interval. */
  readonly maximum_gap_ms: number
  /** Booleans count as 0 and 1. */
  readonly fields: readonly MeasuredKey[]
}

export type Bucket = Omit<HistoryBucket, 'device_id'>

/** What a sample has to carry: the fields asked for, then those that energy needs. */
export function sampleFields(fields: readonly MeasuredKey[]): MeasuredKey[] {
  return [...new Set<MeasuredKey>([...fields, 'power_w', 'energy_kwh', 'energy_total_kwh'])]
}

/**
 * One device's samples, in time order, as buckets: see `Accumulator`. For exact edges they begin and end as those of `Rolling` do.
 *
 * Minimum and maximum include the value that holds at the bucket's start; `count` is of the samples inside. A bucket that
 * nothing covers is left out.
 */
export function* downsample(samples: Iterable<Sample>, options: DownsampleOptions): Generator<Bucket> {
  const run = new Downsampling(options)
  for (const sample of samples) {
    yield* run.push(sample)
    if (sample.timestamp >= options.to && !sample.suspect) break
  }
  yield* run.finish()
}

/** The same for samples that come one by one: what is asked for them is what `downsample` asks. */
export class Downsampling {
  private closed: Bucket[] = []
  private readonly accumulator: Accumulator

  constructor(private readonly options: DownsampleOptions) {
    this.accumulator = new Accumulator(
      { ...options, fields: sampleFields(options.fields), percentiles: false },
      (bucket) => this.close(bucket),
    )
  }

  /** The buckets that end with the sample. Those behind the first good one at or after `to` change nothing. */
  push(sample: Sample): Bucket[] {
    this.accumulator.push(sample)
    return this.take()
  }

  /** The buckets that are left. */
  finish(): Bucket[] {
    this.accumulator.finish()
    return this.take()
  }

  private take(): Bucket[] {
    const { closed } = this
    if (closed.length > 0) this.closed = []
    return closed
  }

  private close(bucket: TimeRange): void {
    const { from, to } = bucket
    const { samples, covered_ms, energy_kwh, energy_source, holds } = this.accumulator
    if (samples === 0 && covered_ms === 0 && energy_kwh === undefined) return
    const statistics: Partial<Record<MeasuredKey, FieldStatistics>> = {}
    this.options.fields.forEach((field, index) => {
      const hold = holds[index]
      if (!hold?.isUsed) return
      const { minimum, maximum, held_ms } = hold
      const counted = field === 'power_w' ? this.accumulator.counted(bucket) : undefined
      const mean = counted && countedPower_w(counted, { minimum, maximum, held_s: held_ms / 1000 })
      statistics[field] = { mean: mean ?? hold.mean, minimum, maximum }
    })
    this.closed.push({
      timestamp: from,
      bucket_ms: to - from,
      count: samples,
      covered_s: covered_ms / 1000,
      ...(energy_kwh !== undefined && { energy_kwh: quantised(energy_kwh, ENERGY_SCALE) }),
      ...(energy_source !== undefined && { energy_source }),
      fields: statistics,
    })
  }
}
