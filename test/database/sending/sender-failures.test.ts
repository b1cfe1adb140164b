import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Verdict } from '../../../src/database/sending/verdict'
import { BUSY, ByHand, LOST, numbered, SendingBench, STORED, TIMED_OUT, UNAVAILABLE } from './sending-bench'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** A store that names no line when it refuses. */
function refusing(bad: ReadonlySet<string>, stored: Set<string>): (lines: readonly string[]) => Verdict {
  return (lines) => {
    const found = lines.filter((line) => bad.has(line))
    if (found.length > 0) return { kind: 'refused', reason: `cannot read ${found[0]}` }
    for (const line of lines) stored.add(line)
    return STORED
  }
}

describe('bad lines', () => {
  it('are told apart from 4,997 good ones with at most 75 requests, wherever the three of them stand', async () => {
    for (const places of [
      [0, 1, 2],
      [0, 2500, 4999],
      [1, 1250, 3751],
      [1023, 2047, 4095],
      [1811, 3021, 4990],
    ]) {
      const bench = new SendingBench({ batch_points: 5000 })
      const lines = numbered(0, 5000)
      const bad = new Set(places.map((place) => lines[place] ?? ''))
      const stored = new Set<string>()
      bench.answer = refusing(bad, stored)
      bench.spool.append(...lines)
      await bench.start()
      assert.equal(await bench.drain(MINUTE_MS), true)
      assert.equal(stored.size, 4997)
      assert.ok(bench.requests.length <= 75, `${bench.requests.length} requests for ${places.join(', ')}`)
      const expected = [...bad].map((line) => ({ line, bad: { index: 0, reason: `cannot read ${line}` } }))
      assert.deepEqual(bench.quarantined, expected)
      assert.equal(bench.sender.status().written, 4997)
    }
  })

  it('that the store names cost no further request', async () => {
    const bench = new SendingBench()
    const bad = [2, 7].map((index) => ({ index, reason: `line ${index}` }))
    bench.answer = () => ({ kind: 'stored', bad })
    bench.spool.append(...numbered(0, 10))
    await bench.start()
    assert.equal(bench.requests.length, 1)
    assert.deepEqual(
      bench.quarantined.map(({ line }) => line),
      ['line v=2', 'line v=7'],
    )
    assert.equal(bench.sender.status().written, 8)
  })

  it('are not sent again for a store that falters while they are looked for', async () => {
    const bench = new SendingBench({ batch_points: 64 })
    const refuse = refusing(new Set(['line v=13', 'line v=50']), new Set())
    bench.answer = (lines) => (bench.requests.length % 3 === 0 ? BUSY : refuse(lines))
    bench.spool.append(...numbered(0, 64))
    await bench.start()
    assert.equal(await bench.drain(60 * MINUTE_MS), true)
    assert.equal(bench.quarantined.length, 2)
    assert.ok(bench.requests.length <= 40, `${bench.requests.length} requests`)
  })

  it('are not believed in where nothing at that address takes lines', async () => {
    const bench = new SendingBench()
    bench.answer = () => ({ kind: 'refused', reason: 'The plain HTTP request was sent to HTTPS port' })
    bench.spool.append(...numbered(0, 10))
    await bench.start()
    assert.equal(bench.quarantined.length, 10)

    const wary = new SendingBench()
    wary.answer = bench.answer
    wary.probe = () => (wary.requests.length > 0 ? Promise.reject(UNAVAILABLE) : undefined)
    wary.spool.append(...numbered(0, 10))
    await wary.start()
    await wary.drain(10 * MINUTE_MS)
    assert.equal(wary.quarantined.length, 0)
    assert.equal(wary.spool.status().lines, 10)
  })
})

