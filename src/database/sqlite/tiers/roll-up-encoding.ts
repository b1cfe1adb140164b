import type { MeasuredKey } from '../../../domain/reading'
import type { EnergySource, FieldRollUp, RollUp } from '../../tiers/roll-up'
import type { Column } from '../sqlite-columns'
import type { Bound, Row } from '../sqlite-statements'

/** A mean has one digit more than what it is the mean of. */
export const MEAN_SCALE = 10
export const ENERGY_SCALE = 1e6
export const SECOND_SCALE = 1e3
export const COMPLETENESS_SCALE = 1e6
/** By their numbers in the file: only added to. */
export const ENERGY_SOURCES: readonly EnergySource[] = ['counter', 'integral', 'mixed']

type OneField = readonly [MeasuredKey, FieldRollUp]

/** In the order of `ROLL_UP_COLUMNS`. */
export function encodeRollUp(row: RollUp): Bound[] {
  return [
    row.duration_ms,
    row.samples,
    scaled(row.covered_s, SECOND_SCALE),
    scaled(row.completeness, COMPLETENESS_SCALE),
    row.first_timestamp ?? null,
    row.last_timestamp ?? null,
    scaledOrNull(row.energy_kwh, ENERGY_SCALE),
    row.energy_source === undefined ? null : ENERGY_SOURCES.indexOf(row.energy_source),
    scaledOrNull(row.energy_integral_kwh, ENERGY_SCALE),
    row.resets,
    scaledOrNull(row.on_s, SECOND_SCALE),
    row.switches ?? null,
    row.version,
  ]
}

/** In the order of `FIELD_COLUMNS`. Most fields are known as long as the row is covered: that takes no space. */
export function encodeField({ scale }: Column, field: FieldRollUp, { covered_s }: RollUp): Bound[] {
  const { mean, minimum, maximum, p50, p95, held_s } = field
  const values = [
    scaled(mean, scale * MEAN_SCALE),
    ...[minimum, maximum, p50, p95].map((value) => scaled(value, scale)),
  ]
  return [...values, held_s === covered_s ? null : scaled(held_s, SECOND_SCALE)]
}

/** Of a row that begins with its timestamp. */
export function decodeRollUp(device_id: string, row: Row, fields: readonly OneField[]): RollUp {
  const [timestamp, duration_ms, samples, covered_ms, completeness, first, last] = row
  const [energy, source, integral, resets, on_ms, switches, version] = row.slice(7)
  return {
    device_id,
    timestamp: Number(timestamp),
    duration_ms: Number(duration_ms),
    samples: Number(samples),
    covered_s: Number(covered_ms) / SECOND_SCALE,
    completeness: Number(completeness) / COMPLETENESS_SCALE,
    ...own('first_timestamp', first, 1),
    ...own('last_timestamp', last, 1),
    ...own('energy_kwh', energy, ENERGY_SCALE),
    ...(isKnown(source) && { energy_source: ENERGY_SOURCES[Number(source)] }),
    ...own('energy_integral_kwh', integral, ENERGY_SCALE),
    resets: Number(resets),
    ...own('on_s', on_ms, SECOND_SCALE),
    ...own('switches', switches, 1),
    version: Number(version),
    fields: Object.fromEntries(fields),
  }
}

/** Of a row that begins with its timestamp and the field; `covered_ms` is that of its row. */
export function decodeField({ key, scale }: Column, row: Row, covered_ms: number): OneField {
  const [mean, minimum, maximum, p50, p95] = row.slice(2).map(Number) as [number, number, number, number, number]
  const field = {
    mean: mean / (scale * MEAN_SCALE),
    minimum: minimum / scale,
    maximum: maximum / scale,
    p50: p50 / scale,
    p95: p95 / scale,
    held_s: Number(row[7] ?? covered_ms) / SECOND_SCALE,
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
