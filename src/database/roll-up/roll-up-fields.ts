import { MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'

/**
 * What a sample has to carry, in this order, for rows with these fields, or with all where none is named: the fields, then what
 * energy and switching need.
 */
export function rollUpFields(fields: readonly MeasuredKey[]): MeasuredKey[] {
  if (fields.length === 0) return MEASURED_KEYS
  return [...new Set<MeasuredKey>([...fields, 'power_w', 'energy_kwh', 'energy_total_kwh', 'on'])]
}
