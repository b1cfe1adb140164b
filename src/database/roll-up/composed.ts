import type { MeasuredKey } from '../../domain/reading'
import { MEASURED_KEYS } from '../../domain/reading'
import type { TimeRange } from '../history/record-source'
import { ROLL_UP_VERSION, type EnergySource, type FieldRollUp, type RollUp } from '../tiers/roll-up'
import { CounterStep } from './counter-step'
import { estimatedPercentile } from './estimated-percentile'
import { heldPower_w, withCountedPower, type CountedRow } from './mean-power'
import { completenessOf, ENERGY_SCALE, quantised, scalesOf, SECONDS_SCALE } from './quantised'

/**
 * Rows of longer buckets, of one device's shorter ones in the order of time. Each belongs as a whole to the bucket that it begins
 * in, also where it goes on beyond the bucket's end, as rows of another time zone may; so none is lost or counted twice.
 * Percentiles are estimates. A bucket in which no row begins gives none.
 *
 * @param buckets one after the other without a gap; rows that begin outside of them are left out
 */
export function composed(rows: readonly RollUp[], buckets: readonly TimeRange[]): RollUp[] {
  const found: RollUp[] = []
  let next = 0
  for (const bucket of buckets) {
    while (next < rows.length && (rows[next] as RollUp).timestamp < bucket.from) next += 1
    const first = next
    while (next < rows.length && (rows[next] as RollUp).timestamp < bucket.to) next += 1
    if (next > first) found.push(row(rows.slice(first, next), bucket))
  }
  return found
}

function row(rows: readonly RollUp[], { from, to }: TimeRange): RollUp {
  const covered_s = total(rows, 'covered_s', SECONDS_SCALE) ?? 0
  const energy_kwh = total(rows, 'energy_kwh', ENERGY_SCALE)
  const energy_integral_kwh = total(rows, 'energy_integral_kwh', ENERGY_SCALE)
  const energy_source = sourceOf(rows)
  const energy_step_kwh = stepOf(rows)
  const first_timestamp = rows.find((one) => one.first_timestamp !== undefined)?.first_timestamp
  const last_timestamp = rows.findLast((one) => one.last_timestamp !== undefined)?.last_timestamp
  const on_s = total(rows, 'on_s', SECONDS_SCALE)
  const switches = total(rows, 'switches', 1)
  const counted: CountedRow = {
    duration_ms: to - from,
    ...(energy_kwh !== undefined && { energy_kwh }),
    ...(energy_source !== undefined && { energy_source }),
    ...(energy_integral_kwh !== undefined && { energy_integral_kwh }),
    ...(energy_step_kwh !== undefined && { energy_step_kwh }),
    resets: total(rows, 'resets', 1) ?? 0,
  }
  return {
    device_id: (rows[0] as RollUp).device_id,
    timestamp: from,
    samples: total(rows, 'samples', 1) ?? 0,
    covered_s,
    completeness: completenessOf(covered_s, to - from),
    ...(first_timestamp !== undefined && { first_timestamp }),
    ...(last_timestamp !== undefined && { last_timestamp }),
    ...counted,
    ...(on_s !== undefined && { on_s }),
    ...(switches !== undefined && { switches }),
    version: ROLL_UP_VERSION,
    fields: withCountedPower(fieldsOf(rows), counted),
  }
}

type Summed = 'samples' | 'covered_s' | 'energy_kwh' | 'energy_integral_kwh' | 'resets' | 'on_s' | 'switches'

/** Undefined where no row knows it. */
function total(rows: readonly RollUp[], key: Summed, scale: number): number | undefined {
  const values = rows.map((one) => one[key]).filter((value) => value !== undefined)
  if (values.length === 0) return undefined
  return quantised(
    values.reduce((sum, value) => sum + value, 0),
    scale,
  )
}

function sourceOf(rows: readonly RollUp[]): EnergySource | undefined {
  const sources = new Set(rows.map((one) => one.energy_source).filter((source) => source !== undefined))
  return sources.size > 1 ? 'mixed' : [...sources][0]
}

function stepOf(rows: readonly RollUp[]): number | undefined {
  const step = new CounterStep()
  for (const { energy_step_kwh = 0 } of rows) step.add(energy_step_kwh)
  return step.kwh
}

function fieldsOf(rows: readonly RollUp[]): RollUp['fields'] {
  const fields: Partial<Record<MeasuredKey, FieldRollUp>> = {}
  for (const key of MEASURED_KEYS) {
    const parts = rows
      .map((one) => heldPart(one, key))
      .filter((part): part is FieldRollUp => part !== undefined && part.held_s > 0)
    if (parts.length > 0) fields[key] = field(key, parts)
  }
  return fields
}

/** What the counter has told of a part is told anew of the whole. */
function heldPart(row: RollUp, key: MeasuredKey): FieldRollUp | undefined {
  const part = row.fields[key]
  return part && key === 'power_w' ? { ...part, mean: heldPower_w(row, part) } : part
}

function field(key: MeasuredKey, parts: readonly FieldRollUp[]): FieldRollUp {
  const scales = scalesOf(key)
  const held_s = parts.reduce((sum, part) => sum + part.held_s, 0)
  const weighted = parts.reduce((sum, part) => sum + part.mean * part.held_s, 0)
  const minimum = Math.min(...parts.map((part) => part.minimum))
  const maximum = Math.max(...parts.map((part) => part.maximum))
  return {
    mean: Math.min(maximum, Math.max(minimum, quantised(weighted / held_s, scales.mean))),
    minimum,
    maximum,
    p50: estimatedPercentile(key, parts, 0.5),
    p95: estimatedPercentile(key, parts, 0.95),
    held_s: quantised(held_s, SECONDS_SCALE),
  }
}
