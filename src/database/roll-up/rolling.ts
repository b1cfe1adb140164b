import type { MeasuredKey } from '../../domain/reading'
import type { TimeRange } from '../history/record-source'
import { ROLL_UP_VERSION, type FieldRollUp, type RollUp } from '../tiers/roll-up'
import { Accumulator } from './accumulator'
import type { Hold } from './hold'
import { withCountedPower, type CountedRow } from './mean-power'
import { completenessOf, quantised, scalesOf, SECONDS_SCALE } from './quantised'
import { rollUpFields } from './roll-up-fields'
import type { Sample } from './sample'
import { Switching } from './switching'

export type DeviceRow = Omit<RollUp, 'device_id'>

export interface RollingOptions {
  /** One after the other without a gap. */
  readonly buckets: readonly TimeRange[]
  /** How long a value holds where no other follows: at least the slowest polling interval. */
  readonly maximum_gap_ms: number
  /** Empty: every field that has a value. */
  readonly fields: readonly MeasuredKey[]
}

/**
 * Rows of one device, of its samples in the order of time, which carry `rollUpFields(fields)`. For exact edges they begin with
 * those of the gap before the first bucket, and with the last good one before it and all since, however old that is, as far as
 * `MOST_SUSPECTS` lets it count; they end with the first good one at or after the last bucket's end, unless that is more than the
 * gap away. A row is then the same whatever buckets are rolled with it.
 *
 * A bucket in which nothing is known gives no row. What is held is bounded by the fields, not by the samples: see `Distribution`.
 */
export class Rolling {
  private readonly rows: DeviceRow[] = []
  private readonly keys: readonly MeasuredKey[]
  private readonly accumulator: Accumulator
  private readonly switching: Switching
  private readonly on: number
  private readonly from: number
  /** Timestamps in the bucket so far. */
  private first = Number.NaN
  private last = Number.NaN

  constructor(private readonly options: RollingOptions) {
    const { buckets, maximum_gap_ms, fields } = options
    this.keys = rollUpFields(fields)
    this.on = this.keys.indexOf('on')
    this.switching = new Switching(maximum_gap_ms)
    this.from = buckets[0]?.from ?? 0
    const to = buckets.at(-1)?.to ?? this.from
    this.accumulator = new Accumulator(
      { from: this.from, to, buckets: walk(buckets, to), maximum_gap_ms, fields: this.keys, percentiles: true },
      (bucket) => this.close(bucket),
    )
  }

  /** Those from the end of the last bucket on change nothing but the stretch before them. */
  push(sample: Sample): void {
    const { previous } = this.accumulator
    if (!this.accumulator.push(sample)) return
    const { timestamp, values } = sample
    const isInside = timestamp >= this.from
    this.switching.look(values[this.on] as number, timestamp, previous, isInside)
    if (!isInside) return
    if (Number.isNaN(this.first)) this.first = timestamp
    this.last = timestamp
  }

  /** By time. */
  finish(): DeviceRow[] {
    this.accumulator.finish()
    return this.rows
  }

  private close(bucket: TimeRange): void {
    const { samples, covered_ms, energy_kwh } = this.accumulator
    if (samples > 0 || covered_ms > 0 || energy_kwh !== undefined) this.rows.push(this.row(bucket))
    this.first = Number.NaN
    this.last = Number.NaN
    this.switching.switches = 0
  }

  private row(bucket: TimeRange): DeviceRow {
    const { samples, covered_ms, holds } = this.accumulator
    const counted = this.accumulator.counted(bucket)
    const on = holds[this.on] as Hold
    const covered_s = quantised(covered_ms / 1000, SECONDS_SCALE)
    return {
      timestamp: bucket.from,
      samples,
      covered_s,
      completeness: completenessOf(covered_s, counted.duration_ms),
      ...(samples > 0 && { first_timestamp: this.first, last_timestamp: this.last }),
      ...counted,
      ...(on.isUsed && { on_s: quantised(on.weighted / 1000, SECONDS_SCALE), switches: this.switching.switches }),
      version: ROLL_UP_VERSION,
      fields: this.fields(counted),
    }
  }

  private fields(counted: CountedRow): DeviceRow['fields'] {
    const wanted = this.options.fields.length === 0 ? this.keys : this.options.fields
    const fields: Partial<Record<MeasuredKey, FieldRollUp>> = {}
    wanted.forEach((key, index) => {
      const hold = this.accumulator.holds[index]
      if (hold?.isUsed) fields[key] = fieldRow(key, hold)
    })
    return withCountedPower(fields, counted)
  }
}

/** The buckets for moments that come later and later. */
function walk(buckets: readonly TimeRange[], to: number): { at(moment: number): TimeRange } {
  let index = 0
  return {
    at: (moment) => {
      while (index < buckets.length && (buckets[index] as TimeRange).to <= moment) index += 1
      return buckets[index] ?? { from: to, to: Number.POSITIVE_INFINITY }
    },
  }
}

function fieldRow(key: MeasuredKey, hold: Hold): FieldRollUp {
  const scales = scalesOf(key)
  const minimum = quantised(hold.minimum, scales.value)
  const maximum = quantised(hold.maximum, scales.value)
  const within = (value: number) => Math.min(maximum, Math.max(minimum, value))
  const percentile = (hundredths: number) =>
    within(quantised(hold.distribution?.percentile(hundredths) ?? hold.mean, scales.value))
  return {
    mean: within(quantised(hold.mean, scales.mean)),
    minimum,
    maximum,
    p50: percentile(50),
    p95: percentile(95),
    held_s: quantised(hold.held_ms / 1000, SECONDS_SCALE),
  }
}
