import { basename, extname, join } from 'node:path'
import type { Clock } from '../../src/domain/clock'
import type { Database, DatabaseHealth, HistoryPage, HistoryRow } from '../../src/database/database'
import { parseHistoryQuery } from '../../src/database/history/history-query'
import { isReading, isRecordedEnergy } from '../../src/database/reading-check'
import { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type { Message } from '../shared/input'
import type { Answers, Origin } from './answers'
import { askedBy, withSettings, type QuerySettings } from './query'

/** What an operation put into the message, in a few words for the status. */
export type Summary = string

/**
 * `msg.payload`: rows or buckets; `msg.cursor` where there is more; `msg.raw_from` where the range began before the readings
 * that are left; `msg.query`: what was asked, for the next page.
 */
export async function history(
  answers: Answers,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const asked = askedBy(message)
  const given = withSettings(settings, asked, message.cursor)
  const query = parseHistoryQuery(given, clock.now())
  const { device_ids, fields, order, limit, bucket } = query
  const { answer: page, origin } = await answers.to<HistoryPage>({
    asked: ['history', given.from, given.to, device_ids, fields, order, limit, bucket, query.cursor],
    device_ids,
    load: (database) => database.history(query),
    isAnswer: isPage,
  })
  message.payload = page.rows
  if (asked) message.query = asked
  delete message.cursor
  if (page.cursor !== undefined) message.cursor = page.cursor
  delete message.raw_from
  if (page.raw_from !== undefined) message.raw_from = page.raw_from
  const what = bucket === undefined ? 'rows' : 'buckets'
  return told(message, origin, `${page.rows.length} ${what}${page.cursor === undefined ? '' : ', more'}`)
}

/** `msg.payload`: the newest reading of each device. */
export async function latest(
  answers: Answers,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const { device_ids } = parseHistoryQuery(withSettings(settings, askedBy(message)), clock.now())
  const { answer: readings, origin } = await answers.to<Reading[]>({
    asked: ['latest', device_ids],
    device_ids,
    isLive: true,
    load: (database) => database.latest(device_ids.length === 0 ? undefined : device_ids),
    isAnswer: (value) => Array.isArray(value) && value.every((each) => isReading(each)),
  })
  message.payload = readings
  return told(message, origin, `${readings.length} devices`)
}

/** `msg.payload`: what devices have recorded themselves of hours and days that began in the range. It has no pages. */
export async function recorded(
  answers: Answers,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const given = withSettings(settings, askedBy(message))
  const query = parseHistoryQuery(given, clock.now())
  const { device_ids, order, limit } = query
  const { answer: records, origin } = await answers.to<RecordedEnergy[]>({
    asked: ['recorded', given.from, given.to, device_ids, order, limit],
    device_ids,
    load: (database) => database.recorded(query),
    isAnswer: (value) => Array.isArray(value) && value.every((each) => isRecordedEnergy(each)),
  })
  message.payload = records
  return told(message, origin, `${records.length} recorded`)
}

/** `msg.cache`: how the answer came about, where there is a cache. */
export function told(message: Message, origin: Origin | undefined, summary: Summary): Summary {
  if (origin === undefined) return summary
  message.cache = origin
  return origin.hit === false ? summary : `${summary}, cached`
}

function isPage(value: unknown): value is HistoryPage {
  const { rows, cursor, raw_from } = (value ?? {}) as Partial<Record<keyof HistoryPage, unknown>>
  if (!Array.isArray(rows) || !rows.every(isRow)) return false
  return ['undefined', 'string'].includes(typeof cursor) && ['undefined', 'number'].includes(typeof raw_from)
}

function isRow(value: unknown): boolean {
  const { device_id, timestamp } = (value ?? {}) as Partial<Record<keyof HistoryRow, unknown>>
  return typeof device_id === 'string' && typeof timestamp === 'number'
}

/** `msg.payload`: how the database does; see `DatabaseHealth`. */
export async function health(database: Database, message: Message): Promise<Summary> {
  const health = await database.health()
  message.payload = health
  return summaryOf(health)
}

function summaryOf({ name, findings, spool }: DatabaseHealth): Summary {
  if (findings.length > 0) return `${name}, ${findings.length} findings`
  return spool.points > 0 ? `${name}, ${spool.points} waiting` : `${name}, all well`
}

/**
 * `msg.payload`: the path of a new copy. Its name is the database's with the time, never the message's: a message must
 * not choose where files are written.
 */
export async function backup(
  database: Database,
  file: string | undefined,
  folder: string,
  clock: Clock,
  message: Message,
): Promise<Summary> {
  if (file === undefined) {
    throw new MonitorError('DATABASE_UNSUPPORTED', 'A server makes backups with tools of its own, not from here')
  }
  const extension = extname(file)
  const time = new Date(clock.now()).toISOString().replace(/:/g, '-')
  const copy = join(folder, `${basename(file, extension)} ${time}${extension}`)
  await database.backup(copy)
  message.payload = copy
  return basename(copy)
}
