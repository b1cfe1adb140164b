import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Database } from '../../../src/database/database'
import { MonitorError } from '../../../src/domain/errors'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import type { FleetDevice } from '../../../src/polling/fleet-device'
import { API_OPTIONS } from '../../../src/serving/api-options'
import { FakeClock } from '../../support/fake-clock'
import { NOW, polled, serve, useStoredHome } from './stored-home'

interface Overview {
  readonly state: string
  readonly power_w?: number
  readonly today?: { readonly energy_kwh: number; readonly cost?: number; readonly currency?: string }
  readonly devices: Readonly<Record<'online' | 'offline' | 'unknown' | 'on', number>> & { readonly list: FleetDevice[] }
  readonly incidents: readonly unknown[]
}

const outlet = { parent_id: 'strip', model: 'HS300(US)' }
const DEVICES: readonly FleetDevice[] = [
  polled({ device_id: 'strip', power_w: 30, on: true }),
  polled({ device_id: 'strip-1', ...outlet, power_w: 10.5, on: true }),
  polled({ device_id: 'strip-2', ...outlet, power_w: 20, on: false }),
  polled({ device_id: 'plug', power_w: 5, on: true }),
  polled({ device_id: 'broken', power_w: 9e9, quality: 'suspect', on: false }),
  polled({ device_id: 'gone', power_w: 500, on: true }, 'offline'),
  { host: '127.0.0.9', alias: '127.0.0.9', state: 'unknown' },
]
const tariff = parseTariff({
  ...{ name: 'Home', currency: 'EUR', time_zone: 'UTC' },
  versions: [{ rows: [{ name: 'all day', price_per_kwh: 0.5 }] }],
})

describe('GET /overview', () => {
  describe('with a database', () => {
    let asked = 0
    let failure: MonitorError | undefined
    const clock = new FakeClock(NOW)
    const home = useStoredHome({ devices: () => DEVICES, tariff })
    let counted: Awaited<ReturnType<typeof serve>>

    before(async () => {
      const { database } = home()
      const counting = {
        tiers: database.tiers,
        latest: () => database.latest(),
        history: (query: Parameters<Database['history']>[0]) => {
          asked++
          return database.history(query)
        },
      } as Database
      const open = () => (failure ? Promise.reject(failure) : Promise.resolve(counting))
      counted = await serve({ database: open, devices: () => DEVICES }, clock)
    })
    after(() => counted.stop())

    it('counts what devices use now, outlets of a strip that measures them too once', async () => {
      const overview = (await home().server.ask('/overview')).json<Overview>()
      assert.equal(overview.power_w, 35.5)
      const { list, ...counts } = overview.devices
      assert.deepEqual(counts, { online: 5, offline: 1, unknown: 1, on: 3 })
      assert.deepEqual(list, DEVICES)
      assert.equal(overview.state, 'ok')
    })

    it('tells what was used since midnight, and what that cost', async () => {
      const { today } = (await home().server.ask('/overview')).json<Overview>()
      assert.ok(Math.abs((today?.energy_kwh ?? 0) - 0.2685) < 0.001, JSON.stringify(today))
      assert.ok(Math.abs((today?.cost ?? 0) - (today?.energy_kwh ?? 0) / 2) < 1e-6)
      assert.equal(today?.currency, 'EUR')
    })

    it('does not read the day again for every look', async () => {
      await counted.ask('/overview?time_zone=UTC')
      const before = asked
      assert.ok(before > 0)
      clock.advance(API_OPTIONS.status_ms.default + 1)
      const reply = await counted.ask('/overview?time_zone=UTC')
      assert.equal(reply.headers['x-cache'], 'MISS')
      assert.ok(reply.json<Overview>().today)
      assert.equal(asked, before)
    })

    it('tells the rest while the database is away', async () => {
      failure = new MonitorError('DATABASE_UNAVAILABLE', 'it is away')
      const reply = await counted.ask('/overview?time_zone=Asia/Tokyo')
      assert.equal(reply.status, 200)
      assert.equal(reply.json<Overview>().today, undefined)
      assert.equal(reply.json<Overview>().power_w, 35.5)
    })
  })

  it('needs neither devices nor a database', async () => {
    const server = await serve({})
    try {
      const { today, power_w, devices } = (await server.ask('/overview')).json<Overview>()
      assert.deepEqual([today, power_w, devices.list], [undefined, undefined, []])
    } finally {
      await server.stop()
    }
  })

  it('refuses a time zone that nobody knows', async () => {
    const server = await serve({ database: () => Promise.reject(new MonitorError('CLOSED', 'never asked')) })
    try {
      const reply = await server.ask('/overview?time_zone=Mars/Olympus')
      assert.deepEqual([reply.status, reply.json().field], [400, 'time_zone'])
    } finally {
      await server.stop()
    }
  })
})
