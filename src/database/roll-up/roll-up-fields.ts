import type { MeasuredKey } from '../../domain/reading'

/** What a sample has to carry for a row with these fields: the fields, then what energy and switching need. */
export function rollUpFields(fields: readonly MeasuredKey[]): MeasuredKey[] {
  return [...new Set<MeasuredKey>([...fields, 'power_w', 'energy_kwh', 'energy_total_kwh', 'on'])]
}
