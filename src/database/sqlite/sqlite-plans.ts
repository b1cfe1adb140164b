import { COLUMNS } from './sqlite-columns'
import type { Connection } from './sqlite-connection'
import * as sql from './sqlite-statements'
import * as tiers from './tiers/tier-statements'

/** A statement that runs on every file of ours, and what it is for. */
export interface OurStatement {
  readonly purpose: string
  readonly sql: string
  /** It is meant to read a whole table, because that is small. */
  readonly isScan?: true
}

const SOME = COLUMNS.slice(0, 2)

export const OUR_STATEMENTS: readonly OurStatement[] = [
  { purpose: 'a range, oldest first', sql: sql.selectRange(COLUMNS, 'ASC', false) },
  { purpose: 'a range of some fields, oldest first', sql: sql.selectRange(SOME, 'ASC', true) },
  { purpose: 'a range, newest first', sql: sql.selectRange(COLUMNS, 'DESC', false) },
  { purpose: 'a range of some fields, newest first', sql: sql.selectRange(SOME, 'DESC', true) },
  { purpose: 'the newest reading', sql: sql.NEWEST_READING },
  { purpose: 'the last moment before another', sql: sql.LAST_BEFORE },
  { purpose: 'the last good reading before a moment', sql: sql.LAST_GOOD_BEFORE },
  { purpose: 'the first moment from another on', sql: sql.FIRST_FROM },
  { purpose: 'the first good reading from a moment on', sql: sql.FIRST_GOOD_FROM },
  { purpose: 'a device', sql: sql.FIND_DEVICE },
  { purpose: 'a description', sql: sql.DESCRIBE_DEVICE },
  // One row for each device, in the order of the index that stands for the table.
  { purpose: 'all devices', sql: sql.ALL_DEVICES, isScan: true },
  { purpose: 'what a device has recorded, oldest first', sql: sql.selectRecorded('ASC', true) },
  { purpose: 'what a device has recorded, newest first', sql: sql.selectRecorded('DESC', true) },
  { purpose: 'what all devices have recorded, oldest first', sql: sql.selectRecorded('ASC', false) },
  { purpose: 'what all devices have recorded, newest first', sql: sql.selectRecorded('DESC', false) },
  { purpose: 'samples of all fields', sql: tiers.selectSamples(COLUMNS, []) },
  { purpose: 'samples of some fields', sql: tiers.selectSamples(SOME, COLUMNS.slice(2)) },
  { purpose: 'how many good readings there are', sql: tiers.COUNT_GOOD },
  { purpose: 'the rows of a tier', sql: tiers.SELECT_ROLL_UPS },
  { purpose: 'the fields of a tier', sql: tiers.selectFields([]) },
  { purpose: 'some fields of a tier', sql: tiers.selectFields([1, 2]) },
  { purpose: 'a tier', sql: tiers.FIND_TIER },
  { purpose: 'whether a tier has rows', sql: tiers.ANY_OF_TIER },
  // As many rows as there are tiers and measured keys.
  { purpose: 'all tiers', sql: tiers.ALL_TIERS, isScan: true },
  { purpose: 'all fields', sql: tiers.ALL_FIELDS, isScan: true },
  ...tiers.KEYED_TABLES.flatMap((table) => [
    { purpose: `the first row of ${table}`, sql: tiers.firstIn(table) },
    { purpose: `the last row of ${table}`, sql: tiers.lastIn(table) },
    { purpose: `some rows of ${table}`, sql: tiers.someOf(table) },
    { purpose: `how many rows of ${table} there are`, sql: tiers.countIn(table) },
    { purpose: `where a part of ${table} ends`, sql: tiers.nextAfter(table) },
    { purpose: `what expires of ${table}`, sql: tiers.deleteIn(table) },
  ]),
]

/** The steps of SQLite's plan. On a connection of its own: the binding leaves the plan of an update unfinished. */
export function planOf(connection: Connection, statement: string): string[] {
  const rows = connection.prepare(`EXPLAIN QUERY PLAN ${statement}`).raw().all([]) as unknown[][]
  return rows.map((row) => String(row.at(-1)))
}

/** The table that a plan reads as a whole, by the name that the statement gives it; what it has found so far is none. */
export function scannedTable(plan: readonly string[]): string | undefined {
  return plan.map((step) => /^SCAN ([^\s(]+)/.exec(step)?.[1]).find((table) => table !== undefined)
}

export function usesIndex(plan: readonly string[], index: string): boolean {
  return plan.some((step) => step.split(' ').includes(index))
}