describe('a store that takes fewer lines at a time', () => {
  it('gets them, without being tried with too many each time', async () => {
    const bench = new SendingBench({ batch_points: 100 })
    bench.answer = (lines) => (lines.length > 30 ? { kind: 'too-large' } : STORED)
    bench.spool.append(...numbered(0, 2000))
    await bench.start()
    assert.equal(await bench.drain(MINUTE_MS), true)
    const refused = bench.requests.filter(({ lines }) => lines.length > 30)
    assert.ok(refused.length <= 8, `${refused.length} requests too large`)
    assert.equal(new Set(bench.sent).size, 2000)
    assert.deepEqual(bench.quarantined, [])
  })

  it('gets more again once it takes more', async () => {
    const bench = new SendingBench({ batch_points: 100 })
    bench.answer = (lines) => (lines.length > 30 && bench.requests.length < 10 ? { kind: 'too-large' } : STORED)
    bench.spool.append(...numbered(0, 40_000))
    await bench.start()
    await bench.drain(MINUTE_MS)
    assert.equal(bench.requests.at(-2)?.lines.length, 100)
  })

  it('is not given less for one line that is too long', async () => {
    const bench = new SendingBench({ batch_points: 64 })
    bench.answer = (lines) => (lines.includes('line v=20') ? { kind: 'too-large' } : STORED)
    bench.spool.append(...numbered(0, 640))
    await bench.start()
    assert.equal(await bench.drain(MINUTE_MS), true)
    assert.deepEqual(
      bench.quarantined.map(({ line }) => line),
      ['line v=20'],
    )
    assert.equal(bench.requests.at(-1)?.lines.length, 64)
    assert.equal(new Set(bench.sent).size, 640)
  })

  it('gets half of it after three time-outs, or lost connections, in a row', async () => {
    for (const trouble of [TIMED_OUT, LOST]) {
      const bench = new SendingBench({ batch_points: 100 })
      bench.answer = (lines) => (lines.length > 50 ? trouble : STORED)
      bench.spool.append(...numbered(0, 100))
      await bench.start()
      assert.equal(await bench.drain(10 * MINUTE_MS), true)
      assert.deepEqual(
        bench.requests.map(({ lines }) => lines.length),
        [100, 100, 100, 50, 50],
      )
    }
  })
})

describe('two requests under way', () => {
  async function twoUnderWay() {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    bench.spool.append(...numbered(0, 20))
    await bench.start()
    assert.equal(hand.waiting.length, 2)
    return { bench, hand }
  }

  it('are both repeated where the older one fails, so that the newer value stays', async () => {
    const { bench, hand } = await twoUnderWay()
    hand.give(STORED, 1)
    hand.give(BUSY)
    await bench.calm()
    assert.equal(bench.spool.status().lines, 20)
    bench.answer = () => STORED
    await bench.pass(2000)
    assert.deepEqual(bench.sent.slice(20), numbered(0, 20))
  })

  it('are waited for before the older one is repeated', async () => {
    const { bench, hand } = await twoUnderWay()
    hand.give(BUSY)
    await bench.pass(MINUTE_MS)
    assert.equal(bench.requests.length, 2)
    hand.give(STORED)
    await bench.calm()
    await bench.pass(MINUTE_MS)
    assert.deepEqual(bench.requests[2]?.lines, numbered(0, 10))
  })

  it('cost one repeat where the younger one fails', async () => {
    const { bench, hand } = await twoUnderWay()
    hand.give(STORED)
    hand.give(BUSY)
    await bench.calm()
    assert.equal(bench.spool.status().lines, 10)
    bench.answer = () => STORED
    await bench.pass(2000)
    assert.deepEqual(bench.sent.slice(20), numbered(10, 20))
  })

  it('count a bad line once, though its batch is sent twice', async () => {
    const { bench, hand } = await twoUnderWay()
    const bad: Verdict = { kind: 'stored', bad: [{ index: 3, reason: 'no' }] }
    hand.give(bad, 1)
    hand.give({ kind: 'refused', reason: 'one of them' })
    bench.answer = (lines) => (lines.includes('line v=13') ? bad : STORED)
    await bench.calm()
    assert.equal(bench.spool.status().lines, 0)
    assert.deepEqual(
      bench.quarantined.map(({ line }) => line),
      ['line v=13'],
    )
  })
})

