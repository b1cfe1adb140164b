import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { CachedReadings } from '../../../nodes/kasa-fleet/cached-readings'
import type { Cache } from '../../../src/cache/cache'
import { deviceKey, deviceTag, liveKey } from '../../../src/cache/keys'
import type { Device } from '../../../src/domain/device'
import type { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import type { Fleet } from '../../../src/polling/fleet'
import { FakeClock } from '../../support/fake-clock'
import { memoryCache } from '../../support/memory-cache'
import { reading } from '../../support/readings'

const DEVICE: Device = {
  device_id: 'plug-1',
  alias: 'Kettle',
  model: 'HS110(EU)',
  host: '127.0.0.1',
  kind: 'plug',
  integration: 'kasa',
  features: ['relay', 'energy'],
}
const HOUR_MS = 3_600_000

describe('A fleet with a cache', () => {
  let clock: FakeClock
  let cache: Cache
  let polled: ReturnType<Fleet['polled']>
  let reports: MonitorError[]
  let readings: CachedReadings

  beforeEach(() => {
    clock = new FakeClock()
    cache = memoryCache(clock)
    polled = { device: DEVICE, stretched_ms: 5000 }
    reports = []
    const report = (error: MonitorError) => void reports.push(error)
    readings = new CachedReadings({ cache, fleet: { polled: () => polled }, clock, report })
  })

  afterEach(async () => {
    await cache.stop()
    assert.deepEqual(reports, [])
  })

  const live = () => cache.peek(liveKey('plug-1'))?.value as Reading | undefined
  const facts = () => cache.peek(deviceKey('plug-1'))?.value as Device | undefined

  it('keeps the last reading of a device, marked as cached, and leaves the reading alone', () => {
    const said = reading({ power_w: 7 })
    readings.onReadings([reading(), said])
    assert.deepEqual(live(), { ...said, source: 'cache' })
    assert.equal(said.source, 'poll')
  })

  for (const [title, stretched_ms, ends_ms] of [
    ['for two of its intervals', 5000, 10_000],
    ['for 2 s where it is polled more often', 500, 2000],
    ['for as long as the cache keeps live readings, where it is polled less often', 300_000, 60_000],
  ] as const) {
    it(`keeps it ${title}`, () => {
      polled = { device: DEVICE, stretched_ms }
      readings.onReadings([reading()])
      clock.advance(ends_ms - 1)
      assert.notEqual(live(), undefined)
      clock.advance(2)
      assert.equal(live(), undefined)
    })
  }

  it('keeps what a device is from its first contact on, but not whether it was on then', () => {
    polled = { device: { ...DEVICE, on: true }, stretched_ms: 0 }
    const { device_id, alias, host } = DEVICE
    readings.onEvent({ event: 'added', device_id, alias, host, timestamp: 1 })
    assert.deepEqual(facts(), DEVICE)
  })

  it('knows a device by the name that it has now', () => {
    readings.onReadings([reading()])
    readings.onReadings([reading({ alias: 'Samovar', host: '127.0.0.9' })])
    assert.deepEqual(facts(), { ...DEVICE, alias: 'Samovar', host: '127.0.0.9' })
  })

  it('keeps what a device is for as long as it is polled', () => {
    for (let time_ms = 0; time_ms < 3 * HOUR_MS; time_ms += HOUR_MS / 12) {
      readings.onReadings([reading()])
      clock.advance(HOUR_MS / 12)
      assert.notEqual(facts(), undefined)
    }
    clock.advance(HOUR_MS)
    assert.equal(facts(), undefined)
  })

  it('forgets all about a device that is removed, and keeps no reading of it that comes after', async () => {
    readings.onReadings([reading()])
    cache.set('chart', [1, 2], { kind: 'history', tags: [deviceTag('plug-1')] })
    polled = undefined
    readings.onEvent({ event: 'removed', device_id: 'plug-1', alias: 'Kettle', host: '127.0.0.1', timestamp: 1 })
    readings.onReadings([reading()])
    for (const key of [liveKey('plug-1'), deviceKey('plug-1'), 'chart']) {
      assert.equal(await cache.get(key), undefined, key)
    }
  })
})
