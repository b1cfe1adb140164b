import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import type { Database, Point } from '../../../src/database/database'
import { systemClock } from '../../../src/domain/clock'
import { START, withFolder } from '../../support/database-samples'
import { startInfluxd, startVictoriaMetrics, whyNoInfluxd, whyNoVictoriaMetrics } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'
import type { Influxd } from '../../support/influx-servers'
import { reading } from '../../support/readings'
import { RecordingProxy } from '../../support/recording-proxy'
import type { ServerProcess } from '../../support/server-process'
import { assertSettles, INFLUX_DATABASE, openDatabase, readingsInInfluxd, textOf } from './stores'
import type { Key } from './stores'

const WITHIN_MS = 120_000
const HOUR_MS = 3_600_000
const DEVICES = ['plug-1', 'plug-2', 'plug-3']

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

describe('servers that crash under a flow of readings', function () {
  this.timeout(WITHIN_MS)
  const ends: (() => Promise<unknown>)[] = []

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function influxdOf(context: Mocha.Context): Promise<Influxd> {
    skipWithout(whyNoInfluxd(), context)
    const server = await startInfluxd()
    ends.push(() => server.stop())
    await server.query(`CREATE DATABASE "${INFLUX_DATABASE}"`)
    return server
  }

  async function proxyOf(server: ServerProcess): Promise<RecordingProxy> {
    const proxy = await RecordingProxy.start(server.url)
    ends.push(() => proxy.stop())
    return proxy
  }

  async function opened(database: Database): Promise<Database> {
    ends.push(() => database.stop())
    await database.start()
    return database
  }

  it('get all readings when they froze, died and came back, in order for each device', async function () {
    const server = await influxdOf(this)
    const proxy = await proxyOf(server)
    await withFolder(async (folder) => {
      const database = await opened(openDatabase(proxy.url, folder))
      const flow = startFlow(database)
      await pause(500)
      server.pause()
      await pause(1000)
      await server.kill()
      await pause(1000)
      await server.run()
      await pause(500)
      const accepted = await flow.stop()
      await assertSettles(database)
      assert.deepEqual(missing(accepted, await readingsInInfluxd(server)), [])
      assertInOrder(proxy)
      await database.stop()
    })
  })

  it('get all readings although the clock steps back an hour', async function () {
    const server = await influxdOf(this)
    await withFolder(async (folder) => {
      let stepped_ms = 0
      const clock = { ...systemClock, now: () => Date.now() - stepped_ms }
      const database = await opened(openDatabase(server.url, folder, clock))
      const accepted: Key[] = []
      const write = async (device_id: string) => {
        const given = reading({ device_id, timestamp: clock.now() })
        await database.write([given])
        accepted.push(given)
      }
      await write('before')
      await server.kill()
      await write('away')
      stepped_ms = HOUR_MS
      await write('stepped')
      await server.run()
      await write('back')
      await assertSettles(database)
      assert.deepEqual(missing(accepted, await readingsInInfluxd(server)), [])
      assert.equal(database.status().dropped, 0)
      await database.stop()
    })
  })

  it('get 4,997 of 5,000 points where 3 are bad, which lie in the quarantine, in at most 75 requests', async function () {
    const server = await influxdOf(this)
    const proxy = await proxyOf(server)
    await withFolder(async (folder) => {
      const database = await opened(openDatabase(proxy.url, folder))
      await database.writePoints([pointAt(-1)])
      await assertSettles(database)
      const before = proxy.exchanges.length
      const bad = new Set([17, 2500, 4999])
      // InfluxDB 1.x: a field that holds numbers takes no text.
      const points = Array.from({ length: 5000 }, (_, index) => pointAt(index, bad.has(index) ? 'much' : index))
      await database.writePoints(points)
      await assertSettles(database)
      const [[, stored] = []] = await server.query('SELECT count("level") FROM "tank"', INFLUX_DATABASE)
      assert.equal(stored, 1 + 4997)
      assert.equal(database.status().quarantined, 3)
      const requests = proxy.exchanges.length - before
      assert.ok(requests <= 75, `${requests} requests`)
      await database.stop()
    })
  })

  it('have all in the end where what they had taken died with them: VictoriaMetrics', async function () {
    skipWithout(whyNoVictoriaMetrics(), this)
    const server = await startVictoriaMetrics()
    ends.push(() => server.stop())
    await withFolder(async (folder) => {
      const database = await opened(openDatabase(server.url, folder))
      const now = Date.now()
      const write = (from: number, count: number) =>
        database.write(Array.from({ length: count }, (_, index) => reading({ timestamp: now - 60_000 + from + index })))
      await write(0, 2000)
      await assertSettles(database)
      // Version 1.79 writes every few seconds what it has said to be stored.
      await pause(4000)
      await server.kill()
      await server.run()
      await write(2000, 10)
      await assertSettles(database)
      assert.equal(await countInVictoriaMetrics(server), 2010)
      await database.stop()
    })
  })
})

function pointAt(index: number, level: number | string = 1): Point {
  return { measurement: 'tank', tags: { place: 'roof' }, fields: { level }, timestamp: START + index }
}

/** Readings of all devices, one call after the other, until it is stopped. */
function startFlow(database: Database): { stop: () => Promise<Key[]> } {
  const accepted: Key[] = []
  let stopped = false
  const run = async () => {
    for (let step = 0; !stopped; step++) {
      const readings = DEVICES.map((device_id) => reading({ device_id, timestamp: START + step }))
      await database.write(readings)
      accepted.push(...readings)
      await pause(5)
    }
  }
  const ended = run()
  const stop = async () => {
    stopped = true
    await ended
    return accepted
  }
  return { stop }
}

function missing(accepted: readonly Key[], stored: readonly Key[]): string[] {
  const found = new Set(stored.map(textOf))
  return accepted.map(textOf).filter((text) => !found.has(text))
}

/** What is sent again may come late; what comes for the first time must not. */
function assertInOrder({ exchanges }: RecordingProxy): void {
  const newest = new Map<string, number>()
  const seen = new Set<string>()
  for (const { path, body, status } of exchanges) {
    if (!path.startsWith('/write') || status !== 204) continue
    for (const [, device_id = '', time] of body.matchAll(/^reading,device_id=([^,]+),.* (\d+)$/gm)) {
      const timestamp = Number(time)
      const text = textOf({ device_id, timestamp })
      if (!seen.has(text)) assert.ok(timestamp > (newest.get(device_id) ?? 0), `${text} came late`)
      seen.add(text)
      newest.set(device_id, Math.max(timestamp, newest.get(device_id) ?? 0))
    }
  }
  assert.ok(seen.size > 0)
}

/** Different timestamps. What was taken is to be found after a flush. */
async function countInVictoriaMetrics(server: ServerProcess): Promise<number> {
  await fetch(`${server.url}/internal/force_flush`)
  const words = new URLSearchParams({ 'match[]': 'reading_power_w' })
  const lines = (await (await fetch(`${server.url}/api/v1/export?${words}`)).text()).trim().split('\n')
  const timestamps = lines.flatMap((line) => (JSON.parse(line) as { timestamps: number[] }).timestamps)
  return new Set(timestamps).size
}
