import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { MonitorError } from '../../src/domain/errors'
import { type ErrorCode } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import { Emission } from '../../src/polling/emission'
import { PollerBench } from '../support/poller-bench'

describe('Poller', () => {
  it('asks a host what it is, then polls it at the interval of its rule without drifting', async () => {
    const bench = new PollerBench({ interval_ms: 1500 })
    const device = bench.network.add('10.0.0.1', 'plug')
    bench.add('10.0.0.1')
    await bench.run(150_500)
    const polls = device.pollsOf('plug')
    assert.equal(polls.length, 101)
    assert.ok((polls.at(-1) as number) - (polls[0] as number) - 150_000 < 20)
    assert.deepEqual(
      bench.events.map(({ event }) => event),
      ['added', 'online'],
    )
    assert.equal(bench.readings[0]?.device_id, 'plug')
  })

  it('spreads polls that fall due together over no more than its places', async () => {
    const bench = new PollerBench({ concurrency: 2 })
    for (let index = 0; index < 40; index++) {
      bench.network.add(`h${index}`).latency_ms = 30
      bench.add(`h${index}`)
    }
    await bench.run(2000)
    bench.network.most_in_flight = 0
    await bench.run(5000)
    assert.equal(bench.network.most_in_flight, 2)
    assert.equal(bench.events.filter(({ event }) => event === 'online').length, 40)
  })

  it('keeps one request in flight per host, whatever its outlets want', async () => {
    const bench = new PollerBench({ interval_ms: 500 })
    const strip = bench.network.add('strip', 'strip', ['a', 'b', 'c', 'd', 'e', 'f'])
    strip.latency_ms = 400
    bench.add('strip')
    await bench.run(20_000)
    assert.equal(strip.most_in_flight, 1)
    for (const id of ['strip', 'a', 'f']) assert.ok(strip.pollsOf(id).length >= 6, `${id} starves`)
  })

  it('polls the living on time however many are dead, slow or silent', async () => {
    const bench = new PollerBench({ concurrency: 4, interval_ms: 1000 })
    for (let index = 0; index < 300; index++) {
      if (index % 3 > 0) bench.network.add(`bad${index}`).fails = index % 3 === 1 ? 'silent' : 'CONNECT_FAILED'
      bench.add(`bad${index}`, undefined, 2000)
    }
    const living = Array.from({ length: 20 }, (_, index) => bench.network.add(`good${index}`))
    living.forEach((_, index) => bench.add(`good${index}`))
    await bench.run(2000)
    await bench.run(30_000)
    for (const device of living) assert.ok(device.polls.length >= 30, `only ${device.polls.length} polls`)
  })

  it('lets hosts that fall silent give way within a quarter of a second', async () => {
    const bench = new PollerBench({ concurrency: 4, interval_ms: 1000 })
    const devices = Array.from({ length: 24 }, (_, index) => bench.network.add(`h${index}`))
    devices.forEach((_, index) => bench.add(`h${index}`))
    await bench.run(5000)
    for (const device of devices.slice(0, 20)) device.fails = 'silent'
    const before = devices[23]?.polls.length ?? 0
    await bench.run(20_000)
    for (const device of devices.slice(20)) assert.ok(device.polls.length - before >= 18)
  })

  it('counts how late polls are, and how many hosts are given a rest', async () => {
    const bench = new PollerBench({ concurrency: 1, interval_ms: 1000 })
    const devices = ['a', 'b', 'c'].map((host) => bench.network.add(host))
    for (const host of ['a', 'b', 'c']) bench.add(host)
    for (const device of devices) device.latency_ms = 200
    await bench.run(20_000)
    const { lateness, latency, places, circuits } = bench.poller.statistics()
    assert.ok(
      lateness.count >= 40 && lateness.maximum_ms <= 1000,
      JSON.stringify([lateness.count, lateness.maximum_ms]),
    )
    assert.ok(Math.abs(latency.sum_ms / latency.count - 200) < 20)
    assert.deepEqual([places, circuits], [1, { closed: 3, open: 0, 'half-open': 0 }])
    for (const device of devices.slice(1)) device.fails = 'silent'
    await bench.run(60_000)
    const { closed, open, 'half-open': half_open } = bench.poller.statistics().circuits
    assert.deepEqual([closed, open + half_open], [1, 2])
  })

  it('skips and counts the turns that pass while a poll is running', async () => {
    const bench = new PollerBench({ interval_ms: 1000 })
    const device = bench.network.add('h', 'plug')
    bench.add('h')
    await bench.run(5000)
    device.latency_ms = 3500
    await bench.run(35_000)
    assert.equal(device.most_in_flight, 1)
    assert.ok(device.polls.length <= 16)
    assert.ok(bench.poller.statistics().skipped >= 24)
  })

  it('says once that a device is offline, and once that it is back', async () => {
    const bench = new PollerBench()
    const device = bench.network.add('h', 'plug')
    bench.add('h')
    await bench.run(3000)
    device.fails = 'silent'
    await bench.run(3_600_000, 500)
    const asked = device.polls.length
    assert.ok(asked < 60, `a dead host was asked ${asked} times in an hour`)
    assert.equal(bench.eventsOf('offline').length, 1)
    assert.equal(bench.eventsOf('offline')[0]?.code, 'REPLY_TIMEOUT')
    assert.equal(bench.unit('plug').state, 'offline')
    device.fails = undefined
    await bench.run(400_000, 500)
    assert.equal(bench.eventsOf('online').length, 2)
    assert.equal(bench.eventsOf('offline').length, 1)
    assert.ok(device.polls.length > asked + 60)
  })

  it('keeps trying a host that was not there at the start, and takes it up when it comes', async () => {
    const bench = new PollerBench()
    bench.add('late')
    await bench.run(600_000, 500)
    assert.deepEqual(
      bench.events.map(({ event, host, device_id }) => ({ event, host, device_id })),
      [{ event: 'offline', host: 'late', device_id: undefined }],
    )
    bench.network.add('late', 'plug')
    await bench.run(310_000, 500)
    assert.equal(bench.unit('plug').state, 'online')
  })

  it('probes a dead strip with one request, not with one per outlet', async () => {
    const bench = new PollerBench()
    const strip = bench.network.add('strip', 'strip', ['a', 'b', 'c', 'd', 'e', 'f'])
    bench.add('strip')
    await bench.run(5000)
    strip.fails = 'silent'
    const before = strip.polls.length
    await bench.run(1_800_000, 500)
    assert.ok(strip.polls.length - before < 40, `${strip.polls.length - before} requests to a dead strip`)
    assert.equal(bench.eventsOf('offline').length, 7)
    strip.fails = undefined
    await bench.run(310_000, 500)
    assert.equal(bench.eventsOf('online').length, 14)
  })

  it('repeats a poll once at once where the cause was passing', async () => {
    const bench = new PollerBench({ interval_ms: 10_000 })
    const device = bench.network.add('h', 'plug')
    bench.add('h')
    await bench.run(1000)
    device.fails = 'CONNECTION_LOST'
    await bench.run(9200, 10)
    assert.equal(device.polls.length, 3)
    device.fails = undefined
    await bench.run(3000)
    assert.equal(bench.poller.statistics().retries, 1)
    assert.equal(bench.unit('plug').failures, 0)
    assert.equal(bench.eventsOf('offline').length, 0)
  })

  it('refuses the answer of another device, tells it once and asks to look for its own', async () => {
    const bench = new PollerBench()
    bench.network.add('h', 'plug')
    bench.add('h')
    await bench.run(2000)
    const count = bench.readings.length
    bench.network.add('h', 'stranger')
    await bench.run(120_000, 500)
    assert.equal(bench.readings.length, count)
    assert.equal(bench.eventsOf('identity_mismatch').length, 1)
    assert.equal(bench.lost[0]?.device?.device_id, 'plug')
  })

  it('never asks a device more often than its floor, whatever it answers', async () => {
    const answer = fc.record({
      fails: fc.constantFrom<ErrorCode | 'silent' | undefined>(
        undefined,
        undefined,
        'silent',
        'REPLY_INVALID',
        'CONNECT_FAILED',
        'DEVICE_REFUSED',
      ),
      latency_ms: fc.integer({ min: 1, max: 4000 }),
      interval_ms: fc.integer({ min: 10, max: 5000 }),
      for_ms: fc.integer({ min: 100, max: 20_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async (answers) => {
        let interval_ms = 10
        const bench = new PollerBench({ minimum_ms: 1000, newInterval: () => ({ observe: () => interval_ms }) })
        const device = bench.network.add('h', 'plug')
        bench.add('h')
        await bench.run(100)
        for (const step of answers) {
          device.fails = step.fails
          device.latency_ms = step.latency_ms
          interval_ms = step.interval_ms
          bench.clock.advance(step.for_ms)
        }
        const polls = device.pollsOf('plug')
        for (let index = 1; index < polls.length; index++) {
          const gap_ms = (polls[index] as number) - (polls[index - 1] as number)
          assert.ok(gap_ms >= 1000, `asked after ${gap_ms} ms`)
        }
      }),
    )
  })

  it('polls outlets more slowly, and at once when the strip says that one was switched', async () => {
    const bench = new PollerBench({ interval_ms: 4000 })
    const strip = bench.network.add('strip', 'strip', ['a', 'b'])
    bench.add('strip')
    await bench.run(40_000)
    assert.equal(strip.pollsOf('strip').length, 10)
    assert.equal(strip.pollsOf('a').length, 5)
    await bench.run(1000)
    strip.changed_outlets = ['b']
    await bench.run(3200)
    assert.equal(strip.pollsOf('a').length, 6)
    assert.equal(strip.pollsOf('b').length, 7)
    const [strips, b] = [strip.pollsOf('strip').at(-1) as number, strip.pollsOf('b').at(-1) as number]
    assert.ok(b - strips < 20)
  })

  it('takes the readings of outlets that the answer of their strip holds', async () => {
    const bench = new PollerBench({ interval_ms: 4000 })
    const strip = bench.network.add('strip', 'strip', ['a', 'b'])
    strip.described_outlets = ['a', 'b', 'unknown']
    bench.add('strip')
    await bench.run(60_000)
    assert.equal(strip.pollsOf('a').length, 0)
    assert.equal(bench.readings.filter(({ device_id }) => device_id === 'a').length, 15)
    assert.equal(bench.readings.filter(({ device_id }) => device_id === 'unknown').length, 0)
  })

  it('tells who was switched', async () => {
    const bench = new PollerBench()
    const device = bench.network.add('h', 'plug')
    bench.add('h')
    await bench.run(3000)
    device.values = () => ({ on: false })
    await bench.run(3000)
    assert.deepEqual(
      bench.eventsOf('changed').map(({ device_id, on }) => ({ device_id, on })),
      [{ device_id: 'plug', on: false }],
    )
  })

  it('adds lifetime energy, and to a strip what its outlets have used', async () => {
    const bench = new PollerBench()
    const strip = bench.network.add('strip', 'strip', ['a', 'b'])
    strip.values = (id, poll) => (id === 'strip' ? { on: true } : { energy_total_kwh: 5 + poll / 1000 })
    bench.add('strip')
    await bench.run(10_000)
    const last = (id: string) => bench.readings.filter(({ device_id }) => device_id === id).at(-1) as Reading
    assert.equal(last('a').energy_kwh, last('a').energy_total_kwh)
    assert.ok(Math.abs((last('strip').energy_kwh as number) - 10) < 0.02)
  })

  describe('asked for a reading', () => {
    it('gives a copy of the last one inside the minimum interval, marked as such', async () => {
      const bench = new PollerBench({ interval_ms: 10_000, minimum_ms: 5000 })
      const device = bench.network.add('h', 'plug')
      bench.add('h')
      await bench.run(1000)
      const reading = await bench.poller.readNow(bench.unit('plug'))
      assert.equal(reading.source, 'cache')
      assert.equal(bench.readings[0]?.source, 'poll')
      assert.equal(device.polls.length, 1)
      assert.equal(bench.poller.statistics().cached_reads, 1)
    })

    it('polls once for all who ask at the same time', async () => {
      const bench = new PollerBench({ interval_ms: 60_000 })
      const device = bench.network.add('h', 'plug')
      bench.add('h')
      await bench.run(10_000)
      const reads = [1, 2, 3].map(() => bench.poller.readNow(bench.unit('plug')))
      await bench.run(100)
      const readings = await Promise.all(reads)
      assert.equal(device.polls.length, 2)
      assert.equal(readings[0]?.source, 'poll')
    })

    it('goes ahead of the polls that wait', async () => {
      const bench = new PollerBench({ concurrency: 1, interval_ms: 4000 })
      for (let index = 0; index < 40; index++) {
        bench.network.add(`h${index}`, `p${index}`).latency_ms = 90
        bench.add(`h${index}`)
      }
      await bench.run(60_000)
      const asked_ms = bench.clock.monotonic()
      const last = bench.network.devices.get('h7')
      const read = bench.poller.readNow(bench.unit('p7'))
      await bench.run(400)
      await read
      assert.ok((last?.polls.at(-1)?.at_ms as number) - asked_ms <= 100)
    })

    it('fails with what the poll failed with, and at once where the circuit is open', async () => {
      const bench = new PollerBench({ interval_ms: 60_000 })
      bench.network.add('h', 'plug')
      bench.add('h')
      await bench.run(5000)
      bench.network.devices.delete('h')
      const failing = assert.rejects(bench.poller.readNow(bench.unit('plug')), { code: 'REPLY_TIMEOUT' })
      await bench.run(6000)
      await failing
      await bench.run(30_000)
      assert.equal(bench.unit('plug').state, 'offline')
      const outcome = bench.poller.readNow(bench.unit('plug')).catch((error: MonitorError) => error.code)
      await bench.run(5100)
      assert.ok(['CIRCUIT_OPEN', 'REPLY_TIMEOUT'].includes(String(await outcome)))
    })

    it('is answered when the poller stops, and leaves no timer', async () => {
      const bench = new PollerBench({ interval_ms: 60_000 })
      const device = bench.network.add('h', 'plug')
      bench.add('h')
      await bench.run(5000)
      device.fails = 'silent'
      const failing = assert.rejects(bench.poller.readNow(bench.unit('plug')), { code: 'CLOSED' })
      bench.poller.stop()
      bench.poller.stop()
      await failing
      bench.clock.advance(10_000)
      assert.equal(bench.clock.pending, 0)
    })
  })

  it('survives a listener that throws, reports it once and tells the others', async () => {
    const bench = new PollerBench()
    bench.network.add('h', 'plug')
    let told = 0
    bench.poller.subscribe({
      onReading: () => {
        throw new Error('mine')
      },
    })
    const unsubscribe = bench.poller.subscribe({ onReading: () => void told++ })
    bench.add('h')
    await bench.run(5500)
    assert.ok(told >= 5)
    assert.equal(bench.reports.length, 1)
    unsubscribe()
    unsubscribe()
    const before = told
    await bench.run(5000)
    assert.equal(told, before)
  })

  it('gathers readings into batches for those who want them', async () => {
    const bench = new PollerBench({ batch_ms: 100 })
    const batches: number[] = []
    bench.poller.subscribe({ onReadings: (readings) => void batches.push(readings.length) })
    for (let index = 0; index < 50; index++) {
      bench.network.add(`h${index}`)
      bench.add(`h${index}`)
    }
    await bench.run(3500)
    assert.equal(
      batches.reduce((sum, length) => sum + length, 0),
      bench.readings.length,
    )
    assert.ok(batches.length <= 8, `${batches.length} batches`)
  })

  it('emits only what differs where that is wanted, and something every so often', async () => {
    const emission = new Emission({ emit: 'on-change', deadbands: {}, at_least_every_ms: 30_000 })
    const bench = new PollerBench({ emission })
    bench.network.add('h', 'plug').values = (_id, poll) => ({ on: true, power_w: 100 + (poll % 2) / 10 })
    bench.add('h')
    await bench.run(95_000)
    assert.equal(bench.readings.length, 4)
    assert.ok(bench.poller.statistics().polls > 90)
  })

  it('neither polls more nor counts energy when the wall clock jumps', async () => {
    const bench = new PollerBench({ interval_ms: 10_000 })
    const device = bench.network.add('h', 'plug')
    device.values = () => ({ on: true, power_w: 3600 })
    bench.add('h')
    await bench.run(100_000)
    for (const jump_ms of [7_200_000, -20_000_000]) {
      bench.clock.jump(jump_ms)
      await bench.run(100_000)
    }
    assert.equal(device.polls.length, 30)
    assert.equal(bench.readings.at(-1)?.energy_kwh, 0.29)
  })

  it('keeps to the budget in the long run, and polls everybody', async () => {
    const bench = new PollerBench({ polls_per_minute: 60, interval_ms: 1000 })
    const devices = Array.from({ length: 20 }, (_, index) => bench.network.add(`h${index}`))
    devices.forEach((_, index) => bench.add(`h${index}`))
    await bench.run(1_200_000, 500)
    const { polls } = bench.poller.statistics()
    assert.ok(polls <= 1200 + 20, `${polls} polls`)
    assert.ok(polls >= 1050, `${polls} polls`)
    for (const device of devices) assert.ok(device.polls.length >= 45, `only ${device.polls.length} polls`)
  })

  it('polls so many times more slowly as it is told, and as before when that is over', async () => {
    const bench = new PollerBench({ interval_ms: 1000 })
    const device = bench.network.add('10.0.0.1', 'plug')
    bench.add('10.0.0.1')
    const pollsWithin = async (duration_ms: number) => {
      const before = device.polls.length
      await bench.run(duration_ms)
      return device.polls.length - before
    }
    await bench.run(1000)
    assert.equal(await pollsWithin(100_000), 100)
    bench.poller.slowDown(10)
    await bench.run(10_000)
    assert.equal(await pollsWithin(100_000), 10)
    bench.poller.slowDown(1)
    await bench.run(10_000)
    assert.equal(await pollsWithin(100_000), 100)
    assert.equal(bench.unit('plug').interval_ms, 1000)
  })

  it('counts the energy of a device that it polls more slowly in full', async () => {
    const bench = new PollerBench({ interval_ms: 1000 })
    bench.network.add('10.0.0.1', 'plug').values = () => ({ on: true, power_w: 3600 })
    bench.add('10.0.0.1')
    await bench.run(1000)
    bench.poller.slowDown(10)
    await bench.run(1_000_000)
    const [first, last] = [bench.readings[0], bench.readings.at(-1)] as [Reading, Reading]
    const passed_h = (last.timestamp - first.timestamp) / 3_600_000
    assert.ok(Math.abs((last.energy_kwh ?? 0) - (first.energy_kwh ?? 0) - 3.6 * passed_h) < 0.001)
  })
})
