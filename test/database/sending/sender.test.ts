import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { BUSY, ByHand, HELD, LOGIN_REFUSED, numbered, SendingBench, STORED, UNAVAILABLE } from './sending-bench'

const sizes = (bench: SendingBench): number[] => bench.requests.map(({ lines }) => lines.length)

describe('the sender', () => {
  it('lets a point wait for others, but no longer than it may', async () => {
    const bench = new SendingBench()
    await bench.start()
    bench.spool.append('a v=1')
    await bench.pass(600)
    bench.spool.append('a v=2')
    await bench.pass(399)
    assert.deepEqual(sizes(bench), [])
    await bench.pass(1)
    assert.deepEqual(sizes(bench), [2])
    assert.equal(bench.spool.status().lines, 0)
    assert.equal(bench.sender.status().written, 2)
  })

  it('sends a full batch at once, and what is left over in its own time', async () => {
    const bench = new SendingBench()
    await bench.start()
    bench.spool.append(...numbered(0, 12))
    await bench.calm()
    assert.deepEqual(sizes(bench), [10])
    await bench.pass(1000)
    assert.deepEqual(sizes(bench), [10, 2])
    assert.deepEqual(bench.sent, numbered(0, 12))
  })

  it('sends what an earlier run left without a pause, two requests at a time', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    bench.spool.append(...numbered(0, 45))
    await bench.start()
    assert.deepEqual(sizes(bench), [10, 10])
    for (let count = 0; count < 5; count++) {
      hand.give(STORED)
      await bench.calm()
    }
    assert.deepEqual(bench.sent, numbered(0, 45))
    assert.equal(bench.mostUnderway, 2)
  })

  it('has one request under way while there is no more than a batch', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    bench.spool.append(...numbered(0, 10))
    await bench.start()
    bench.spool.append(...numbered(10, 15))
    await bench.pass(5000)
    assert.equal(hand.waiting.length, 1)
    hand.give(STORED)
    await bench.pass(1000)
    assert.deepEqual(sizes(bench), [10, 5])
  })

  it('has no timer while there is nothing to send', async () => {
    const bench = new SendingBench()
    await bench.start()
    assert.equal(bench.clock.pending, 0)
    bench.spool.append('a v=1')
    await bench.pass(1000)
    assert.equal(bench.clock.pending, 0)
    assert.equal(bench.probes, 1)
  })

  it('tells that a store is back although there is nothing to send, and is silent then', async () => {
    const bench = new SendingBench()
    bench.probe = () => Promise.reject(LOGIN_REFUSED)
    await bench.start()
    await bench.pass(300_000)
    assert.equal(bench.state, 'held DATABASE_LOGIN_REFUSED')
    bench.probe = () => {}
    await bench.pass(60_000)
    assert.equal(bench.state, 'ok')
    assert.deepEqual([bench.clock.pending, bench.requests.length], [0, 0])
  })

  it('does not ask again and again for lines that the spool counts and does not give', async () => {
    const bench = new SendingBench()
    await bench.start()
    const { status } = bench.spool
    bench.spool.status = () => ({ ...status.call(bench.spool), lines: 3 })
    bench.sender.wake()
    await bench.pass(60_000)
    assert.equal(bench.spool.limits.length, 1)
    bench.spool.append('a v=1')
    await bench.pass(1000)
    assert.deepEqual(bench.sent, ['a v=1'])
  })

  it('keeps everything while the store is down from the start, and asks it ever more rarely', async () => {
    const bench = new SendingBench()
    bench.probe = () => Promise.reject(UNAVAILABLE)
    bench.spool.append(...numbered(0, 25))
    await bench.start()
    for (let minute = 0; minute < 10; minute++) await bench.clock.advanceSlowly(60_000, 500)
    assert.deepEqual(bench.requests, [])
    assert.ok(bench.probes >= 15 && bench.probes <= 35, `${bench.probes} probes`)
    assert.equal(bench.state, 'retrying DATABASE_UNAVAILABLE')
    bench.probe = () => {}
    await bench.pass(60_000)
    assert.deepEqual(bench.sent, numbered(0, 25))
    assert.deepEqual(bench.changes, ['retrying DATABASE_UNAVAILABLE', 'ok'])
  })

  it('holds everything while the login is refused, and asks every half minute', async () => {
    const bench = new SendingBench()
    bench.spool.append(...numbered(0, 5))
    bench.answer = () => HELD
    bench.probe = () => (bench.requests.length > 0 ? Promise.reject(LOGIN_REFUSED) : undefined)
    await bench.start()
    assert.equal(bench.requests.length, 1)
    assert.equal(bench.state, 'held DATABASE_LOGIN_REFUSED')
    bench.answer = () => STORED
    for (let second = 0; second < 600; second++) await bench.clock.advanceSlowly(1000, 1000)
    assert.equal(bench.requests.length, 1)
    assert.equal(bench.probes, 1 + 600 / 30)
    bench.probe = () => {}
    await bench.pass(30_000)
    assert.deepEqual(bench.sent.slice(5), numbered(0, 5))
    assert.equal(bench.state, 'ok')
  })

  it('takes what a store throws for a verdict', async () => {
    const bench = new SendingBench()
    bench.spool.append('a v=1')
    bench.answer = () => Promise.reject(UNAVAILABLE)
    await bench.start()
    assert.equal(bench.state, 'retrying DATABASE_UNAVAILABLE')
    bench.answer = () => Promise.reject(new TypeError('a fault of ours'))
    await bench.pass(2000)
    assert.equal(bench.state, 'held INTERNAL')
    bench.answer = () => STORED
    await bench.pass(30_000)
    assert.equal(bench.state, 'ok')
  })

  it('goes on after a spool that failed once', async () => {
    const bench = new SendingBench()
    const { take } = bench.spool
    bench.spool.take = () => Promise.reject(UNAVAILABLE)
    bench.spool.append('a v=1')
    await bench.start()
    assert.equal(bench.state, 'retrying DATABASE_UNAVAILABLE')
    bench.spool.take = take
    await bench.pass(2000)
    assert.deepEqual(bench.sent, ['a v=1'])
  })

  it('waits as long as the store asks, but ten minutes at most', async () => {
    const bench = new SendingBench()
    bench.spool.append('a v=1')
    bench.answer = () => ({ ...BUSY, after_ms: 3000 })
    await bench.start()
    await bench.pass(2999)
    assert.equal(bench.requests.length, 1)
    bench.answer = () => ({ ...BUSY, after_ms: 86_400_000 })
    await bench.pass(601)
    assert.equal(bench.requests.length, 2)
    bench.answer = () => STORED
    await bench.pass(599_999)
    assert.equal(bench.requests.length, 2)
    await bench.pass(1)
    assert.equal(bench.requests.length, 3)
  })

  it('is not moved by a wall clock that steps back an hour', async () => {
    const bench = new SendingBench()
    await bench.start()
    bench.spool.append('a v=1')
    await bench.pass(500)
    bench.clock.jump(-3_600_000)
    await bench.pass(500)
    assert.equal(bench.requests.length, 1)
    bench.answer = () => BUSY
    bench.spool.append('a v=2')
    await bench.pass(1000)
    bench.clock.jump(-3_600_000)
    bench.answer = () => STORED
    await bench.pass(2000)
    assert.equal(bench.spool.status().lines, 0)
  })

  it('sends the waiting points together once the store is back', async () => {
    const bench = new SendingBench()
    await bench.start()
    bench.answer = () => BUSY
    bench.spool.append('a v=0')
    await bench.pass(1000)
    bench.spool.append(...numbered(1, 8))
    bench.answer = () => STORED
    await bench.pass(2000)
    assert.deepEqual(sizes(bench), [1, 8])
  })
})

