import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { CircuitBreaker } from '../../src/polling/circuit-breaker'
import { REFUSAL, refusalPause } from '../../src/polling/retry'
import { PollerBench } from '../support/poller-bench'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** A strip with outlets that are polled, and then refuses the login. */
async function refusingStrip(code: 'LOGIN_REFUSED' | 'DEVICE_UNSUPPORTED' = 'LOGIN_REFUSED') {
  const bench = new PollerBench()
  const device = bench.network.add('h', 'strip', ['o1', 'o2'])
  const host = bench.add('h')
  await bench.run(5000)
  device.fails = code
  await bench.run(5000)
  device.polls.length = 0
  return { bench, device, host }
}

describe('A host that refuses', () => {
  for (const code of ['LOGIN_REFUSED', 'DEVICE_UNSUPPORTED'] as const) {
    it(`is told once, and probed once in a quarter of an hour, with all its outlets: ${code}`, async () => {
      const { bench, device } = await refusingStrip(code)
      await bench.run(4 * HOUR_MS, 1000)
      assert.ok(device.polls.length >= 12 && device.polls.length <= 20, String(device.polls.length))
      assert.equal(bench.eventsOf(code === 'LOGIN_REFUSED' ? 'login_refused' : 'unsupported').length, 1)
      assert.equal(bench.eventsOf('offline').length, 3)
      assert.equal(bench.lost.length, 0)
      bench.poller.stop()
    })
  }

  it('is polled as before, outlets included, once a probe has succeeded, and told again if it comes again', async () => {
    const { bench, device } = await refusingStrip()
    device.fails = undefined
    await bench.run(20 * MINUTE_MS, 500)
    assert.equal(bench.eventsOf('online').length, 6)
    assert.ok(device.pollsOf('o2').length > 50)
    device.fails = 'LOGIN_REFUSED'
    await bench.run(20 * MINUTE_MS, 500)
    assert.equal(bench.eventsOf('login_refused').length, 2)
    bench.poller.stop()
  })

  it('is probed at its first contact as slowly', async () => {
    const bench = new PollerBench()
    const device = bench.network.add('h', 'plug')
    device.fails = 'LOGIN_REFUSED'
    bench.add('h')
    await bench.run(HOUR_MS, 1000)
    const { polls } = bench.poller.statistics()
    assert.ok(polls >= 4 && polls <= 6, String(polls))
    assert.equal(bench.eventsOf('login_refused').length, 1)
    device.fails = undefined
    await bench.run(20 * MINUTE_MS, 500)
    assert.equal(bench.unit('plug').state, 'online')
    bench.poller.stop()
  })

  it('keeps no other host waiting', async () => {
    const { bench } = await refusingStrip()
    const other = bench.network.add('other', 'plug')
    bench.add('other')
    await bench.run(MINUTE_MS)
    assert.ok(other.polls.length > 50)
    bench.poller.stop()
  })

  it('is asked for a person, once a minute at most, and says what it says', async () => {
    const { bench, device } = await refusingStrip()
    const attempts = async () => {
      const results = ['strip', 'o1', 'o2', 'strip'].map((id) => bench.poller.readNow(bench.unit(id)))
      const commands = ['strip', 'o1'].map((id) => bench.poller.command(bench.unit(id), { name: 'on' }))
      const settled = Promise.allSettled([...results, ...commands])
      await bench.run(1000)
      return settled
    }
    for (const { status } of (await attempts()).slice(0, 4)) assert.equal(status, 'rejected')
    assert.equal(device.polls.length, 0)
    await bench.run(MINUTE_MS, 500)
    for (const result of (await attempts()).slice(0, 4)) {
      assert.ok(result.status === 'rejected' && (result.reason as MonitorError).code === 'LOGIN_REFUSED')
    }
    assert.equal(device.polls.length, 1)
    bench.poller.stop()
  })

  it('is polled again as soon as a person has asked with success', async () => {
    const { bench, device } = await refusingStrip()
    await bench.run(MINUTE_MS, 500)
    device.fails = undefined
    const reading = bench.poller.readNow(bench.unit('o1'))
    await bench.run(5000)
    assert.equal((await reading).device_id, 'o1')
    assert.equal(bench.unit('strip').state, 'online')
    bench.poller.stop()
  })

  it('obeys a command that it is given a minute later, and is polled again', async () => {
    const bench = new PollerBench()
    const device = bench.network.add('h', 'plug')
    device.fails = 'LOGIN_REFUSED'
    const host = bench.add('h')
    await bench.run(1000)
    const [unit] = host.units
    assert.ok(unit)
    await assert.rejects(bench.poller.command(unit, { name: 'on' }), { code: 'LOGIN_REFUSED' })
    await bench.run(MINUTE_MS, 500)
    device.fails = undefined
    await bench.poller.command(unit, { name: 'on' })
    await bench.run(2000)
    assert.equal(bench.unit('plug').state, 'online')
    bench.poller.stop()
  })

  it('that stops answering at all is tried as any that does not', async () => {
    const { bench, device } = await refusingStrip()
    device.fails = 'CONNECT_FAILED'
    await bench.run(HOUR_MS, 1000)
    assert.ok(bench.lost.length > 0)
    device.fails = undefined
    await bench.run(10 * MINUTE_MS, 500)
    assert.equal(bench.unit('o2').state, 'online')
    bench.poller.stop()
  })

  it('rests for a time of its own, near a quarter of an hour', () => {
    const pauses = [0, 0.5, 1].map((part) => refusalPause(() => part))
    assert.deepEqual(pauses, [0.8 * REFUSAL.probe_ms, REFUSAL.probe_ms, 1.2 * REFUSAL.probe_ms])
    const breaker = new CircuitBreaker(3, () => 0.5)
    const error = new MonitorError('LOGIN_REFUSED', 'no')
    assert.equal(breaker.refused(error, 0), REFUSAL.probe_ms)
    assert.deepEqual([breaker.allows(REFUSAL.probe_ms - 1), breaker.admits(REFUSAL.person_ms - 1)], [false, false])
    assert.deepEqual([breaker.admits(REFUSAL.person_ms), breaker.admits(REFUSAL.person_ms + 1)], [true, false])
    assert.equal(breaker.allows(REFUSAL.probe_ms), true)
  })
})
