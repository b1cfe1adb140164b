import { RAW, type Source } from '../../tiers/tier'
import { FIND_DEVICE, type Bound, type Statements } from '../sqlite-statements'
import { FIND_TIER, type KeyedTable } from './tier-statements'

/** Where the rows of a source stand, and what their keys begin with before the device. */
export interface Place {
  readonly table: 'reading' | 'roll_up'
  readonly prefix: readonly Bound[]
}

/** Undefined for a tier of which the file knows nothing. */
export function placeOf(statements: Statements, source: Source): Place | undefined {
  if (source === RAW) return { table: 'reading', prefix: [] }
  const tier = tierNumber(statements, source.name)
  return tier === undefined ? undefined : { table: 'roll_up', prefix: [tier] }
}

/** The tables of a place; those that belong to the rows of another first. */
export function tablesOf({ table }: Place): readonly KeyedTable[] {
  return table === 'reading' ? ['reading'] : ['roll_up_field', 'roll_up']
}

// Not kept in memory: another process may have made the tier, or taken it away.
export function tierNumber(statements: Statements, name: string): number | undefined {
  const row = statements.first(FIND_TIER, [name])
  return row && Number(row[0])
}

/** Of each of these, its number in the file; of those that are not in it, none. */
export function* numbered(
  statements: Statements,
  device_ids: readonly string[],
): Generator<{ readonly device: number; readonly device_id: string }> {
  for (const device_id of device_ids) {
    const row = statements.first(FIND_DEVICE, [device_id])
    if (row) yield { device: Number(row[0]), device_id }
  }
}
