import { MEASURED_KEYS } from '../../domain/reading'
import type { FieldRollUp, RollUp } from '../tiers/roll-up'

const ROW_KEYS = [
  'device_id',
  'timestamp',
  'duration_ms',
  'samples',
  'covered_s',
  'completeness',
  'first_timestamp',
  'last_timestamp',
  'energy_kwh',
  'energy_source',
  'energy_integral_kwh',
  'energy_step_kwh',
  'resets',
  'on_s',
  'switches',
  'version',
] as const satisfies readonly (keyof RollUp)[]
const FIELD_KEYS = [
  'mean',
  'minimum',
  'maximum',
  'p50',
  'p95',
  'held_s',
] as const satisfies readonly (keyof FieldRollUp)[]

/** Whether both are the same to the last digit. */
export function sameRollUp(one: RollUp, other: RollUp): boolean {
  return (
    ROW_KEYS.every((key) => one[key] === other[key]) &&
    MEASURED_KEYS.every((field) => sameField(one.fields[field], other.fields[field]))
  )
}

/** Whether the one is made of fewer readings, or of less time, than the other. */
export function coversLess(one: RollUp, other: RollUp): boolean {
  return one.samples < other.samples || one.covered_s < other.covered_s
}

/** In words: `energy_kwh: 0.25, not 0.26`. */
export function differences(one: RollUp, other: RollUp): string[] {
  if (sameRollUp(one, other)) return []
  const ofRow = ROW_KEYS.flatMap((key) => difference(key, one[key], other[key]))
  const ofFields = MEASURED_KEYS.flatMap((field) =>
    FIELD_KEYS.flatMap((key) => difference(`${field} ${key}`, one.fields[field]?.[key], other.fields[field]?.[key])),
  )
  return [...ofRow, ...ofFields]
}

function sameField(one: FieldRollUp | undefined, other: FieldRollUp | undefined): boolean {
  return one === other || FIELD_KEYS.every((key) => one?.[key] === other?.[key])
}

function difference(name: string, one: string | number | undefined, other: string | number | undefined): string[] {
  return one === other ? [] : [`${name}: ${one ?? 'nothing'}, not ${other ?? 'nothing'}`]
}
