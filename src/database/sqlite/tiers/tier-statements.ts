import type { Column } from '../sqlite-columns'

/** What begins the key of each table that has a timestamp; what follows in the key is the timestamp. */
const KEYS = {
  reading: 'device = ?',
  roll_up: 'tier = ? AND device = ?',
  roll_up_field: 'tier = ? AND device = ?',
} as const

export type KeyedTable = keyof typeof KEYS
export const KEYED_TABLES = Object.keys(KEYS) as KeyedTable[]

export const FIND_TIER = 'SELECT tier FROM tier WHERE name = ?'
export const ADD_TIER = 'INSERT INTO tier (name) VALUES (?)'
export const REMOVE_TIER = 'DELETE FROM tier WHERE tier = ?'
export const ALL_TIERS = 'SELECT tier, name FROM tier ORDER BY tier'
export const ANY_OF_TIER = 'SELECT 1 FROM roll_up WHERE tier = ? LIMIT 1'
export const ALL_FIELDS = 'SELECT field, name FROM field ORDER BY field'
export const FIND_VIEW = "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?"

/** Bound: key, from, to; so are all that follow. */
function inRange(table: KeyedTable): string {
  return `FROM ${table} WHERE ${KEYS[table]} AND timestamp >= ? AND timestamp < ?`
}

export function firstIn(table: KeyedTable): string {
  return `SELECT timestamp ${inRange(table)} ORDER BY timestamp LIMIT 1`
}

export function lastIn(table: KeyedTable): string {
  return `SELECT timestamp ${inRange(table)} ORDER BY timestamp DESC LIMIT 1`
}

/** The row before which so many lie; bound behind the range: how many. */
export function nextAfter(table: KeyedTable): string {
  return `SELECT timestamp ${inRange(table)} ORDER BY timestamp LIMIT 1 OFFSET ?`
}

export function deleteIn(table: KeyedTable): string {
  return `DELETE ${inRange(table)}`
}

/** As they are stored; bound behind the range: how many. */
export function someOf(table: KeyedTable): string {
  return `SELECT * ${inRange(table)} ORDER BY timestamp LIMIT ?`
}

/** Rows, and the last of them; bound behind the range: how many at most. */
export function countIn(table: KeyedTable): string {
  return `SELECT count(*), max(timestamp) FROM (SELECT timestamp ${inRange(table)} ORDER BY timestamp LIMIT ?)`
}

/** The same of good readings, behind all of them. */
export const COUNT_GOOD = `SELECT count(*), max(timestamp), total(suspect = 0) FROM
(SELECT timestamp, suspect ${inRange('reading')} ORDER BY timestamp LIMIT ?)`

/**
 * Readings as one JSON array for each column, which is three times as fast as their rows: what the binding makes one by
 * one is expensive. At the end: in how many of them one of the absent columns has a value. Bound behind the range: how many
 * at most.
 */
export function selectSamples(columns: readonly Column[], absent: readonly Column[]): string {
  const names = ['timestamp', 'suspect', ...columns.map(({ name }) => `"${name}"`)]
  const others = absent.map(({ name }) => `"${name}"`)
  return `SELECT ${names.map((name) => `json_group_array(${name})`).join(', ')}, count(other) FROM
(SELECT ${names.join(', ')}, coalesce(${['NULL', 'NULL', ...others].join(', ')}) AS other
${inRange('reading')} ORDER BY timestamp LIMIT ?)`
}

export const ROLL_UP_COLUMNS = [
  'duration_ms',
  'samples',
  'covered_ms',
  'completeness_e4',
  'first_timestamp',
  'last_timestamp',
  'energy_kwh_e6',
  'energy_source',
  'energy_integral_kwh_e6',
  'resets',
  'on_ms',
  'switches',
  'version',
  'energy_step_kwh_e6',
] as const
export const FIELD_COLUMNS = ['mean', 'minimum', 'maximum', 'p50', 'p95', 'held_ms'] as const

export const PUT_ROLL_UP = insert('INSERT OR REPLACE', 'roll_up', ['timestamp', ...ROLL_UP_COLUMNS])
export const PUT_FIELD = insert('INSERT', 'roll_up_field', ['timestamp', 'field', ...FIELD_COLUMNS])

function insert(verb: string, table: KeyedTable, columns: readonly string[]): string {
  const names = ['tier', 'device', ...columns]
  return `${verb} INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
}

/** As one JSON array of rows; see `selectSamples`. Bound behind the range: how many at most. */
export const SELECT_ROLL_UPS = asJson(
  ['timestamp', ...ROLL_UP_COLUMNS],
  `${inRange('roll_up')} ORDER BY timestamp LIMIT ?`,
)

/** The same of these fields by their numbers, of all where none is given; in the order of time. */
export function selectFields(fields: readonly number[]): string {
  const condition = fields.length > 0 ? ` AND field IN (${fields.map(Number).join(', ')})` : ''
  return asJson(['timestamp', 'field', ...FIELD_COLUMNS], `${inRange('roll_up_field')}${condition} ORDER BY timestamp`)
}

function asJson(columns: readonly string[], from: string): string {
  const names = columns.join(', ')
  return `SELECT json_group_array(json_array(${names})) FROM (SELECT ${names} ${from})`
}

/** Bound: what the key begins with before the device, from, to. */
export function devicesIn(table: 'reading' | 'roll_up'): string {
  const key = KEYS[table].replace('device = ?', 'device = known.device')
  return `SELECT device_id FROM device AS known WHERE EXISTS
(SELECT 1 FROM ${table} WHERE ${key} AND timestamp >= ? AND timestamp < ?)`
}
