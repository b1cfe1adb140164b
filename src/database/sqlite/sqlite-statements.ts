import type Libsql from 'libsql'
import { MonitorError } from '../../domain/errors'
import type { SlowOperations } from '../operations'
import type { Connection } from './sqlite-connection'
import { COLUMNS, type Column } from './sqlite-columns'

const STATEMENTS = 100
/** A write that begins later than this has waited for another program. */
const LOCK_WAIT_MS = 5

/** What the binding takes without ending the process: it has no answer to a boolean. */
export type Bound = number | string | null
export type Row = readonly (number | string | null)[]

/** One prepared statement per query text. Rows are arrays; each call reads them all, so that none holds the file. */
export class Statements {
  /** How often beginning to write took its time, and how much. */
  readonly locks = { waits: 0, busy_ms: 0 }
  private readonly prepared = new Map<string, Libsql.Statement<unknown[]>>()

  constructor(
    private readonly connection: Connection,
    private readonly slow: SlowOperations,
  ) {}

  all(sql: string, bound: readonly Bound[]): Row[] {
    assertBindable(bound)
    return this.timed(sql, () => this.statement(sql).all(bound) as Row[])
  }

  first(sql: string, bound: readonly Bound[]): Row | undefined {
    assertBindable(bound)
    return this.timed(sql, () => this.statement(sql).get(bound) as Row | undefined)
  }

  /** Not timed: it is the single row of many, and the commit shows what they cost. @returns how many rows it changed */
  run(sql: string, bound: readonly Bound[]): number {
    assertBindable(bound)
    return this.statement(sql).run(bound).changes
  }

  /** Begins to write; waits for other programs as long as the busy timeout says. */
  begin(): void {
    const started = performance.now()
    let hasWaited = true
    try {
      this.timed('BEGIN IMMEDIATE', () => this.connection.exec('BEGIN IMMEDIATE'))
      hasWaited = performance.now() - started >= LOCK_WAIT_MS
    } finally {
      if (hasWaited) {
        this.locks.waits++
        this.locks.busy_ms += performance.now() - started
      }
    }
  }

  end(sql: 'COMMIT' | 'ROLLBACK'): void {
    this.timed(sql, () => this.connection.exec(sql))
  }

  get inTransaction(): boolean {
    return this.connection.inTransaction
  }

  private timed<Answer>(statement: string, work: () => Answer): Answer {
    const started = performance.now()
    try {
      return work()
    } finally {
      const duration_ms = performance.now() - started
      this.slow.add({ statement, timestamp: Math.round(Date.now() - duration_ms), duration_ms })
    }
  }

  private statement(sql: string): Libsql.Statement<unknown[]> {
    let statement = this.prepared.get(sql)
    if (!statement) {
      if (this.prepared.size >= STATEMENTS) this.prepared.clear()
      statement = this.connection.prepare(sql)
      if (!/^(INSERT|UPDATE|DELETE)/.test(sql)) statement.raw()
      this.prepared.set(sql, statement)
    }
    return statement
  }
}

/** The types say so already, but the price of an error is the whole Node-RED. */
function assertBindable(bound: readonly unknown[]): void {
  for (const value of bound) {
    if (typeof value === 'number' || typeof value === 'string' || value === null) continue
    throw new MonitorError('INTERNAL', `A ${typeof value} cannot be given to SQLite`)
  }
}

const DEVICE_COLUMNS = 'device, device_id, parent_id, alias, model, host, described_at'

export const FIND_DEVICE = `SELECT ${DEVICE_COLUMNS} FROM device WHERE device_id = ?`
export const ADD_DEVICE = `INSERT INTO device (device_id, parent_id, alias, model, host, described_at)
VALUES (?, ?, ?, ?, ?, ?)`
export const DESCRIBE_DEVICE = `UPDATE device SET parent_id = ?, alias = ?, model = ?, host = ?, described_at = ?
WHERE device = ?`
export const ALL_DEVICES = 'SELECT device_id FROM device ORDER BY device_id'

/** The columns that a reading has; the rest is absent. The same device and timestamp again changes nothing. */
export function insertReading(columns: readonly Column[]): string {
  const names = ['device', 'timestamp', 'suspect', ...columns.map(({ name }) => `"${name}"`)]
  return `INSERT INTO reading (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`
}

export const ADD_RECORDED = `INSERT INTO recorded_energy (device, timestamp, duration_ms, used_kwh_e6)
VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`

/** A point of the same series and moment adds its fields, as it would in InfluxDB; the same fields again change nothing. */
export const ADD_POINT = `INSERT INTO point (measurement, tags, timestamp, fields) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET fields = json_patch(fields, excluded.fields) WHERE fields <> excluded.fields`

/** Bound: from, to, limit; of one device: its id before them. */
export function selectRecorded(order: 'ASC' | 'DESC', ofOneDevice: boolean): string {
  return `SELECT d.device_id, d.parent_id, d.alias, d.model, d.host, e.timestamp, e.duration_ms, e.used_kwh_e6
FROM recorded_energy AS e JOIN device AS d USING (device)
WHERE ${ofOneDevice ? 'd.device_id = ? AND ' : ''}e.timestamp >= ? AND e.timestamp < ?
ORDER BY e.timestamp ${order}, d.device_id ${order}, e.duration_ms ${order} LIMIT ?`
}

function selectReading(columns: readonly Column[]): string {
  return `SELECT ${['timestamp', 'suspect', ...columns.map(({ name }) => `"${name}"`)].join(', ')} FROM reading`
}

/** Bound: device, from, to, limit. Rows without any of the columns are left out where `needed` says so. */
export function selectRange(columns: readonly Column[], order: 'ASC' | 'DESC', needed: boolean): string {
  const values = columns.map(({ name }) => `"${name}" IS NOT NULL`).join(' OR ')
  const condition = needed && columns.length > 0 ? ` AND (${values})` : ''
  return `${selectReading(columns)} WHERE device = ? AND timestamp >= ? AND timestamp < ?${condition}
ORDER BY timestamp ${order} LIMIT ?`
}

export const NEWEST_READING = `${selectReading(COLUMNS)} WHERE device = ? ORDER BY timestamp DESC LIMIT 1`
export const LAST_BEFORE =
  'SELECT timestamp FROM reading WHERE device = ? AND timestamp < ? ORDER BY timestamp DESC LIMIT 1'
/** Of good ones; bound behind the moment: how many readings are looked at. */
export const LAST_GOOD_BEFORE = `SELECT max(timestamp) FROM
(SELECT timestamp, suspect FROM reading WHERE device = ? AND timestamp < ? ORDER BY timestamp DESC LIMIT ?)
WHERE suspect = 0 HAVING count(*) > 0`
export const FIRST_GOOD_FROM = `SELECT timestamp FROM reading WHERE device = ? AND timestamp >= ? AND timestamp < ?
AND suspect = 0 ORDER BY timestamp LIMIT 1`
export const FIRST_FROM = `SELECT timestamp FROM reading WHERE device = ? AND timestamp >= ? AND timestamp < ?
ORDER BY timestamp LIMIT 1`
