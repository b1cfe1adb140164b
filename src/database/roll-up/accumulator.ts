import type { MeasuredKey } from '../../domain/reading'
import type { TimeRange } from '../history/record-source'
import type { EnergySource } from '../tiers/roll-up'
import { Counter } from './counter'
import { CounterStep } from './counter-step'
import { Distribution } from './distribution'
import { Hold } from './hold'
import type { CountedRow } from './mean-power'
import { ENERGY_SCALE, quantised } from './quantised'
import { MOST_SUSPECTS, type Sample } from './sample'

const MS_W_PER_KWH = 3.6e9

export interface AccumulatorOptions extends TimeRange {
  /** That in which a moment lies; asked for later and later ones. */
  readonly buckets: { at(moment: number): TimeRange }
  /** How long a value holds where no other follows. */
  readonly maximum_gap_ms: number
  /** Of a sample's values. */
  readonly fields: readonly MeasuredKey[]
  readonly percentiles: boolean
}

/**
 * What one device's samples come to, bucket by bucket: each value holds until the field's next one, at most `maximum_gap_ms`,
 * so that everything is weighted by time however the polls were spaced. Suspect samples are left out: see `MOST_SUSPECTS`.
 *
 * The energy of each stretch between two samples is told once: by the counter, spread evenly over the stretch, or, after an
 * outage, where the counter was seen again; where no counter tells it, by power.
 */
export class Accumulator {
  /** Of the bucket so far. */
  samples = 0
  covered_ms = 0
  resets = 0
  readonly holds: readonly Hold[]
  /** Timestamp of the good sample before; of none, where too many suspect ones came since. */
  previous = Number.NEGATIVE_INFINITY
  private suspects = 0
  private readonly power: Hold | undefined
  private readonly counter: Counter
  private readonly step = new CounterStep()
  /** Those that have ever had a value: a device has few of the fields that there are. */
  private readonly active: Hold[] = []
  /** Everything before this moment is accounted for. */
  private at: number
  private covered_until = Number.NEGATIVE_INFINITY
  private counted_kwh: number | undefined
  private integrated_kwh: number | undefined
  private bucket: TimeRange
  private isOver = false

  /** @param onClose takes what is in a bucket once all of it is known; it is forgotten afterwards */
  constructor(
    private readonly options: AccumulatorOptions,
    private readonly onClose: (bucket: TimeRange) => void,
  ) {
    const { buckets, fields, maximum_gap_ms, percentiles, from } = options
    this.at = from
    this.bucket = buckets.at(from)
    this.holds = fields.map(() => new Hold(percentiles ? new Distribution() : undefined))
    this.power = this.holds[fields.indexOf('power_w')]
    this.counter = new Counter(fields, maximum_gap_ms)
  }

  /** Closes the buckets that end with the sample. @returns whether it counts; none does from the first good one at or after `to` on */
  push(sample: Sample): boolean {
    if (this.isOver) return false
    if (sample.suspect) {
      this.suspects += 1
      if (this.suspects > MOST_SUSPECTS) this.previous = Number.NEGATIVE_INFINITY
      return false
    }
    const { timestamp } = sample
    const { from, to } = this.options
    const { counter } = this
    counter.look(sample, this.previous)
    const isAtOnce = counter.teller === 'counter' && !counter.isSpread
    const rate = counter.teller === 'counter' && counter.isSpread ? counter.used_kwh / (timestamp - this.previous) : 0
    this.move(Math.min(timestamp, to), rate)
    this.isOver = timestamp >= to
    this.previous = timestamp
    this.suspects = 0
    if (this.isOver) return false
    if (timestamp >= from) {
      this.samples += 1
      if (isAtOnce) this.counted_kwh = (this.counted_kwh ?? 0) + counter.used_kwh
      if (counter.isReset) this.resets += 1
      if (counter.teller === 'counter') this.step.add(counter.used_kwh)
    }
    this.accept(sample)
    return true
  }

  /** Closes the buckets that are left. */
  finish(): void {
    if (!this.isOver) this.counter.lookAhead()
    this.move(this.options.to, 0)
    this.close()
  }

  get energy_kwh(): number | undefined {
    const { counted_kwh, integrated_kwh } = this
    if (counted_kwh === undefined) return integrated_kwh
    // Below 0 by what noise was taken back from the bucket before.
    return Math.max(0, counted_kwh) + (integrated_kwh ?? 0)
  }

  get energy_source(): EnergySource | undefined {
    if (this.counted_kwh === undefined) return this.integrated_kwh === undefined ? undefined : 'integral'
    return this.integrated_kwh === undefined ? 'counter' : 'mixed'
  }

  /** What a row says of the energy in a bucket, or in as much of it as was asked for. */
  counted({ from, to }: TimeRange): CountedRow {
    const { energy_kwh, energy_source, power, resets, options } = this
    const step_kwh = this.step.kwh
    return {
      duration_ms: Math.min(to, options.to) - Math.max(from, options.from),
      ...(energy_kwh !== undefined && { energy_kwh: quantised(energy_kwh, ENERGY_SCALE) }),
      ...(energy_source !== undefined && { energy_source }),
      ...(power?.isUsed && { energy_integral_kwh: quantised(power.weighted / MS_W_PER_KWH, ENERGY_SCALE) }),
      ...(step_kwh !== undefined && { energy_step_kwh: quantised(step_kwh, ENERGY_SCALE) }),
      resets,
    }
  }

  /** Takes the sample's values as those that hold from now on. */
  private accept({ timestamp, values }: Sample): void {
    const until = timestamp + this.options.maximum_gap_ms
    const { holds } = this
    this.covered_until = until
    for (let index = 0; index < holds.length; index += 1) {
      const value = values[index] as number
      if (Number.isNaN(value)) continue
      const hold = holds[index] as Hold
      if (!hold.isActive) this.active.push(hold)
      hold.begin(value, until)
    }
  }

  private move(target: number, rate: number): void {
    while (target >= this.bucket.to) {
      this.settle(this.bucket.to, rate)
      this.close()
      const isIdle = this.covered_until <= this.at && !(this.counter.teller === 'counter' && this.counter.isSpread)
      if (isIdle) this.at = Math.max(this.at, target)
      this.bucket = this.options.buckets.at(this.at)
    }
    this.settle(target, rate)
  }

  private settle(until: number, rate: number): void {
    const { at, power, counter } = this
    if (until <= at) return
    const before = power?.weighted ?? 0
    const held_ms = power?.held_ms ?? 0
    for (const hold of this.active) hold.settle(at, until)
    if (this.covered_until > at) this.covered_ms += Math.min(until, this.covered_until) - at
    if (counter.teller === 'counter') {
      if (counter.isSpread) this.counted_kwh = (this.counted_kwh ?? 0) + rate * (until - at)
    } else if (counter.teller === 'power' && power !== undefined && power.held_ms > held_ms) {
      this.integrated_kwh = (this.integrated_kwh ?? 0) + (power.weighted - before) / MS_W_PER_KWH
    }
    this.at = until
  }

  private close(): void {
    this.onClose(this.bucket)
    this.samples = 0
    this.covered_ms = 0
    this.resets = 0
    this.counted_kwh = undefined
    this.integrated_kwh = undefined
    this.step.clear()
    for (const hold of this.active) hold.clear()
  }
}
