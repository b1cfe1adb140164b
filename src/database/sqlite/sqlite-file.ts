import { statSync, type Stats } from 'node:fs'
import { MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryBucket, HistoryRow, RecordedQuery } from '../database'
import { SlowOperations } from '../operations'
import type { BadLine } from '../sending/verdict'
import { COLUMNS } from './sqlite-columns'
import { closeConnection, openConnection, type Connection } from './sqlite-connection'
import type { Statistics } from './sqlite-health'
import { Devices } from './sqlite-devices'
import { decodeInto, SqliteHistory } from './sqlite-history'
import type { HistoryPart, OpenOrder, PartQuery } from './sqlite-messages'
import { readRecorded } from './sqlite-recorded'
import { firstValue } from './sqlite-schema'
import { ALL_DEVICES, FIND_DEVICE, NEWEST_READING, Statements } from './sqlite-statements'
import { SqliteTurns } from './sqlite-turns'
import { SqliteWriter } from './sqlite-writer'
import { tierFile, type TierWork } from './tiers/tier-file'

/** One open file. Everything here holds its thread: it lives in the worker. */
export class SqliteFile {
  readonly tiers: TierWork
  private readonly file: string
  private readonly identity: string
  private readonly connection: Connection
  private readonly slow: SlowOperations
  private readonly statements: Statements
  private readonly writer: SqliteWriter
  private readonly reader: SqliteHistory
  private readonly turns: SqliteTurns

  /** @param now in ms, as it only goes on */
  constructor({ options, slow_ms, maximum_gap_ms }: OpenOrder, now = () => performance.now()) {
    this.turns = new SqliteTurns(now)
    this.file = options.file
    this.connection = openConnection(options)
    this.identity = identityOf(statSync(options.file))
    this.slow = new SlowOperations(slow_ms)
    this.statements = new Statements(this.connection, this.slow)
    const devices = new Devices(this.statements)
    this.writer = new SqliteWriter(this.statements, devices)
    this.reader = new SqliteHistory(this.statements, maximum_gap_ms)
    const { connection, statements, turns } = this
    const assertInPlace = () => this.assertInPlace()
    this.tiers = tierFile({ options, maximum_gap_ms, connection, statements, devices, turns, assertInPlace })
  }

  get version(): string {
    return String(firstValue(this.connection, 'SELECT sqlite_version()'))
  }

  /** Fails where nothing could be written now. */
  probe(): void {
    this.assertInPlace()
    this.statements.begin()
    this.statements.end('ROLLBACK')
  }

  /** The lines that can never be written; all the others are committed. Throws where none is. */
  write(text: Buffer): BadLine[] {
    this.assertInPlace()
    return this.writer.write(text)
  }

  recorded(query: RecordedQuery): RecordedEnergy[] {
    return readRecorded(this.statements, query)
  }

  async history(query: PartQuery): Promise<HistoryPart> {
    const device_ids = query.device_ids.length === 0 ? this.devices() : query.device_ids
    const rows: (HistoryRow | HistoryBucket)[] = []
    const turn = this.turns.begin()
    for (const row of this.reader.rows({ ...query, device_ids })) {
      if (row && rows.length === query.limit) return { rows, position: positionAt(rows) }
      if (row) rows.push(row)
      if (turn.isOver) await turn.next()
    }
    return { rows }
  }

  devices(): string[] {
    return this.statements.all(ALL_DEVICES, []).map(([device_id]) => String(device_id))
  }

  latest(device_ids: readonly string[]): Reading[] {
    return device_ids.map((device_id) => this.latestOf(device_id)).filter((reading) => reading !== undefined)
  }

  statistics(): Statistics {
    return { slow: this.slow.newestFirst(), locks: this.statements.locks }
  }

  close(): void {
    this.turns.close()
    closeConnection(this.connection)
  }

  /** SQLite goes on writing to a file that was deleted or replaced, where nobody will ever find it. */
  private assertInPlace(): void {
    const found = statSync(this.file, { throwIfNoEntry: false })
    if (found && identityOf(found) === this.identity) return
    const message = `${this.file} was ${found ? 'replaced by another file' : 'removed'} while it was open`
    throw new MonitorError('DATABASE_UNAVAILABLE', message, { details: { field: 'file', value: this.file } })
  }

  private latestOf(given: string): Reading | undefined {
    const found = this.statements.first(FIND_DEVICE, [given])
    const row = found && this.statements.first(NEWEST_READING, [found[0] ?? null])
    if (!row) return undefined
    const [, device_id, parent_id, alias, model, host] = found
    const reading: Reading = {
      device_id: String(device_id),
      ...(parent_id === null ? {} : { parent_id: String(parent_id) }),
      alias: String(alias),
      model: String(model),
      host: String(host),
      timestamp: Number(row[0]),
      source: 'poll',
      quality: row[1] === 0 ? 'good' : 'suspect',
    }
    return decodeInto(reading, row, COLUMNS)
  }
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`
}

function positionAt(rows: readonly (HistoryRow | HistoryBucket)[]): { timestamp: number; device_id: string } {
  const { timestamp, device_id } = rows.at(-1) as HistoryRow
  return { timestamp, device_id }
}
