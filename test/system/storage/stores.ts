import assert from 'node:assert/strict'
import Libsql from 'libsql'
import { createDatabase } from '../../../src/database/create-database'
import type { Database } from '../../../src/database/database'
import { parseDatabaseSettings } from '../../../src/database/database-settings'
import { MonitorError } from '../../../src/domain/errors'
import { systemClock, type Clock } from '../../../src/domain/clock'
import type { Influxd } from '../../support/influx-servers'

export const INFLUX_DATABASE = 'home'
const PATIENCE_MS = 90_000
const LOOK_MS = 20

/** What tells a reading from all others. */
export interface Key {
  readonly device_id: string
  readonly timestamp: number
}

/** `target`: a file, or the address of an InfluxDB 1.x. Its spool lies beside the file, or in the folder. */
export function openDatabase(target: string, folder: string, clock: Clock = systemClock): Database {
  const store = target.startsWith('http')
    ? { kind: 'influx1', url: target, database: INFLUX_DATABASE }
    : { kind: 'sqlite', file: target }
  // So that much is under way at any moment.
  const settings = parseDatabaseSettings({ ...store, batch_delay_ms: 5 }, folder)
  return createDatabase({ settings, clock, random: Math.random })
}

/** Starts it. Who was killed in the midst of locking a spool, or of taking it over, leaves it locked for a while. */
export async function unlocked(database: Database, onLocked: () => void = () => {}): Promise<void> {
  await until('the spool is unlocked', async () => {
    try {
      await database.start()
      return true
    } catch (error) {
      if (!(error instanceof MonitorError) || error.code !== 'SPOOL_LOCKED') throw error
      onLocked()
      return false
    }
  })
}

/** Looks until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + PATIENCE_MS; !(await isSo());) {
    assert.ok(Date.now() < limit, `not within ${PATIENCE_MS} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/** Waits until all that was accepted is stored, through troubles that pass. */
export function assertSettles(database: Database): Promise<void> {
  return until('all that was accepted is stored', () => database.settle(PATIENCE_MS))
}

/** Every row of the file, read past our own code. */
export function readingsInFile(file: string): Key[] {
  const connection = new Libsql(file)
  try {
    return connection.prepare('SELECT device_id, timestamp FROM readings').all() as Key[]
  } finally {
    connection.close()
  }
}

/** Every point of the server. */
export async function readingsInInfluxd(server: Influxd): Promise<Key[]> {
  const rows = await server.query('SELECT "power_w", "device_id" FROM "reading"', INFLUX_DATABASE)
  return rows.map(([timestamp, , device_id]) => ({ device_id: String(device_id), timestamp: Number(timestamp) }))
}

export const textOf = ({ device_id, timestamp }: Key): string => `${device_id} ${timestamp}`