describe('settling', () => {
  it('sends at once what waits, and is true when it is stored', async () => {
    const bench = new SendingBench()
    await bench.start()
    assert.equal(await bench.sender.settle(1000), true)
    bench.spool.append('a v=1')
    assert.equal(await bench.sender.settle(1000), true)
    assert.deepEqual(bench.sent, ['a v=1'])
    assert.equal(bench.clock.pending, 0)
  })

  it('waits for what is under way, and not for what came later', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    await bench.start()
    bench.spool.append(...numbered(0, 20))
    const settled = bench.sender.settle(5000)
    await bench.calm()
    bench.spool.append('late v=1')
    hand.give(STORED)
    await bench.calm()
    hand.give(STORED)
    assert.equal(await settled, true)
    assert.equal(bench.spool.status().lines, 1)
  })

  it('is false when patience ends', async () => {
    const bench = new SendingBench()
    bench.answer = new ByHand().take
    await bench.start()
    bench.spool.append('a v=1')
    const settled = bench.sender.settle(1000)
    await bench.pass(1000)
    assert.equal(await settled, false)
    assert.equal(bench.clock.pending, 0)
  })

  it('is false at once where the store is in trouble, or comes to be', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    await bench.start()
    bench.spool.append('a v=1')
    const settled = bench.sender.settle(60_000)
    await bench.calm()
    hand.give(BUSY)
    assert.equal(await settled, false)
    assert.equal(await bench.sender.settle(60_000), false)
  })

  it('is true when the spool gave up what was waited for', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    bench.spool.append(...numbered(0, 15))
    await bench.start()
    const settled = bench.sender.settle(60_000)
    bench.spool.drop(5)
    hand.give(STORED)
    assert.equal(await settled, true)
  })
})

describe('stopping the sender', () => {
  it('sends what waits, and leaves no timer', async () => {
    const bench = new SendingBench()
    await bench.start()
    bench.spool.append('a v=1')
    await Promise.all([bench.sender.stop(), bench.sender.stop()])
    assert.deepEqual(bench.sent, ['a v=1'])
    assert.equal(bench.clock.pending, 0)
  })

  it('ends within two seconds though the store does not answer, and does nothing when it does later', async () => {
    const bench = new SendingBench()
    const hand = new ByHand()
    bench.answer = hand.take
    await bench.start()
    bench.spool.append('a v=1')
    const stopped = bench.sender.stop()
    await bench.pass(2000)
    await stopped
    assert.equal(bench.clock.pending, 0)
    hand.give(STORED)
    await bench.calm()
    assert.equal(bench.spool.status().lines, 1)
  })

  it('ends at once while the store is in trouble', async () => {
    const bench = new SendingBench()
    bench.answer = () => BUSY
    bench.spool.append('a v=1')
    await bench.start()
    await bench.sender.stop()
    assert.equal(bench.clock.pending, 0)
    assert.equal(bench.requests.length, 1)
    assert.equal(bench.spool.status().lines, 1)
  })

  it('ends while the first probe hangs, and when it was never started', async () => {
    const bench = new SendingBench()
    bench.probe = () => new Promise(() => {})
    await bench.start()
    await bench.sender.stop()
    await new SendingBench().sender.stop()
    assert.equal(bench.clock.pending, 0)
  })
})
