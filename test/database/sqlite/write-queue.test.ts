import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { encodeReadings, type EncodedReadings } from '../../../src/database/sqlite/sqlite-rows'
import { WriteQueue } from '../../../src/database/sqlite/write-queue'
import { MonitorError, type ErrorCode } from '../../../src/domain/errors'
import { aReading, START } from '../../support/database-samples'
import { FakeClock } from '../../support/fake-clock'

const LIMITS = { batch_readings: 10, batch_delay_ms: 50, queue_readings: 100, queue_mb: 1 }

/** A queue whose batches a test commits or refuses by hand. */
class Bench {
  readonly clock = new FakeClock()
  readonly batches: { size: number; succeed: () => void; fail: (code: ErrorCode) => void }[] = []
  states: string[] = []
  readonly queue: WriteQueue

  constructor(limits: Partial<typeof LIMITS> = {}) {
    const commit = (parts: readonly EncodedReadings[]): Promise<number[]> =>
      new Promise((resolve, reject) => {
        const counts = parts.map(({ devices }) => devices.length)
        const size = counts.reduce((sum, count) => sum + count, 0)
        const fail = (code: ErrorCode): void => reject(new MonitorError(code, `no luck: ${code}`))
        this.batches.push({ size, succeed: () => resolve(counts), fail })
      })
    const onState = (): void => void this.states.push(this.queue.status().state)
    this.queue = new WriteQueue({ ...LIMITS, ...limits }, commit, this.clock, () => 0.5, onState)
  }

  accept(count: number): Promise<unknown> {
    const readings = Array.from({ length: count }, (_, index) =>
      aReading({ device_id: `plug-${index}`, timestamp: START }),
    )
    return this.queue.accept([encodeReadings(readings)], 0)
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
}

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'written',
    (error: unknown) => (error as MonitorError).code,
  )
}

describe('the write queue', () => {
  it('gathers readings of one moment into one transaction', async () => {
    const bench = new Bench()
    const results = Promise.all([bench.accept(2), bench.accept(3)])
    bench.clock.advance(49)
    assert.equal(bench.batches.length, 0)
    bench.clock.advance(1)
    assert.deepEqual(
      bench.batches.map(({ size }) => size),
      [5],
    )
    bench.batches[0]?.succeed()
    assert.deepEqual(await results, [
      { written: 2, skipped: 0 },
      { written: 3, skipped: 0 },
    ])
    assert.equal(bench.clock.pending, 0)
  })

  it('does not wait once a batch is full, and sends one at a time', async () => {
    const bench = new Bench()
    const results = Promise.all([bench.accept(6), bench.accept(6), bench.accept(6)])
    assert.deepEqual(
      bench.batches.map(({ size }) => size),
      [6],
    )
    bench.batches[0]?.succeed()
    await bench.settle()
    assert.deepEqual(
      bench.batches.map(({ size }) => size),
      [6, 6],
    )
    bench.batches[1]?.succeed()
    await bench.settle()
    bench.clock.advance(50)
    bench.batches[2]?.succeed()
    await results
    assert.equal(bench.queue.status().written, 18)
  })

  it('turns away what does not fit, names the bound, and keeps what it has', async () => {
    const bench = new Bench({ queue_readings: 8 })
    const kept = bench.accept(6)
    assert.throws(
      () => void bench.accept(3),
      (error: unknown) => {
        const { code, details } = error as MonitorError
        assert.equal(code, 'QUEUE_FULL')
        assert.equal(details.queued, 6)
        return details.range === 'at most 8 readings and 1 MB'
      },
    )
    assert.equal(bench.queue.status().refused, 3)
    bench.clock.advance(50)
    bench.batches[0]?.succeed()
    assert.deepEqual(await kept, { written: 6, skipped: 0 })
  })

  it('is bounded in memory as well', () => {
    const bench = new Bench({ queue_readings: 1_000_000 })
    const big = (): void => void bench.accept(1000).catch(() => undefined)
    assert.throws(
      () => {
        for (let call = 0; call < 20; call += 1) big()
      },
      { code: 'QUEUE_FULL' },
    )
  })

  it('tells its callers of a full disk at once, keeps the readings, and tries again ever more seldom', async () => {
    const bench = new Bench()
    const refused = bench.accept(2)
    bench.clock.advance(50)
    bench.batches[0]?.fail('DATABASE_FULL')
    await assert.rejects(refused, { code: 'DATABASE_FULL', details: { queued: 2 } })
    assert.deepEqual(await codeOf(bench.accept(1)), 'DATABASE_FULL')
    assert.deepEqual(bench.queue.status().queued, 3)
    const waits: number[] = []
    for (let attempt = 1; attempt < 12; attempt += 1) {
      let waited = 0
      for (; bench.batches.length === attempt; waited += 5) bench.clock.advance(5)
      waits.push(waited)
      bench.batches[attempt]?.fail('DATABASE_FULL')
      await bench.settle()
    }
    assert.deepEqual(waits.slice(0, 4), [375, 750, 1500, 3000])
    assert.equal(waits.at(-1), 22_500)
    bench.clock.advance(30_000)
    assert.equal(bench.batches.at(-1)?.size, 3)
    bench.batches.at(-1)?.succeed()
    await bench.settle()
    const { state, written, queued, dropped } = bench.queue.status()
    assert.deepEqual({ state, written, queued, dropped }, { state: 'ok', written: 3, queued: 0, dropped: 0 })
    assert.deepEqual(bench.states, ['full', 'ok'])
    assert.equal(bench.clock.pending, 0)
  })

  it('gives up a batch that fails by a fault of ours, so that others get through', async () => {
    const bench = new Bench()
    const first = codeOf(bench.accept(2))
    bench.clock.advance(50)
    bench.batches[0]?.fail('INTERNAL')
    assert.equal(await first, 'INTERNAL')
    assert.equal(bench.queue.status().dropped, 2)
    const second = codeOf(bench.accept(1))
    bench.clock.advance(50)
    bench.batches[1]?.succeed()
    assert.equal(await second, 'written')
  })

  it('writes all there is when it is drained, without waiting', async () => {
    const bench = new Bench()
    const results = Promise.all([bench.accept(9), bench.accept(9)])
    const drained = bench.queue.drain()
    await bench.settle()
    bench.batches[0]?.succeed()
    await bench.settle()
    bench.batches[1]?.succeed()
    await drained
    await results
    assert.equal(bench.clock.pending, 0)
  })

  it('counts what it had to give up at the end, and leaves no timer', async () => {
    const bench = new Bench()
    const inFlight = codeOf(bench.accept(10))
    const waiting = codeOf(bench.accept(1))
    bench.queue.stop()
    assert.deepEqual(await Promise.all([inFlight, waiting]), ['CLOSED', 'CLOSED'])
    bench.batches[0]?.fail('DATABASE_LOCKED')
    await bench.settle()
    const { queued, dropped } = bench.queue.status()
    assert.deepEqual({ queued, dropped }, { queued: 0, dropped: 11 })
    assert.equal(bench.clock.pending, 0)
  })
})
