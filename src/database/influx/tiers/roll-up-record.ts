import { MEASURED_KEYS, type MeasuredKey } from '../../../domain/reading'
import type { DatabaseRecord } from '../../history/record-source'
import { originalText } from '../../line-protocol/line-text'
import type { EnergySource, FieldRollUp, RollUp } from '../../tiers/roll-up'
import { ENERGY_SOURCE, NEEDED_NUMBERS, OPTIONAL_NUMBERS, PRESENT, STATISTICS, SUFFIXES } from './roll-up-columns'

const ENERGY_SOURCES: ReadonlySet<unknown> = new Set<EnergySource>(['counter', 'integral', 'mixed'])

/** Undefined where it is no row of ours. */
export function rollUpOf(record: DatabaseRecord, keys: readonly MeasuredKey[]): RollUp | undefined {
  const device_id = record.get('device_id')
  const present = record.get(PRESENT)
  const needed = numbersOf(record, NEEDED_NUMBERS)
  if (typeof device_id !== 'string' || device_id === '' || typeof present !== 'string' || !needed) return undefined
  const names = new Set(present.split(','))
  const optional = numbersOf(
    record,
    OPTIONAL_NUMBERS.filter((name) => names.has(name)),
  )
  const source = names.has(ENERGY_SOURCE) ? record.get(ENERGY_SOURCE) : undefined
  return {
    device_id: originalText(device_id),
    timestamp: record.timestamp,
    ...(needed as Record<(typeof NEEDED_NUMBERS)[number], number>),
    ...optional,
    ...(ENERGY_SOURCES.has(source) && { energy_source: source as EnergySource }),
    fields: fieldsOf(
      record,
      keys.filter((key) => names.has(key + SUFFIXES.mean)),
    ),
  }
}

function fieldsOf(record: DatabaseRecord, keys: readonly MeasuredKey[]): RollUp['fields'] {
  const fields: Partial<Record<MeasuredKey, FieldRollUp>> = {}
  for (const key of keys) {
    const values = STATISTICS.map((name) => [name, record.get(key + SUFFIXES[name])] as const)
    if (values.every(([, value]) => isNumber(value))) {
      fields[key] = Object.fromEntries(values) as Record<keyof FieldRollUp, number>
    }
  }
  return fields
}

/** Undefined where one of them is missing. */
function numbersOf<Name extends string>(
  record: DatabaseRecord,
  names: readonly Name[],
): Partial<Record<Name, number>> | undefined {
  const numbers: Partial<Record<Name, number>> = {}
  for (const name of names) {
    const value = record.get(name)
    if (!isNumber(value)) return undefined
    numbers[name] = value
  }
  return numbers
}

/** The keys that rows are read with; all where none is named. */
export function keysOf(fields: readonly MeasuredKey[]): readonly MeasuredKey[] {
  return fields.length > 0 ? fields : MEASURED_KEYS
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
