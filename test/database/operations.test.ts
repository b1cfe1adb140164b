import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Operations, SlowOperations } from '../../src/database/operations'
import type { Verdict } from '../../src/database/sending/verdict'
import { MonitorError } from '../../src/domain/errors'
import { slowWatch, type SlowWork } from '../../src/domain/slow-watch'
import { FakeClock } from '../support/fake-clock'

const STORED: Verdict = { kind: 'stored' }

describe('what a store counts of its work', () => {
  it('tells nothing of latencies before there was one', () => {
    const none = { count: 0, failures: 0, latency_ms: {} }
    assert.deepEqual(new Operations(100, new FakeClock()).health(), { writes: none, queries: none, slow: [] })
  })

  it('tells writes from queries, with their latencies', async () => {
    const clock = new FakeClock()
    const operations = new Operations(1000, clock)
    const taking = (duration_ms: number) => () => {
      clock.advance(duration_ms)
      return Promise.resolve(STORED)
    }
    for (const duration_ms of [1, 2, 3, 400]) await operations.write('lines', taking(duration_ms))
    await operations.query('history', taking(7))
    const { writes, queries } = operations.health()
    assert.deepEqual([writes.count, queries.count], [4, 1])
    assert.deepEqual([writes.latency_ms.maximum, queries.latency_ms.maximum], [400, 7])
    assert.ok(Math.abs((writes.latency_ms.p50 ?? 0) - 2) < 0.4)
  })

  it('tells what is under way', async () => {
    const operations = new Operations(1000, new FakeClock())
    let end = () => {}
    const running = operations.query('history', () => new Promise<void>((resolve) => (end = resolve)))
    const underWay = () => [operations.statistics().writes.in_flight, operations.statistics().queries.in_flight]
    assert.deepEqual(underWay(), [0, 1])
    end()
    await running
    assert.deepEqual(underWay(), [0, 0])
    assert.equal(operations.statistics().queries.latency.count, 1)
    await assert.rejects(operations.query('history', () => Promise.reject(new MonitorError('CLOSED', 'closed'))))
    assert.deepEqual(underWay(), [0, 0])
  })

  it('counts as failures what was not stored and what was thrown, and passes both on', async () => {
    const operations = new Operations(1000, new FakeClock())
    const error = new MonitorError('DATABASE_LOCKED', 'locked')
    const verdict = await operations.write('lines', () => Promise.resolve({ kind: 'retry', error }))
    assert.equal(verdict.kind, 'retry')
    await operations.write('lines', () => Promise.resolve({ kind: 'stored', bad: [{ index: 0, reason: 'bad' }] }))
    await assert.rejects(
      operations.query('history', () => Promise.reject(error)),
      error,
    )
    const { writes, queries } = operations.health()
    assert.deepEqual([writes.failures, writes.count, queries.failures, queries.count], [1, 2, 1, 1])
  })

  it('tells whoever watches what took long, whatever came of it', async () => {
    const clock = new FakeClock()
    const operations = new Operations(60_000, clock)
    const seen: SlowWork[] = []
    const end = slowWatch.watch(1000, (work) => seen.push(work))
    const taking = (duration_ms: number) => {
      clock.advance(duration_ms)
      return Promise.reject(new MonitorError('CLOSED', 'closed'))
    }
    await assert.rejects(operations.query('short', () => taking(999)))
    await assert.rejects(operations.query('long', () => taking(1000)))
    end()
    assert.deepEqual(seen, [{ part: 'database', what: 'long', duration_ms: 1000 }])
  })

  it('remembers what took too long, newest first, with its moment', async () => {
    const clock = new FakeClock(5000)
    const operations = new Operations(100, clock)
    for (const [statement, duration_ms] of [
      ['first', 100],
      ['quick', 99],
      ['second', 300],
    ] as const) {
      await operations.query(statement, () => Promise.resolve(clock.advance(duration_ms)))
    }
    assert.deepEqual(operations.health().slow, [
      { statement: 'second', timestamp: 5199, duration_ms: 300 },
      { statement: 'first', timestamp: 5000, duration_ms: 100 },
    ])
  })

  it('remembers no more than a few, and no endless statement', () => {
    const slow = new SlowOperations(1)
    for (let step = 0; step < 1000; step++) slow.add({ statement: 'x'.repeat(1e5), timestamp: step, duration_ms: 5 })
    const kept = slow.newestFirst()
    assert.equal(kept[0]?.timestamp, 999)
    assert.ok(kept.length <= 100 && kept.every(({ statement }) => statement.length < 1e4))
  })
})
