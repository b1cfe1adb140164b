import { createDatabase } from '../../src/database/create-database'
import { parseDatabaseSettings } from '../../src/database/database-settings'
import { systemClock } from '../../src/domain/clock'
import { MEASURED_KEYS, type Reading } from '../../src/domain/reading'
import { round } from '../support/statistics'
import { deviceId, readingOf } from '../cache/readings'

export const DEVICES = 100
const READINGS_EACH = 1000
const STEP_MS = 10_000
const PATIENCE_MS = 60_000
export const ROWS = DEVICES * READINGS_EACH
export const PAGE_ROWS = 100
/** The device of the page. */
export const DEVICE = deviceId(7)

const lastStep = READINGS_EACH - 1

/** Fills a file with the readings of a few hours that end now. */
export async function storeRows(file: string, folder: string): Promise<readonly object[]> {
  const end = Date.now()
  const settings = parseDatabaseSettings({ kind: 'sqlite', file }, folder)
  const database = createDatabase({ settings, clock: systemClock, random: Math.random })
  await database.start()
  for (let device = 0; device < DEVICES; device++) {
    await database.write(Array.from({ length: READINGS_EACH }, (_, step) => stored(device, step, end)))
  }
  await database.settle(PATIENCE_MS)
  await database.stop()
  return Array.from({ length: PAGE_ROWS }, (_, index) => rowOf(stored(7, lastStep - index, end)))
}

function stored(device: number, step: number, end: number): Reading {
  const reading = readingOf(device, step)
  // Stores keep the decimals that there are, not those that floating point adds.
  const exact = (value = 0) => round(value, 3)
  return {
    ...reading,
    current_a: exact(reading.current_a),
    energy_kwh: exact(reading.energy_kwh),
    energy_total_kwh: exact(reading.energy_total_kwh),
    timestamp: end - (READINGS_EACH - step) * STEP_MS,
  }
}

/** As the API tells it. */
function rowOf(reading: Reading): object {
  const { device_id, timestamp, quality } = reading
  const measured = MEASURED_KEYS.filter((key) => key in reading).map((key) => [key, reading[key]])
  return { device_id, timestamp, quality, ...Object.fromEntries(measured) }
}
