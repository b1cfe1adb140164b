import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import { Fleet } from '../../src/polling/fleet'
import { LifetimeEnergy } from '../../src/polling/lifetime-energy'
import { FakeClock } from '../support/fake-clock'
import { PollerBench } from '../support/poller-bench'
import { type ScriptedDevice, ScriptedIntegration } from '../support/scripted-integration'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Every hour that is over, as newer devices keep them. */
function hoursOf(device_id: string, from: number, to: number): RecordedEnergy[] {
  const common = { device_id, alias: 'A', model: 'M', host: 'h', duration_ms: HOUR_MS, used_kwh: 0.1 }
  const records: RecordedEnergy[] = []
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS
  for (let timestamp = first; timestamp + HOUR_MS <= to; timestamp += HOUR_MS) records.push({ ...common, timestamp })
  return records
}

/** Makes a device one that records what it uses. */
function recorder(device: ScriptedDevice): ScriptedDevice {
  device.features = ['energy', 'recorded-energy']
  device.values = (_id, poll) => ({ on: true, power_w: 10, energy_total_kwh: 5 + poll / 1000 })
  device.records = (from, to) => Promise.resolve(hoursOf(device.device_id, from, to))
  return device
}

describe('After an outage', () => {
  it('a device is asked once what it has recorded meanwhile, and the hours of the outage are told', async () => {
    const bench = new PollerBench({ interval_ms: 10_000 })
    const device = recorder(bench.network.add('h', 'plug'))
    bench.add('h')
    await bench.run(60_000)
    const away_at = bench.clock.now()
    device.fails = 'silent'
    await bench.run(5 * HOUR_MS, 5000)
    device.fails = undefined
    await bench.run(HOUR_MS, 5000)
    assert.equal(device.recordings.length, 1)
    assert.equal(bench.recorded.length, 1)
    const [records = []] = bench.recorded
    assert.ok(records.length >= 5 && records.length <= 6, String(records.length))
    for (const { timestamp, duration_ms } of records) assert.ok(timestamp + duration_ms > away_at - 10_000)
    assert.ok(bench.readings.every((reading) => !('used_kwh' in reading)))
    assert.equal(bench.poller.statistics().recordings, 1)
    bench.poller.stop()
  })

  it('no device is asked after less than an hour, nor one that records nothing', async () => {
    const bench = new PollerBench({ interval_ms: 10_000 })
    const brief = recorder(bench.network.add('a', 'brief'))
    const plain = recorder(bench.network.add('b', 'plain'))
    plain.features = ['energy']
    bench.add('a')
    bench.add('b')
    await bench.run(60_000)
    brief.fails = plain.fails = 'silent'
    await bench.run(50 * 60_000, 5000)
    brief.fails = undefined
    await bench.run(HOUR_MS, 5000)
    plain.fails = undefined
    await bench.run(HOUR_MS, 5000)
    assert.deepEqual([brief.recordings, plain.recordings], [[], []])
    bench.poller.stop()
  })

  it('the span that is asked for is bounded', async function () {
    // A month of polls: seconds of work.
    this.timeout(60_000)
    const bench = new PollerBench({ interval_ms: 10_000 })
    const device = recorder(bench.network.add('h', 'plug'))
    bench.add('h')
    await bench.run(60_000)
    device.fails = 'silent'
    await bench.run(30 * DAY_MS, 60_000)
    device.fails = undefined
    await bench.run(HOUR_MS, 5000)
    const [asked] = device.recordings
    assert.ok(asked && asked.to - asked.from === 8 * DAY_MS)
    bench.poller.stop()
  })

  it('devices are asked one at a time, and those that take long or fail keep no poll waiting', async () => {
    const bench = new PollerBench({ interval_ms: 10_000 })
    const hosts = ['a', 'b', 'c']
    const devices = hosts.map((host) => recorder(bench.network.add(host, host)))
    for (const host of hosts) bench.add(host)
    await bench.run(60_000)
    for (const device of devices) device.fails = 'silent'
    await bench.run(2 * HOUR_MS, 5000)
    let asked = 0
    let most = 0
    for (const device of devices) {
      device.fails = undefined
      device.records = async () => {
        most = Math.max(most, ++asked)
        await new Promise<void>((resolve) => void bench.clock.setTimeout(resolve, 60_000))
        asked--
        throw new Error('no')
      }
    }
    const before = bench.readings.length
    await bench.run(HOUR_MS, 5000)
    assert.ok(bench.readings.length - before > 500)
    assert.equal(most, 1)
    assert.deepEqual([bench.recorded, bench.reports], [[], []])
    assert.equal(bench.poller.statistics().recordings_failed, 3)
    bench.poller.stop()
  })

  it('of our own, devices are asked as well, because the totals tell when they were heard last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gap-filling-'))
    const clock = new FakeClock()
    const network = new ScriptedIntegration(clock)
    const device = recorder(network.add('h', 'plug'))
    // An idle one: its total does not change, and is up to date all the same.
    device.values = () => ({ on: false, power_w: 0, energy_total_kwh: 5 })
    const energy_file = join(folder, 'energy.json')
    const run = async () => {
      const recorded: RecordedEnergy[] = []
      const fleet = new Fleet({ integrations: [network], hosts: [{ host: 'h' }], clock, energy_file })
      fleet.subscribe({ onRecorded: (records) => void recorded.push(...records) })
      await fleet.start()
      await clock.advanceSlowly(3 * HOUR_MS, 1000)
      await fleet.stop()
      return recorded
    }
    assert.deepEqual(await run(), [])
    const stopped_at = clock.now()
    clock.advance(7 * HOUR_MS)
    const recorded = await run()
    assert.ok(recorded.length >= 7 && recorded.length <= 8, String(recorded.length))
    assert.ok(recorded.every(({ timestamp }) => timestamp > stopped_at - HOUR_MS - 600_000))
    await rm(folder, { recursive: true })
  })

  it('totals of an older file tell it too', () => {
    const energy = new LifetimeEnergy()
    energy.restore({ total_kwh: 5, source: 'total', counter_kwh: 5, timestamp: 1000 })
    assert.equal(energy.heard_at, 1000)
    assert.equal(energy.state()?.heard_at, 1000)
  })
})
