import type { DatabaseStatus, Point } from '../../src/database/database'
import { LineEncoder } from '../../src/database/line-protocol/line-encoder'
import { SpooledDatabase } from '../../src/database/spooled-database'
import { SqliteFile } from '../../src/database/sqlite/sqlite-file'
import { parseSqliteOptions } from '../../src/database/sqlite/sqlite-options'
import { SqliteStore } from '../../src/database/sqlite/sqlite-store'
import type { Lines, Store } from '../../src/database/store'
import { parseWriterOptions } from '../../src/database/writer-options'
import { systemClock, type Clock } from '../../src/domain/clock'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'

type Settings = Readonly<Record<string, number | string>>

/** An open file in this thread. */
export function openFile(file: string, settings: Settings = {}, now?: () => number): SqliteFile {
  return new SqliteFile({ options: parseSqliteOptions({ file, ...settings }), ...parseWriterOptions(settings) }, now)
}

export function makeStore(file: string, settings: Settings = {}): SqliteStore {
  const writer = parseWriterOptions(settings)
  return new SqliteStore({ settings: parseSqliteOptions({ file, ...settings }), writer, clock: systemClock })
}

/** As they travel from the spool to the store. */
export function readingLines(...readings: readonly Reading[]): Lines {
  const encoder = new LineEncoder()
  return linesOf(readings.map((reading) => encoder.reading(reading)))
}

export function recordedLines(...records: readonly RecordedEnergy[]): Lines {
  const encoder = new LineEncoder()
  return linesOf(records.map((record) => encoder.recorded(record)))
}

export function pointLines(...points: readonly Point[]): Lines {
  const encoder = new LineEncoder()
  return linesOf(points.map((point) => encoder.point(point)))
}

/** Each with its line break. */
export function linesOf(texts: readonly string[]): Lines {
  return { text: Buffer.from(texts.join('')), count: texts.length }
}

interface Own {
  readonly settings?: Settings
  readonly store?: Store
  /** Of spool and sender. */
  readonly clock?: Clock
  readonly onStatus?: (status: DatabaseStatus) => void
}

/** Behind a spool beside the file, as in use. */
export function makeDatabase(file: string, own: Own = {}): SpooledDatabase {
  const { settings = {}, store = makeStore(file, settings), clock = systemClock, onStatus = () => {} } = own
  const options = parseWriterOptions(settings)
  return new SpooledDatabase({ store, folder: `${file}-spool`, options, clock, random: Math.random, onStatus })
}
