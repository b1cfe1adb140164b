import { storedText } from '../../src/database/line-protocol/line-text'
import type { Line } from '../../src/database/line-protocol/line'
import type { Database } from './influx3-server'
import type { Received, Reply } from './scripted-server'

/*
 * Answers the SQL that is sent here as InfluxDB 3 does: a table has the columns that were ever written, JSON lines have no
 * zone in their times and leave out what is null. Anything else is refused, so that no test passes on a statement that nobody
 * has thought about.
 */

type Row = ReadonlyMap<string, unknown>
type Bound = Readonly<Record<string, string>>

const COLUMNS = `SELECT column_name FROM information_schema.columns WHERE table_schema = 'iox' AND table_name = $table`
const NAMES = 'time(?:, "\\w+")*'
const SELECT = new RegExp(
  `^SELECT (${NAMES}) FROM "(\\w+)" WHERE time >= \\$from AND time < \\$to` +
    `(?: AND "device_id" IN \\(([$\\w, ]+)\\))?(?: AND \\((["\\w ]+)\\))?(?: ORDER BY time (ASC|DESC) LIMIT (\\d+))?$`,
)
const NEWEST = new RegExp(
  `^SELECT (${NAMES}) FROM \\(SELECT \\1, row_number\\(\\) OVER \\(PARTITION BY "device_id" ORDER BY time DESC\\) ` +
    `AS "place" (FROM .*)\\) WHERE "place" = 1$`,
)
const DEVICES = /^SELECT DISTINCT "device_id" (FROM .*)$/
const COUNTS = new RegExp(
  "^SELECT date_bin\\(INTERVAL '(\\d+) milliseconds', time, TIMESTAMP '([^']+)'\\) AS \"time\", \"device_id\", " +
    'count\\(DISTINCT time\\) AS "count" (FROM .*?)( AND "quality" = \'good\')? GROUP BY 1, 2$',
)
const FILES = 'SELECT sum(size_bytes) AS size_bytes, sum(row_count) AS row_count FROM system.parquet_files'
const RETENTION = 'SELECT retention_period_ns FROM system.databases WHERE database_name = $database'
/** A file holds ten minutes, and InfluxDB 3 Core opens 432 of them. */
const FILE_MS = 600_000
const OPEN_FILES = 432

class Refused extends Error {}

/** For `Influx3Server.sql`. */
export function answerSql({ body }: Received, databases: ReadonlyMap<string, Database>): Reply {
  const { db, q, params, format } = JSON.parse(body) as { db: string; q: string; params: Bound; format: string }
  const database = databases.get(db)
  if (!database) return { status: 404, body: { error: `database not found: ${db}`, data: null } }
  try {
    if (format === 'json')
      return { status: 200, body: q === FILES ? filesOf(database) : retentionOf(q, params, databases) }
    if (format !== 'jsonl') throw new Refused('another format')
    return { status: 200, body: answerOf(q, params, linesOf(database)).map(lineOf).join('') }
  } catch (error) {
    if (error instanceof Refused) return { status: 500, body: `error while planning query: ${error.message}` }
    throw error
  }
}

function filesOf({ stored }: Database): object[] {
  const row_count = stored.lines.length
  return [{ size_bytes: 30 * row_count, row_count }]
}

function retentionOf(q: string, { database = '' }: Bound, databases: ReadonlyMap<string, Database>): object[] {
  if (q !== RETENTION) throw new Refused('another question about the server')
  const found = databases.get(database)
  return found ? [{ retention_period_ns: found.retention_ms === undefined ? null : found.retention_ms * 1e6 }] : []
}

const kept = new WeakMap<readonly Line[], readonly Line[]>()

/**
 * What is past its life is not shown any more, whether or not it is deleted yet:
 * docs.influxdata.com/influxdb3/core/reference/internals/data-retention
 */
function linesOf({ stored, retention_ms }: Database): readonly Line[] {
  if (retention_ms === undefined) return stored.lines
  const found = kept.get(stored.lines) ?? stored.lines.filter((line) => line.timestamp >= Date.now() - retention_ms)
  kept.set(stored.lines, found)
  return found
}

