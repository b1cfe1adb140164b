import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../src/domain/clock'
import { figuresOf } from '../../src/metrics/figures'
import { HostMeter } from '../../src/metrics/meters/host-meter'
import { ProcessMeter } from '../../src/metrics/meters/process-meter'
import { type Snapshot, Snapshots } from '../../src/metrics/snapshot'
import { aFleetDevice, durationsOf, FakeParts } from '../support/monitored-parts'

describe('Figures of the time between two moments', () => {
  let fake: FakeParts
  let now_ms: number
  let snapshots: Snapshots

  beforeEach(() => {
    fake = new FakeParts()
    now_ms = 0
    const surroundings = { versions: { pack: '1.0.0', node_red: '4.1.0' }, flows: () => ({ nodes: 0, flows: 0 }) }
    snapshots = new Snapshots({
      parts: fake.all,
      clock: { monotonic: () => now_ms },
      process: new ProcessMeter(surroundings, systemClock),
      host: new HostMeter(tmpdir(), systemClock),
      failed: (_part, error) => assert.fail(error),
    })
  })

  const after = async (duration_s: number): Promise<Snapshot> => {
    now_ms += duration_s * 1000
    return snapshots.take()
  }
  const busy = (snapshot: Snapshot, busy_s: number, idle_s: number): Snapshot => {
    const cpu_s = { user: busy_s, nice: 0, system: 0, irq: 0, idle: idle_s }
    return { ...snapshot, host: { ...snapshot.host, cpu_s } }
  }

  it('tell how busy the processors were, and how full memory and disk are', async () => {
    const [before, now] = [await after(0), await after(10)]
    const figures = figuresOf(busy(now, 105, 115), busy(before, 100, 100))
    assert.equal(figures.cpu_pct, 25)
    for (const name of ['memory_pct', 'disk_pct', 'heap_pct']) {
      const value = figures[name] ?? -1
      assert.ok(value > 0 && value <= 100, `${name} is ${value}`)
    }
  })

  it('count devices, and their power without what is in a strip already', async () => {
    const outlet = aFleetDevice({ device: { device_id: 'outlet', parent_id: '8006F4' }, reading: { power_w: 500 } })
    const away = aFleetDevice({ state: 'offline', device: { device_id: 'away' }, reading: { power_w: 40 } })
    fake.devices = [aFleetDevice(), outlet, away]
    const { devices, devices_online, devices_offline, power_w } = figuresOf(await after(1), await after(1))
    assert.deepEqual([devices, devices_online, devices_offline, power_w], [3, 2, 1, 1500.5])
  })

  it('have rates and percentiles of that time alone', async () => {
    fake.polling.polls = 100
    for (let poll = 0; poll < 100; poll++) fake.polling.latency.add(1000)
    const before = await after(0)
    fake.polling.polls = 200
    fake.polling.failures = 5
    for (let poll = 0; poll < 100; poll++) fake.polling.latency.add(10)
    const { polls_per_s, poll_failures_pct, poll_p99_ms = 0 } = figuresOf(await after(10), before)
    assert.deepEqual([polls_per_s, poll_failures_pct], [10, 5])
    assert.ok(poll_p99_ms >= 10 && poll_p99_ms < 12, `${poll_p99_ms} ms`)
  })

  it('begin anew where a part was deployed anew meanwhile', async () => {
    fake.polling.polls = 100
    for (let poll = 0; poll < 9; poll++) fake.polling.latency.add(1000)
    const before = await after(0)
    const { polling } = new FakeParts()
    polling.latency.add(10)
    polling.polls = 1
    fake.polling = polling
    const { polls_per_s, poll_p50_ms = 0 } = figuresOf(await after(10), before)
    assert.equal(polls_per_s, undefined)
    assert.ok(poll_p50_ms < 12, `${poll_p50_ms} ms`)
  })

  it('tell what share of the questions the cache has answered, and how busy the database is', async () => {
    const before = await after(0)
    fake.kind = { hits_memory: 3, misses: 1 }
    const { writes, queries, pool } = fake.database.statistics()
    fake.database.statistics = () => {
      const latency = durationsOf(20).snapshot()
      const spool = { lines: 12, bytes: 900, latency }
      return { writes: { ...writes, in_flight: 1, count: 1, latency }, queries, pool, spool }
    }
    const figures = figuresOf(await after(10), before)
    assert.deepEqual([figures.cache_hit_pct, figures.database_pool_pct, figures['spool.points']], [75, 100, 12])
    assert.ok((figures.database_write_p95_ms ?? 0) >= 20)
  })

  it('leave out what is not known, and what has not happened', async () => {
    const { all } = fake
    const bare = new Snapshots({
      parts: { ...all, fleets: () => [], databases: () => [], caches: () => [], bridges: () => [], alerts: () => [] },
      clock: { monotonic: () => now_ms },
      process: new ProcessMeter(
        { versions: { pack: '', node_red: '' }, flows: () => ({ nodes: 0, flows: 0 }) },
        systemClock,
      ),
      host: new HostMeter('/nowhere/at/all', systemClock),
      failed: (_part, error) => assert.fail(error),
    })
    const before = await bare.take()
    now_ms += 1000
    const figures = figuresOf(await bare.take(), before)
    for (const name of ['power_w', 'poll_p95_ms', 'cache_hit_pct', 'database_pool_pct', 'mqtt_waiting', 'disk_pct']) {
      assert.ok(!(name in figures), name)
    }
    assert.equal(figures.devices, 0)
    for (const [name, value] of Object.entries(figures)) assert.ok(Number.isFinite(value), name)
  })
})
