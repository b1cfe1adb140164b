import type { MeasuredKey } from '../../domain/reading'
import type { FieldStatistics, HistoryBucket } from '../database'
import type { Buckets } from './bucket-edges'

/** One reading; `values` in the order of `sampleFields(fields)`, NaN where the device did not say it. */
export interface Sample {
  readonly timestamp: number
  readonly suspect: boolean
  readonly values: ArrayLike<number>
}

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

const MS_W_PER_KWH = 3.6e9

/** What a sample has to carry: the fields asked for, then those that energy needs. */
export function sampleFields(fields: readonly MeasuredKey[]): MeasuredKey[] {
  return [...new Set<MeasuredKey>([...fields, 'power_w', 'energy_kwh'])]
}

/**
 * One device's samples, in time order, as buckets. Each value holds until the field's next one, at most `maximum_gap_ms`,
 * so that means are weighted by time however the polls were spaced. For exact edges the samples begin with those of the
 * gap before `from` (the last one at least) and end with the first at or after `to`.
 *
 * Minimum and maximum include the value that holds at the bucket's start; `count` is of the samples inside. Suspect
 * samples are left out of everything. A bucket that nothing covers is left out.
 *
 * Energy is the rise of `energy_kwh`. Between neighbours it is spread evenly over the time between them; over an outage
 * it falls to the bucket in which the counter was seen again; a fall is a new start and counts nothing. Where the device
 * has no counter it is the integral of power.
 */
export function* downsample(samples: Iterable<Sample>, options: DownsampleOptions): Generator<Bucket> {
  const run = new Downsampling(options)
  for (const sample of samples) {
    yield* run.push(sample)
    if (sample.timestamp >= options.to) break
  }
  yield* run.finish()
}

/** The same for samples that come one by one: what is asked for them is what `downsample` asks. */
export class Downsampling {
  /** Timestamp of the sample before, suspect or not. */
  private previous = Number.NEGATIVE_INFINITY
  private closed: Bucket[] = []
  private ended = false
  /** Everything before this moment is accounted for. */
  private at: number
  private bucket_end: number
  private readonly holds: Hold[]
  private readonly counter: number
  private readonly power: Hold
  private count = 0
  private covered_ms = 0
  private covered_until = Number.NEGATIVE_INFINITY
  private energy_kwh: number | undefined
  private counter_at = Number.NEGATIVE_INFINITY
  private counter_kwh = Number.NaN

  constructor(private readonly options: DownsampleOptions) {
    this.at = options.from
    this.bucket_end = this.endOf(options.from)
    const fields = sampleFields(options.fields)
    this.holds = fields.map(() => new Hold())
    this.counter = fields.indexOf('energy_kwh')
    this.power = this.holds[fields.indexOf('power_w')] as Hold
  }

  /** The buckets that end with the sample. Those behind the first at or after `to` change nothing. */
  push(sample: Sample): Bucket[] {
    if (this.ended) return []
    this.advance(sample)
    this.ended = sample.timestamp >= this.options.to
    if (!this.ended) {
      if (!sample.suspect) this.accept(sample)
      this.previous = sample.timestamp
    }
    return this.take()
  }

  /** The buckets that are left. */
  finish(): Bucket[] {
    this.move(this.options.to, undefined)
    this.close()
    return this.take()
  }

  private take(): Bucket[] {
    const { closed } = this
    if (closed.length > 0) this.closed = []
    return closed
  }

  /** Moves to the sample, closing the buckets on the way. */
  private advance(sample: Sample): void {
    const target = Math.min(sample.timestamp, this.options.to)
    const rise = this.riseTo(sample)
    const spread = rise !== undefined && this.counter_at === this.previous && this.isNear(sample)
    const rate = spread ? rise / (sample.timestamp - this.counter_at) : undefined
    this.move(target, rate)
    if (rise !== undefined && !spread && sample.timestamp >= this.options.from && sample.timestamp < this.options.to) {
      this.energy_kwh = (this.energy_kwh ?? 0) + rise
    }
  }

  /** Takes the sample's values as those that hold from now on. */
  private accept(sample: Sample): void {
    const { timestamp, values } = sample
    if (timestamp >= this.options.from) this.count += 1
    const until = timestamp + this.options.maximum_gap_ms
    this.covered_until = until
    for (let index = 0; index < this.holds.length; index += 1) {
      const value = values[index] as number
      if (!Number.isNaN(value)) this.holds[index]?.begin(value, until)
    }
    const counter_kwh = values[this.counter] as number
    if (Number.isNaN(counter_kwh)) return
    this.counter_kwh = counter_kwh
    this.counter_at = timestamp
  }