function answerOf(q: string, bound: Bound, lines: readonly Line[]): Row[] {
  const columnsOf = (table: string) => columnsIn(lines).get(table) ?? new Set()
  if (q === COLUMNS) return [...columnsOf(bound.table ?? '')].map((name) => new Map([['column_name', name]]))
  const counts = COUNTS.exec(q)
  if (counts) return countsOf(counts, bound, lines)
  const devices = DEVICES.exec(q)
  if (devices) return distinct(answerOf(`SELECT time, "device_id" ${devices[1]}`, bound, lines), ['device_id'])
  const newest = NEWEST.exec(q)
  const [, names = '', table = '', named, needed, direction, limit] = matched(
    newest ? `SELECT ${newest[1]} ${newest[2]}` : q,
  )
  const known = columnsOf(table)
  if (known.size === 0) throw new Refused(`table 'public.iox.${table}' not found`)
  const columns = names.split(', ').map((name) => name.replaceAll('"', ''))
  const conditions = needed?.split(' OR ').map((condition) => /^"(\w+)" IS NOT NULL$/.exec(condition)?.[1] ?? '') ?? []
  for (const column of [...columns, ...conditions]) {
    if (!known.has(column)) throw new Refused(`Schema error: No field named ${column}.`)
  }
  const ids = named?.split(', ').map((name) => bound[name.slice(1)])
  const [from, to] = [Date.parse(bound.from ?? ''), Date.parse(bound.to ?? '')]
  const inRange = lines.filter((line) => line.measurement === table && line.timestamp >= from && line.timestamp < to)
  assertFewFiles(inRange)
  const rows = inRange.map(rowOf).filter((row) => {
    const isNamed = ids === undefined || ids.includes(String(row.get('device_id')))
    return isNamed && (conditions.length === 0 || conditions.some((column) => row.has(column)))
  })
  const found = newest
    ? newestOf(rows)
    : ordered(rows, direction === 'DESC').slice(0, limit === undefined ? undefined : Number(limit))
  return found.map((row) => new Map(columns.flatMap((column) => (row.has(column) ? [[column, row.get(column)]] : []))))
}

function countsOf([, every, origin = '', from, good]: RegExpExecArray, bound: Bound, lines: readonly Line[]): Row[] {
  const start = Date.parse(origin)
  const quality = good === undefined ? '' : ', "quality"'
  const rows = answerOf(`SELECT time, "device_id"${quality} ${from}`, bound, lines)
  const counted = good === undefined ? rows : rows.filter((row) => row.get('quality') === 'good')
  const groups = new Map<string, Map<string, unknown>>()
  for (const row of distinct(counted, ['time', 'device_id'])) {
    const bucket = start + Math.floor((timeOf(row) - start) / Number(every)) * Number(every)
    const device_id = row.get('device_id')
    const group = groups.get(`${bucket} ${String(device_id)}`) ?? new Map([...row, ['time', bucket], ['count', 0]])
    groups.set(`${bucket} ${String(device_id)}`, group.set('count', Number(group.get('count')) + 1))
  }
  return [...groups.values()]
}

function distinct(rows: readonly Row[], columns: readonly string[]): Row[] {
  const found = new Map<string, Row>()
  for (const row of rows) {
    const own = columns.map((column) => [column, row.get(column)] as const)
    found.set(JSON.stringify(own), new Map(own))
  }
  return [...found.values()]
}

function assertFewFiles(lines: readonly Line[]): void {
  const files = new Set(lines.map(({ timestamp }) => Math.floor(timestamp / FILE_MS)))
  if (files.size <= OPEN_FILES) return
  throw new Refused(`External error: Query would exceed file limit of ${OPEN_FILES} parquet files.`)
}

/** Nothing is said about the order of rows of one moment. */
function ordered(rows: readonly Row[], isDescending: boolean): Row[] {
  const shuffled = [...rows].sort(() => Math.random() - 0.5)
  return shuffled.sort((one, other) => (isDescending ? timeOf(other) - timeOf(one) : timeOf(one) - timeOf(other)))
}

function newestOf(rows: readonly Row[]): Row[] {
  const newest = new Map<unknown, Row>()
  for (const row of ordered(rows, false)) newest.set(row.get('device_id'), row)
  return [...newest.values()]
}

function rowOf({ tags, fields, timestamp }: Line): Row {
  const stored = [...tags].map(([name, value]) => [name, storedText(value)] as const)
  return new Map<string, unknown>([['time', timestamp], ...stored, ...fields])
}

const known = new WeakMap<readonly Line[], ReadonlyMap<string, Set<string>>>()

function columnsIn(lines: readonly Line[]): ReadonlyMap<string, Set<string>> {
  const made = known.get(lines)
  if (made) return made
  const tables = new Map<string, Set<string>>()
  for (const { measurement, tags, fields } of lines) {
    const columns = tables.get(measurement) ?? new Set(['time'])
    for (const name of [...tags.keys(), ...fields.keys()]) columns.add(name)
    tables.set(measurement, columns)
  }
  known.set(lines, tables)
  return tables
}

function lineOf(row: Row): string {
  const entries = [...row].map(([name, value]) => [name, name === 'time' ? textOf(value as number) : value])
  return `${JSON.stringify(Object.fromEntries(entries))}\n`
}

function textOf(timestamp: number): string {
  return new Date(timestamp).toISOString().replace(/(\.000)?Z$/, '')
}

function timeOf(row: Row): number {
  return row.get('time') as number
}

function matched(q: string): RegExpExecArray {
  const match = SELECT.exec(q)
  if (!match) throw new Refused(`cannot read ${q}`)
  return match
}
