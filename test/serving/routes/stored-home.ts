import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'mocha'
import type { SpooledDatabase } from '../../../src/database/spooled-database'
import type { Reading } from '../../../src/domain/reading'
import type { FleetDevice } from '../../../src/polling/fleet-device'
import type { ApiSources } from '../../../src/serving/api-sources'
import { ROUTES } from '../../../src/serving/routes/routes'
import { ApiServer } from '../../support/api-server'
import { FakeClock } from '../../support/fake-clock'
import { reading } from '../../support/readings'
import { makeDatabase } from '../../support/sqlite'

const MINUTE = 60_000
export const HOUR = 60 * MINUTE
/** What the API takes for now. */
export const NOW = Date.UTC(2026, 0, 6, 12)
export const BEGIN = NOW - 3 * HOUR
const SETTLE_MS = 10_000

/** A kettle and a fridge, once a minute for three hours: 60 W and 30 W, which counters tell, too. */
export const STORED: readonly Reading[] = Array.from({ length: 180 }, (_, minute) => {
  const timestamp = BEGIN + minute * MINUTE
  return [
    reading({ device_id: 'fridge', alias: 'Fridge', timestamp, power_w: 30, energy_kwh: 7 + minute / 2000 }),
    reading({ device_id: 'kettle', alias: '=Kettle', timestamp, power_w: 60, energy_kwh: 5 + minute / 1000 }),
  ]
}).flat()

export interface StoredHome {
  readonly server: ApiServer
  /** Of the API. */
  readonly clock: FakeClock
  readonly database: SpooledDatabase
}

/** An API with all routes and a database with `STORED`, for a suite; at `NOW`. */
export function useStoredHome(sources: Partial<ApiSources> = {}): () => StoredHome {
  let folder: string
  let home: StoredHome | undefined

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-routes-'))
    const database = makeDatabase(join(folder, 'home.sqlite'))
    await database.start()
    await database.write(STORED)
    await database.settle(SETTLE_MS)
    const clock = new FakeClock(NOW)
    const server = await serve({ database: () => Promise.resolve(database), ...sources }, clock)
    home = { server, clock, database }
  })

  after(async () => {
    await home?.server.stop()
    await home?.database.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  return () => home as StoredHome
}

/** An API with all routes, at `NOW`. */
export function serve(sources: Partial<ApiSources>, clock = new FakeClock(NOW)): Promise<ApiServer> {
  return ApiServer.start({ routes: ROUTES, sources, clock, options: { requests_per_min: 0, commands: 'yes' } })
}

/** A device that is there, and has said this. */
export function polled(given: Partial<Reading>, state: FleetDevice['state'] = 'online'): FleetDevice {
  const told = reading({ timestamp: NOW, ...given })
  const { host, alias, device_id } = told
  return { host, alias, state, device_id, reading: told }
}
