import type { MeasuredKey } from '../../../domain/reading'
import { ENERGY_SCALE, scalesOf, SECONDS_SCALE } from '../../roll-up/quantised'
import type { EnergySource, FieldRollUp, RollUp } from '../../tiers/roll-up'
import type { Bound, Row } from '../sqlite-statements'

/** Of the shares of buckets, and of means of booleans. */
export const SHARE_SCALE = 1e4
/** By their numbers in the file: only added to. */
export const ENERGY_SOURCES: readonly EnergySource[] = ['counter', 'integral', 'mixed']

type OneField = readonly [MeasuredKey, FieldRollUp]

/** In the order of `ROLL_UP_COLUMNS`. */
export function encodeRollUp(row: RollUp): Bound[] {
  return [
    row.duration_ms,
    row.samples,
    scaled(row.covered_s, SECONDS_SCALE),
    scaled(row.completeness, SHARE_SCALE),
    row.first_timestamp ?? null,
    row.last_timestamp ?? null,
    scaledOrNull(row.energy_kwh, ENERGY_SCALE),
    row.energy_source === undefined ? null : ENERGY_SOURCES.indexOf(row.energy_source),
    scaledOrNull(row.energy_integral_kwh, ENERGY_SCALE),
    row.resets,
    scaledOrNull(row.on_s, SECONDS_SCALE),
    row.switches ?? null,
    row.version,
    scaledOrNull(row.energy_step_kwh, ENERGY_SCALE),
  ]
}

/** In the order of `FIELD_COLUMNS`. Most fields are known as long as the row is covered: that takes no space. */
export function encodeField(key: MeasuredKey, field: FieldRollUp, { covered_s }: RollUp): Bound[] {
  const scales = scalesOf(key)
  const { mean, minimum, maximum, p50, p95, held_s } = field
  const values = [minimum, maximum, p50, p95].map((value) => scaled(value, scales.value))
  return [scaled(mean, scales.mean), ...values, held_s === covered_s ? null : scaled(held_s, SECONDS_SCALE)]
}

/** Of a row that begins with its timestamp. */
export function decodeRollUp(device_id: string, row: Row, fields: readonly OneField[]): RollUp {
  const [timestamp, duration_ms, samples, covered_ms, completeness, first, last] = row
  const [energy, source, integral, resets, on_ms, switches, version, step] = row.slice(7)
  return {
    device_id,
    timestamp: Number(timestamp),
    duration_ms: Number(duration_ms),
    samples: Number(samples),
    covered_s: Number(covered_ms) / SECONDS_SCALE,
    completeness: Number(completeness) / SHARE_SCALE,
    ...own('first_timestamp', first, 1),
    ...own('last_timestamp', last, 1),
    ...own('energy_kwh', energy, ENERGY_SCALE),
    ...(isKnown(source) && { energy_source: ENERGY_SOURCES[Number(source)] }),
    ...own('energy_integral_kwh', integral, ENERGY_SCALE),
    ...own('energy_step_kwh', step, ENERGY_SCALE),
    resets: Number(resets),
    ...own('on_s', on_ms, SECONDS_SCALE),
    ...own('switches', switches, 1),
    version: Number(version),
    fields: Object.fromEntries(fields),
  }
}

/** Of a row that begins with its timestamp and the field; `covered_ms` is that of its row. */
export function decodeField(key: MeasuredKey, row: Row, covered_ms: number): OneField {
  const [mean, minimum, maximum, p50, p95] = row.slice(2).map(Number) as [number, number, number, number, number]
  const scales = scalesOf(key)
  const field = {
    mean: mean / scales.mean,
    minimum: minimum / scales.value,
    maximum: maximum / scales.value,
    p50: p50 / scales.value,
    p95: p95 / scales.value,
    held_s: Number(row[7] ?? covered_ms) / SECONDS_SCALE,
  }
  return [key, field]
}

function own<Key extends keyof RollUp>(key: Key, stored: Bound | undefined, scale: number): { [Name in Key]?: number } {
  return isKnown(stored) ? ({ [key]: Number(stored) / scale } as { [Name in Key]?: number }) : {}
}

function isKnown(stored: Bound | undefined): boolean {
  return stored !== null && stored !== undefined
}

function scaledOrNull(value: number | undefined, scale: number): number | null {
  return value === undefined ? null : scaled(value, scale)
}

function scaled(value: number, scale: number): number {
  return Math.round(value * scale)
}
