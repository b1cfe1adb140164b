import type { MeasuredKey } from '../../../domain/reading'
import type { TierMeasurement } from '../../history/record-source'
import { nameText, stringText } from '../../line-protocol/line-text'
import type { FieldRollUp, RollUp } from '../../tiers/roll-up'
import { ENERGY_SOURCE, NEEDED_NUMBERS, OPTIONAL_NUMBERS, PRESENT, STATISTICS, SUFFIXES } from './roll-up-columns'

/** A row as a line of line protocol, with its line break. All numbers are floats, so that no type ever conflicts. */
export function rollUpLine(measurement: TierMeasurement, row: RollUp): string {
  const fields = NEEDED_NUMBERS.map((name) => `${name}=${row[name]}`)
  // Never nothing: in CSV an empty text is none.
  const present = ['samples']
  for (const name of OPTIONAL_NUMBERS) {
    if (row[name] === undefined) continue
    present.push(name)
    fields.push(`${name}=${row[name]}`)
  }
  if (row.energy_source !== undefined) {
    present.push(ENERGY_SOURCE)
    fields.push(`${ENERGY_SOURCE}="${row.energy_source}"`)
  }
  for (const [key, statistics] of Object.entries(row.fields) as [MeasuredKey, FieldRollUp][]) {
    present.push(key + SUFFIXES.mean)
    for (const name of STATISTICS) fields.push(`${key}${SUFFIXES[name]}=${statistics[name]}`)
  }
  fields.push(`${PRESENT}=${stringText(present.join(','))}`)
  return `${measurement},device_id=${nameText(row.device_id)} ${fields.join(',')} ${row.timestamp}\n`
}
