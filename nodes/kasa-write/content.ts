import type { Database } from '../../src/database/database'
import { parsePoints } from '../../src/database/line-protocol/points'
import { invalid } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type { Message } from '../shared/input'

/**
 * Writes what a message holds: points where it or the dialog names a measurement, or where it brings points that name
 * theirs; else readings and recorded energy.
 * @throws MonitorError `INPUT_INVALID` naming the field, or why the database does not take them
 */
export async function writeContent(
  database: Database,
  message: Message,
  measurement: string,
  now_ms: number,
): Promise<void> {
  const { payload } = message
  const name = message.measurement ?? (measurement.trim() || undefined)
  if (name !== undefined || isPoints(payload)) {
    await database.writePoints(parsePoints(payload, name, now_ms))
    return
  }
  const given = listOf(payload)
  const recorded = given.filter(isRecorded)
  if (recorded.length > 0) await database.writeRecorded(recorded)
  const readings = given.filter((each): each is Reading => !isRecorded(each))
  if (readings.length > 0) await database.write(readings)
}

/** As a batch of node-red-contrib-influxdb; no reading has a key `fields`. */
function isPoints(payload: unknown): boolean {
  const first: unknown = Array.isArray(payload) ? payload[0] : payload
  return typeof first === 'object' && first !== null && Object.hasOwn(first, 'fields')
}

/** The database checks each of them. */
function listOf(payload: unknown): (Reading | RecordedEnergy)[] {
  if (Array.isArray(payload)) return payload as Reading[]
  if (typeof payload === 'object' && payload !== null) return [payload as Reading]
  const range = 'a reading or an array of readings; for anything else, name a measurement'
  throw invalid('INPUT_INVALID', 'payload', payload, range)
}

/** No reading has the key. */
function isRecorded(given: Reading | RecordedEnergy): given is RecordedEnergy {
  return typeof given === 'object' && given !== null && 'used_kwh' in given
}
