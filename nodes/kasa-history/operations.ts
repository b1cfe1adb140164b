import { basename, extname, join } from 'node:path'
import type { Clock } from '../../src/domain/clock'
import type { Database, DatabaseHealth } from '../../src/database/database'
import { parseHistoryQuery } from '../../src/database/history/history-query'
import { MonitorError } from '../../src/domain/errors'
import type { Message } from '../shared/input'
import { askedBy, withSettings, type QuerySettings } from './query'

/** What an operation put into the message, in a few words for the status. */
export type Summary = string

/** `msg.payload`: rows or buckets; `msg.cursor` where there is more; `msg.query`: what was asked, for the next page. */
export async function history(
  database: Database,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const asked = askedBy(message)
  const query = parseHistoryQuery(withSettings(settings, asked, message.cursor), clock.now())
  const page = await database.history(query)
  message.payload = page.rows
  if (asked) message.query = asked
  delete message.cursor
  if (page.cursor !== undefined) message.cursor = page.cursor
  const what = query.bucket_ms === undefined ? 'rows' : 'buckets'
  return `${page.rows.length} ${what}${page.cursor === undefined ? '' : ', more'}`
}

/** `msg.payload`: the newest reading of each device. */
export async function latest(
  database: Database,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const { device_ids } = parseHistoryQuery(withSettings(settings, askedBy(message)), clock.now())
  const readings = await database.latest(device_ids.length === 0 ? undefined : device_ids)
  message.payload = readings
  return `${readings.length} devices`
}

/** `msg.payload`: what devices have recorded themselves of hours and days that began in the range. It has no pages. */
export async function recorded(
  database: Database,
  settings: QuerySettings,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const records = await database.recorded(parseHistoryQuery(withSettings(settings, askedBy(message)), clock.now()))
  message.payload = records
  return `${records.length} recorded`
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