describe('a store that may forget what it took', () => {
  it('gets the last of it once more after a lost connection, and only once', async () => {
    const bench = new SendingBench()
    bench.grace_ms = MINUTE_MS
    await bench.start()
    for (let index = 0; index < 10; index++) {
      bench.spool.append(`line v=${index}`)
      await bench.pass(30 * SECOND_MS)
    }
    assert.equal(bench.sender.grace_ms, MINUTE_MS)
    await bench.pass(29 * SECOND_MS)
    assert.equal(bench.sender.grace_ms, MINUTE_MS + 29 * SECOND_MS)
    bench.answer = () => LOST
    bench.probe = () => Promise.reject(UNAVAILABLE)
    bench.spool.append('line v=10')
    for (let minute = 0; minute < 30; minute++) await bench.pass(MINUTE_MS)
    bench.answer = () => STORED
    bench.probe = () => {}
    const before = bench.requests.length
    await bench.pass(MINUTE_MS)
    assert.deepEqual(bench.sent.slice(before), numbered(7, 11))
    assert.equal(bench.sender.status().written, 11)
    bench.answer = () => BUSY
    bench.spool.append('line v=11')
    await bench.pass(SECOND_MS)
    bench.answer = () => STORED
    await bench.pass(MINUTE_MS)
    assert.deepEqual(bench.sent.slice(before + 4), ['line v=11', 'line v=11'])
  })

  it('is not sent anything twice where it writes before it answers, or is slow', async () => {
    for (const [grace_ms, trouble] of [
      [0, LOST],
      [MINUTE_MS, TIMED_OUT],
    ] as const) {
      const bench = new SendingBench()
      bench.grace_ms = grace_ms
      await bench.start()
      bench.spool.append('line v=0')
      await bench.pass(SECOND_MS)
      bench.answer = () => trouble
      bench.spool.append('line v=1')
      await bench.pass(SECOND_MS)
      bench.answer = () => STORED
      await bench.pass(MINUTE_MS)
      assert.deepEqual(bench.sent, ['line v=0', 'line v=1', 'line v=1'])
    }
  })
})

describe('an outage of 30 minutes at 100 points a second', () => {
  it('loses nothing, keeps the order of each device, and is made up for in full batches', async () => {
    const bench = new SendingBench({ batch_points: 5000 })
    await bench.start()
    const isDown = () => bench.clock.monotonic() >= 10 * SECOND_MS && bench.clock.monotonic() < 30 * MINUTE_MS
    const stored = new Map<string, number>()
    bench.answer = (lines) => {
      if (isDown()) return LOST
      for (const line of lines) {
        const [device = '', value = ''] = line.split(' v=')
        assert.ok((stored.get(device) ?? -1) < Number(value), `${line} after ${stored.get(device)}`)
        stored.set(device, Number(value))
      }
      return STORED
    }
    bench.probe = () => (isDown() ? Promise.reject(UNAVAILABLE) : undefined)
    for (let second = 0; second < 30 * 60; second++) {
      bench.spool.append(...Array.from({ length: 100 }, (_, device) => `device-${device} v=${second}`))
      bench.clock.advance(SECOND_MS)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const before = bench.requests.length
    assert.equal(await bench.drain(5 * MINUTE_MS), true)
    assert.equal(bench.sender.status().written, 180_000)
    assert.deepEqual(
      [...stored.values()],
      Array.from({ length: 100 }, () => 30 * 60 - 1),
    )
    const drained = bench.requests.slice(before)
    assert.ok(drained.length <= 180_000 / 5000 + 2, `${drained.length} requests`)
    assert.ok(before <= 80, `${before} requests while it was away`)
    assert.deepEqual(bench.changes, ['retrying DATABASE_UNAVAILABLE', 'ok'])
  })
})