  private endOf(moment: number): number {
    return this.options.buckets.at(moment).to
  }

  private isNear(sample: Sample): boolean {
    return sample.timestamp - this.counter_at <= this.options.maximum_gap_ms && sample.timestamp > this.counter_at
  }

  /**
   * A counter seen longer ago than the gap counts only where no sample came between: what a query has to read before
   * its range then stays one sample, and every range gives the same buckets.
   */
  private riseTo(sample: Sample): number | undefined {
    const value = sample.values[this.counter] as number
    if (sample.suspect || Number.isNaN(value) || Number.isNaN(this.counter_kwh)) return undefined
    if (this.counter_at !== this.previous && !this.isNear(sample)) return undefined
    return Math.max(0, value - this.counter_kwh)
  }

  private move(target: number, energy_rate: number | undefined): void {
    while (target >= this.bucket_end) {
      this.settle(this.bucket_end, energy_rate)
      this.close()
      const idle = energy_rate === undefined && this.covered_until <= this.at
      this.bucket_end = this.endOf(idle ? Math.max(this.at, target) : this.at)
      if (idle) this.at = Math.max(this.at, target)
    }
    this.settle(target, energy_rate)
  }

  private settle(until: number, energy_rate: number | undefined): void {
    if (until <= this.at) return
    for (const hold of this.holds) hold.settle(this.at, until)
    this.covered_ms += Math.max(0, Math.min(until, this.covered_until) - this.at)
    if (energy_rate !== undefined) this.energy_kwh = (this.energy_kwh ?? 0) + energy_rate * (until - this.at)
    this.at = until
  }

  private close(): void {
    const bucket = this.bucket()
    this.count = 0
    this.covered_ms = 0
    this.energy_kwh = undefined
    for (const hold of this.holds) hold.reset()
    if (bucket.count > 0 || bucket.covered_s > 0 || bucket.energy_kwh !== undefined) this.closed.push(bucket)
  }

  /** Only where no counter is known: it would tell the same energy again, later. */
  private integral(): number | undefined {
    const age_ms = this.bucket_end - this.counter_at
    const counted = this.counter_at === this.previous || age_ms <= this.options.maximum_gap_ms
    if (!this.power.isUsed || (counted && !Number.isNaN(this.counter_kwh))) return undefined
    return this.power.weighted / MS_W_PER_KWH
  }

  private bucket(): Bucket {
    const { buckets, fields } = this.options
    const { from, to } = buckets.at(this.bucket_end - 1)
    const energy_kwh = this.energy_kwh ?? this.integral()
    const statistics: Partial<Record<MeasuredKey, FieldStatistics>> = {}
    fields.forEach((field, index) => {
      const found = this.holds[index]?.statistics()
      if (found) statistics[field] = found
    })
    return {
      timestamp: from,
      bucket_ms: to - from,
      count: this.count,
      covered_s: this.covered_ms / 1000,
      ...(energy_kwh === undefined ? {} : { energy_kwh }),
      fields: statistics,
    }
  }
}

/** One field: the value that holds, and the statistics of the bucket so far. */
class Hold {
  weighted = 0
  private held_ms = 0
  private minimum = Number.POSITIVE_INFINITY
  private maximum = Number.NEGATIVE_INFINITY
  private value = Number.NaN
  private until = Number.NEGATIVE_INFINITY

  get isUsed(): boolean {
    return this.held_ms > 0
  }

  begin(value: number, until: number): void {
    this.value = value
    this.until = until
  }

  settle(from: number, to: number): void {
    const held_ms = Math.min(to, this.until) - from
    if (held_ms <= 0) return
    this.held_ms += held_ms
    this.weighted += this.value * held_ms
    if (this.value < this.minimum) this.minimum = this.value
    if (this.value > this.maximum) this.maximum = this.value
  }

  reset(): void {
    this.weighted = 0
    this.held_ms = 0
    this.minimum = Number.POSITIVE_INFINITY
    this.maximum = Number.NEGATIVE_INFINITY
  }

  statistics(): FieldStatistics | undefined {
    if (!this.isUsed) return undefined
    const { minimum, maximum } = this
    // Rounding of the division may leave the range by one bit.
    const mean = Math.min(maximum, Math.max(minimum, this.weighted / this.held_ms))
    return { mean, minimum, maximum }
  }
}
