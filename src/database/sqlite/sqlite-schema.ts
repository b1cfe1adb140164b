import type Libsql from 'libsql'
import { MonitorError } from '../../domain/errors'
import { COLUMNS } from './sqlite-columns'

/** 'KasM': how we, and the `file` command, know our own files. */
export const APPLICATION_ID = 0x4b61734d

/**
 * Each entry takes the file from the version of its index to the next; entries are never changed, only added. Measured
 * columns, and their numbers in `field`, need no entry: those that are missing are added on opening.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE device (
     device INTEGER PRIMARY KEY,
     device_id TEXT NOT NULL UNIQUE,
     parent_id TEXT,
     alias TEXT NOT NULL,
     model TEXT NOT NULL,
     host TEXT NOT NULL,
     described_at INTEGER NOT NULL
   );
   CREATE TABLE reading (
     device INTEGER NOT NULL,
     timestamp INTEGER NOT NULL,
     suspect INTEGER NOT NULL,
     PRIMARY KEY (device, timestamp)
   ) WITHOUT ROWID;`,
  `CREATE TABLE recorded_energy (
     device INTEGER NOT NULL,
     timestamp INTEGER NOT NULL,
     duration_ms INTEGER NOT NULL,
     used_kwh_e6 INTEGER NOT NULL,
     PRIMARY KEY (device, timestamp, duration_ms)
   ) WITHOUT ROWID;
   CREATE INDEX recorded_energy_timestamp ON recorded_energy (timestamp);`,
  // The user's own. Tags and fields are JSON with sorted names: json_extract(fields, '$.litres').
  `CREATE TABLE point (
     measurement TEXT NOT NULL,
     tags TEXT NOT NULL,
     timestamp INTEGER NOT NULL,
     fields TEXT NOT NULL,
     PRIMARY KEY (measurement, tags, timestamp)
   ) WITHOUT ROWID;`,
  // By time before field: what is rolled up at once then lies on one page, and a small computer's card lives longer.
  `CREATE TABLE tier (
     tier INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE
   );
   CREATE TABLE field (
     field INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE
   );
   CREATE TABLE roll_up (
     tier INTEGER NOT NULL,
     device INTEGER NOT NULL,
     timestamp INTEGER NOT NULL,
     duration_ms INTEGER NOT NULL,
     samples INTEGER NOT NULL,
     covered_ms INTEGER NOT NULL,
     completeness_e4 INTEGER NOT NULL,
     first_timestamp INTEGER,
     last_timestamp INTEGER,
     energy_kwh_e6 INTEGER,
     energy_source INTEGER,
     energy_integral_kwh_e6 INTEGER,
     resets INTEGER NOT NULL,
     on_ms INTEGER,
     switches INTEGER,
     version INTEGER NOT NULL,
     PRIMARY KEY (tier, device, timestamp)
   ) WITHOUT ROWID;
   CREATE TABLE roll_up_field (
     tier INTEGER NOT NULL,
     device INTEGER NOT NULL,
     timestamp INTEGER NOT NULL,
     field INTEGER NOT NULL,
     mean INTEGER NOT NULL,
     minimum INTEGER NOT NULL,
     maximum INTEGER NOT NULL,
     p50 INTEGER NOT NULL,
     p95 INTEGER NOT NULL,
     held_ms INTEGER,
     PRIMARY KEY (tier, device, timestamp, field)
   ) WITHOUT ROWID;`,
  'ALTER TABLE roll_up ADD COLUMN energy_step_kwh_e6 INTEGER;',
]

/** The indexes that stand beside the primary keys, and what makes them. */
export const INDEXES: ReadonlyMap<string, string> = new Map([
  ['recorded_energy_timestamp', 'CREATE INDEX recorded_energy_timestamp ON recorded_energy (timestamp)'],
])

export const SCHEMA_VERSION = MIGRATIONS.length

/** The readings with the keys and units that everything else uses, for people who open the file with other tools. */
export const READINGS_VIEW = `CREATE VIEW readings AS
SELECT d.device_id, d.parent_id, d.alias, d.model, d.host, r.timestamp,
${COLUMNS.map(({ key, name, scale }) => `  r."${name}"${scale === 1 ? '' : ` / ${scale}.0`} AS "${key}",\n`).join('')}\
  'poll' AS source, CASE r.suspect WHEN 0 THEN 'good' ELSE 'suspect' END AS quality
FROM reading AS r JOIN device AS d USING (device)`

type Connection = Libsql.Database

/** First value of the first row: the binding's `pragma` does not keep its promise of a simple answer. */
export function firstValue(connection: Connection, sql: string): unknown {
  const row = connection.prepare(sql).raw().get([]) as readonly unknown[] | undefined
  return row?.[0]
}

/** What makes a file from before able to give space back, while nobody else has it open. */
export const MAKE_INCREMENTAL = 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'

/** Whether the file can give space back, which is decided when it is made. */
export function isIncremental(connection: Connection): boolean {
  return firstValue(connection, 'PRAGMA auto_vacuum') === 2
}

/** Refuses a file that is not ours before anything in it is changed. @throws MonitorError `DATABASE_INVALID` */
export function recognise(connection: Connection, file: string): void {
  const application_id = firstValue(connection, 'PRAGMA application_id')
  const isEmpty = firstValue(connection, 'SELECT count(*) FROM sqlite_master') === 0
  if (application_id !== APPLICATION_ID && !isEmpty) throw foreign(file, 'it belongs to another program')
  const version = Number(firstValue(connection, 'PRAGMA user_version'))
  if (version > SCHEMA_VERSION) throw foreign(file, `its version ${version} is newer than ${SCHEMA_VERSION}`)
}

/** Makes or brings up to date the tables and the view, all or nothing. Fails where the file cannot be written. */
export function prepareSchema(connection: Connection): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const missing = MIGRATIONS.slice(Number(firstValue(connection, 'PRAGMA user_version')))
    for (const migration of missing) connection.exec(migration)
    const isChanged = addMissingColumns(connection)
    addMissingFields(connection)
    if (isChanged || missing.length > 0 || viewText(connection) !== READINGS_VIEW) {
      connection.exec(`DROP VIEW IF EXISTS readings; ${READINGS_VIEW}`)
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
    }
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

function addMissingColumns(connection: Connection): boolean {
  const rows = connection.prepare("SELECT name FROM pragma_table_info('reading')").raw().all([]) as string[][]
  const present = new Set(rows.map(([name]) => name))
  const missing = COLUMNS.filter(({ name }) => !present.has(name))
  for (const { name } of missing) connection.exec(`ALTER TABLE reading ADD COLUMN "${name}" INTEGER`)
  return missing.length > 0
}

function addMissingFields(connection: Connection): void {
  const rows = connection.prepare('SELECT name FROM field').raw().all([]) as string[][]
  const present = new Set(rows.map(([name]) => name))
  const add = connection.prepare('INSERT INTO field (name) VALUES (?)')
  for (const { name } of COLUMNS) if (!present.has(name)) add.run([name])
}

function viewText(connection: Connection): unknown {
  return firstValue(connection, "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'readings'")
}

function foreign(file: string, reason: string): MonitorError {
  const details = { field: 'file', value: file, range: 'a new file, or one made by this pack' }
  return new MonitorError('DATABASE_INVALID', `${file}: ${reason}; it is left as it is`, { details })
}
