import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Ticker } from '../../../nodes/kasa-interval/ticker'
import { Scope } from '../../../nodes/shared/scope'
import { ADAPTIVE_INTERVAL_DEFAULTS } from '../../../src/polling/adaptive-interval'
import { FakeClock } from '../../support/fake-clock'

const { minimum_ms, maximum_ms } = ADAPTIVE_INTERVAL_DEFAULTS

describe('The ticker of kasa-interval', () => {
  let clock: FakeClock
  let scope: Scope
  let ticks: [topic: string, at_ms: number][]
  let ticker: Ticker

  beforeEach(() => {
    clock = new FakeClock()
    scope = new Scope(() => {}, clock)
    ticks = []
    const tick = (topic: string) => void ticks.push([topic, clock.monotonic()])
    ticker = new Ticker(ADAPTIVE_INTERVAL_DEFAULTS, scope, clock, tick)
  })

  it('ticks once when the wait that it answered is over', () => {
    const wait_ms = ticker.observe('kettle', { power_w: 5 })
    clock.advance(wait_ms)
    assert.deepEqual(ticks, [['kettle', wait_ms]])
  })

  it('ticks sooner after a change than in quiet times', () => {
    let quiet_ms = 0
    for (let turn = 0; turn < 50; turn++) clock.advance((quiet_ms = ticker.observe('kettle', { power_w: 5 })))
    const changed_ms = ticker.observe('kettle', { power_w: 2000 })
    assert.ok(changed_ms < quiet_ms / 2, `${changed_ms} ms after a change, ${quiet_ms} ms before`)
  })

  it('takes a switch for a change as well', () => {
    let quiet_ms = 0
    for (let turn = 0; turn < 50; turn++) clock.advance((quiet_ms = ticker.observe('lamp', { on: false })))
    const changed_ms = ticker.observe('lamp', { on: true })
    assert.ok(changed_ms < quiet_ms / 2, `${changed_ms} ms after a change, ${quiet_ms} ms before`)
  })

  it('keeps the topics apart', () => {
    const first_ms = ticker.observe('a', { power_w: 1 })
    clock.advance(first_ms / 2)
    ticker.observe('b', { power_w: 1 })
    clock.advance(first_ms / 2)
    assert.deepEqual(ticks, [['a', first_ms]])
  })

  it('counts from the newest value of a topic', () => {
    clock.advance(ticker.observe('a', { power_w: 1 }) - 1)
    ticker.observe('a', { power_w: 1 })
    clock.advance(minimum_ms - 1)
    assert.deepEqual(ticks, [])
  })

  it('goes on at the slowest pace when no value answers', () => {
    const wait_ms = ticker.observe('a', { power_w: 1 })
    clock.advance(wait_ms + 2 * maximum_ms)
    assert.deepEqual(ticks.length, 3)
  })

  it('ticks at the start until a first value comes, of whatever topic', () => {
    ticker.start()
    clock.advance(0)
    assert.deepEqual(ticks, [['', 0]])
    clock.advance(maximum_ms)
    assert.equal(ticks.length, 2)
    ticker.observe('a', { power_w: 1 })
    clock.advance(maximum_ms * 2)
    assert.deepEqual([...new Set(ticks.slice(2).map(([topic]) => topic))], ['a'])
  })

  it('is not confused by a wall clock that jumps', () => {
    ticker.observe('a', { power_w: 1 })
    clock.jump(-86_400_000)
    const wait_ms = ticker.observe('a', { power_w: 1 })
    assert.ok(wait_ms >= minimum_ms && wait_ms <= maximum_ms)
  })

  it('refuses a topic too many, and goes on with those it has', () => {
    for (let index = 0; index < 1000; index++) ticker.observe(`source-${index}`, { power_w: 1 })
    assert.throws(() => ticker.observe('one more', { power_w: 1 }), {
      code: 'INPUT_INVALID',
      message: /^topic: "one more"/,
    })
    assert.ok(ticker.observe('source-7', { power_w: 1 }) > 0)
  })

  it('leaves no timer behind', async () => {
    ticker.start()
    ticker.observe('a', { power_w: 1 })
    ticker.observe('b', { power_w: 1 })
    await scope.close()
    ticker.observe('a', { power_w: 1 })
    ticker.observe('c', { power_w: 1 })
    assert.equal(clock.pending, 0)
  })
})
