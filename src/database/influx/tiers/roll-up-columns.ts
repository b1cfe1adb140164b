import { MEASURED_KEYS, type MeasuredKey } from '../../../domain/reading'
import type { FieldRollUp } from '../../tiers/roll-up'

/** How a value of a field is named: `power_w_mean`. */
export const SUFFIXES: Readonly<Record<keyof FieldRollUp, string>> = {
  mean: '_mean',
  minimum: '_min',
  maximum: '_max',
  p50: '_p50',
  p95: '_p95',
  held_s: '_held_s',
}
export const STATISTICS = Object.keys(SUFFIXES) as (keyof FieldRollUp)[]

export const NEEDED_NUMBERS = ['duration_ms', 'samples', 'covered_s', 'completeness', 'resets', 'version'] as const
export const OPTIONAL_NUMBERS = [
  ...([
    'first_timestamp',
    'last_timestamp',
    'energy_kwh',
    'energy_integral_kwh',
    'energy_step_kwh',
    'on_s',
    'switches',
  ] as const),
]
export const ENERGY_SOURCE = 'energy_source'
/**
 * Names what a row has of what may be absent, a field by its mean. A server adds the fields of a point to those that it has of the same moment, so
 * that what a row no longer has would stay.
 */
export const PRESENT = 'present'

/** What has to be asked for to read rows with these fields; of all where none is named. */
export function rollUpColumns(fields: readonly MeasuredKey[]): string[] {
  const keys = fields.length > 0 ? fields : MEASURED_KEYS
  const values = keys.flatMap((key) => STATISTICS.map((name) => key + SUFFIXES[name]))
  return ['device_id', ...NEEDED_NUMBERS, ...OPTIONAL_NUMBERS, ENERGY_SOURCE, PRESENT, ...values]
}
