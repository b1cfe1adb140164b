import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { Simulator } from '../../../src/simulator/simulator'
import { FakeClock } from '../../support/fake-clock'
import { kasaSession, pollOnce, TEST_TIMEOUTS } from '../../support/kasa'

describe('a session with Kasa devices', () => {
  it('opens nothing before it is asked something', () => {
    const clock = new FakeClock()
    const session = kasaSession({ clock })
    session.connect({ host: '127.0.0.1' })
    assert.equal(clock.pending, 0)
    session.stop()
  })

  it('leaves no timer behind, whatever was under way', async () => {
    const simulator = new Simulator({ port: 0 })
    const device = simulator.addPlug()
    await simulator.start()
    const clock = new FakeClock()
    const session = kasaSession({ clock, timeouts: TEST_TIMEOUTS, port: simulator.port, poll_over: 'udp' })
    const polled = session.connect({ host: device.host })
    await pollOnce(polled)
    device.behave({ kind: 'silence' })
    const endings = [
      pollOnce(polled),
      polled.command(undefined, { name: 'on' }),
      session.connect({ host: device.host }).describe(),
      session.discover({ targets: [device.host], repeats: 3, onFinding: () => undefined }),
    ].map((promise) =>
      promise.then(
        () => 'done',
        (error: unknown) => (error as MonitorError).code,
      ),
    )
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(clock.pending > 0)
    session.stop()
    session.stop()
    assert.deepEqual(await Promise.all(endings), ['CLOSED', 'CLOSED', 'CLOSED', 'done'])
    assert.equal(clock.pending, 0)
    await simulator.stop()
  })

  it('closes every socket', async () => {
    const simulator = new Simulator({ port: 0 })
    const devices = Array.from({ length: 20 }, () => simulator.addPlug())
    await simulator.start()
    const session = kasaSession({ port: simulator.port })
    await Promise.all(devices.map(({ host }) => pollOnce(session.connect({ host }))))
    const open = () => devices.reduce((sum, { requests }) => sum + requests.open_connections, 0)
    assert.equal(open(), 20)
    session.stop()
    for (let tries = 0; open() > 0 && tries < 200; tries++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(open(), 0)
    await simulator.stop()
  })

  it('is not kept from living devices by a silent one', async () => {
    const simulator = new Simulator({ port: 0 })
    const [silent, living] = [simulator.addPlug(), simulator.addPlug({ power: 5 })]
    await simulator.start()
    silent.behave({ kind: 'silence' })
    const session = kasaSession({ port: simulator.port, timeouts: { ...TEST_TIMEOUTS, reply_ms: 60_000 } })
    const waiting = pollOnce(session.connect({ host: silent.host }))
    const { readings } = await pollOnce(session.connect({ host: living.host }))
    assert.equal(readings[0]?.power_w, 5)
    session.stop()
    await assert.rejects(waiting, { code: 'CLOSED' })
    await simulator.stop()
  })

  it('refuses hosts and ports that are none, by name', () => {
    const session = kasaSession()
    for (const [target, field] of [
      [{ host: '127.1' }, 'host'],
      [{ host: '2130706433' }, 'host'],
      [{ host: 'a b' }, 'host'],
      [{ host: '127.0.0.1', port: 0 }, 'port'],
      [{ host: '127.0.0.1', port: 65_536 }, 'port'],
      [{ host: '127.0.0.1', port: 1.5 }, 'port'],
    ] as const) {
      assert.throws(
        () => session.connect(target),
        (thrown: unknown) =>
          thrown instanceof MonitorError && thrown.code === 'CONFIG_INVALID' && thrown.details.field === field,
      )
    }
    session.stop()
    assert.throws(() => session.connect({ host: '127.0.0.1' }), { code: 'CLOSED' })
  })
})
