import { existsSync, statSync } from 'node:fs'
import Libsql from 'libsql'
import { MonitorError } from '../../domain/errors'
import type { DatabaseHealth, IndexHealth, SlowOperation } from '../database'
import type { Connection } from './sqlite-connection'
import { findingsOf, type SeenIndex } from './sqlite-findings'
import type { InspectOrder } from './sqlite-messages'
import { OUR_STATEMENTS, planOf, usesIndex } from './sqlite-plans'
import { firstValue, isIncremental } from './sqlite-schema'

/** What the thread that holds the file has seen since it opened it. */
export interface Statistics {
  readonly slow: readonly SlowOperation[]
  readonly locks: NonNullable<DatabaseHealth['locks']>
}

/** What the file looks like from outside. */
export interface Inspection {
  readonly size_bytes: number
  /** Absent where there are too many to count in a moment. */
  readonly rows?: number
  readonly indexes: readonly IndexHealth[]
  /** By statement, as far as it has one. */
  readonly plans: ReadonlyMap<string, string>
  readonly findings: readonly string[]
}

const COUNTING_MS = 1000
const CHUNK_ROWS = 20_000

/** Looks at the file on a connection of its own, and changes nothing. */
export function inspect({ options, statements }: InspectOrder): Inspection {
  const { file, busy_timeout_ms } = options
  if (!existsSync(file)) throw new MonitorError('DATABASE_UNAVAILABLE', `${file} is not there`)
  const connection = new Libsql(file, { timeout: busy_timeout_ms })
  try {
    connection.exec('PRAGMA query_only = ON')
    const plans = new Map(OUR_STATEMENTS.map((statement) => [statement, planOf(connection, statement.sql)]))
    const indexes = indexesOf(connection, [...plans.values()])
    const page_bytes = numberOf(connection, 'PRAGMA page_size')
    const pages = numberOf(connection, 'PRAGMA page_count')
    const free_bytes = numberOf(connection, 'PRAGMA freelist_count') * page_bytes
    const file_bytes = pages * page_bytes
    const log_bytes = sizeOf(`${file}-wal`)
    const rows = countRows(connection)
    return {
      size_bytes: file_bytes + log_bytes,
      ...(rows !== undefined && { rows }),
      indexes: indexes.map(({ name, table, used }) => ({ name, table, used })),
      plans: plansOf(connection, statements),
      findings: findingsOf({
        ...{ plans, indexes, file_bytes, free_bytes, log_bytes, maximum_mb: options.maximum_mb },
        isIncremental: isIncremental(connection),
      }),
    }
  } finally {
    connection.close()
  }
}

function indexesOf(connection: Connection, plans: readonly (readonly string[])[]): SeenIndex[] {
  const rows = connection
    .prepare(
      `SELECT i.name, t.name, i.origin FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS i
WHERE t.type = 'table' ORDER BY t.name, i.name`,
    )
    .raw()
    .all([]) as [string, string, string][]
  return rows.map(([name, table, origin]) => {
    const isKey = origin !== 'c'
    return { name, table, isKey, used: isKey || plans.some((plan) => usesIndex(plan, name)) }
  })
}

/** In steps, so that a huge file is given up in time. */
function countRows(connection: Connection): number | undefined {
  const ends = performance.now() + COUNTING_MS
  const next = connection
    .prepare(
      `SELECT count(*), max(timestamp) FROM
(SELECT timestamp FROM reading WHERE device = ? AND timestamp > ? ORDER BY timestamp LIMIT ${CHUNK_ROWS})`,
    )
    .raw()
  const devices = connection.prepare('SELECT device FROM device').raw().all([]) as [number][]
  let rows = 0
  for (const [device] of devices) {
    for (let [count, last] = [CHUNK_ROWS, Number.MIN_SAFE_INTEGER]; count === CHUNK_ROWS; rows += count) {
      if (performance.now() > ends) return undefined
      ;[count, last] = next.get([device, last]) as [number, number]
    }
  }
  for (const table of ['recorded_energy', 'point']) {
    const limit = 50 * CHUNK_ROWS
    const count = numberOf(connection, `SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT ${limit})`)
    if (count === limit) return undefined
    rows += count
  }
  return rows
}

function plansOf(connection: Connection, statements: readonly string[]): Map<string, string> {
  const planned = statements.filter((statement) => /^(SELECT|INSERT|UPDATE)/.test(statement))
  return new Map(planned.map((statement) => [statement, planOf(connection, statement).join('; ')]))
}

function numberOf(connection: Connection, sql: string): number {
  return Number(firstValue(connection, sql))
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
