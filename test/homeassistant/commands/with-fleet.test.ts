import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'mocha'
import { systemClock } from '../../../src/domain/clock'
import { CommandDesk } from '../../../src/homeassistant/commands/command-desk'
import type { KnownDevice } from '../../../src/homeassistant/known-device'
import { KnownDevices } from '../../../src/homeassistant/known-devices'
import { kasa } from '../../../src/integrations/kasa/kasa'
import type { Broker, MessageListener } from '../../../src/mqtt/broker'
import { Fleet } from '../../../src/polling/fleet'
import type { SimulatedDevice } from '../../../src/simulator'
import { Inbox } from '../../support/inbox'
import { impatientClock, TEST_TIMEOUTS } from '../../support/kasa'
import { TOPICS } from '../../support/known-devices'
import { simulatorFor } from '../../support/simulated-fleet'
import type { ToldResult } from './desk-bench'

let plug: SimulatedDevice
let strip: SimulatedDevice
let bulb: SimulatedDevice
let light_strip: SimulatedDevice

describe('commands by MQTT to the devices of a fleet', () => {
  const simulated = simulatorFor((simulator) => {
    plug = simulator.addPlug({ on: false })
    strip = simulator.addStrip()
    bulb = simulator.addBulb({ on: false })
    light_strip = simulator.addLightStrip({ on: false })
  })
  const devices = new KnownDevices()
  const results = new Inbox<ToldResult>()
  const listeners: MessageListener[] = []
  let fleet: Fleet
  let desk: CommandDesk

  before(async () => {
    fleet = new Fleet({
      integrations: [kasa],
      hosts: [plug, strip, bulb, light_strip].map(({ host }) => ({ host })),
      port: simulated().port,
      clock: impatientClock,
      timeouts: TEST_TIMEOUTS,
      interval: { minimum_ms: 500, maximum_ms: 1000 },
    })
    const told = new Promise<void>((resolve) => {
      fleet.subscribe({
        onReading: () => {
          const described = fleet.devices().filter(({ device }) => device !== undefined)
          if (new Set(described.map(({ host }) => host)).size === 4) resolve()
        },
      })
    })
    await fleet.start()
    await told
    for (const { device, reading } of fleet.devices()) {
      if (device) devices.takeDevice(device)
      if (reading) devices.takeReading(reading, 0)
    }
    const broker: Pick<Broker, 'subscribe' | 'tell'> = {
      subscribe: (_filter, listener) => {
        listeners.push(listener)
        return () => listeners.splice(0)
      },
      tell: ({ topic, payload }) => results.push(topic, JSON.parse(payload) as ToldResult),
    }
    desk = new CommandDesk({
      ...{ broker, topics: TOPICS, options: { silence_min: 60 }, clock: systemClock, command_ms: 20_000 },
      find: (slug) => devices.find(slug),
      run: (device_id, command) => fleet.command(device_id, command),
      press: () => assert.fail('no alerts here'),
      confirmed: (reading) => devices.takeReading(reading, 0),
      report: () => undefined,
    })
    desk.start()
  })
  afterEach(() => assert.deepEqual([desk.status().running, desk.status().waiting], [0, 0]))
  after(async () => {
    desk?.stop()
    await fleet?.stop()
  })

  async function tell(device_id: string, key: string, payload: unknown): Promise<ToldResult> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const topic = `${TOPICS.set(device_id)}${key === '' ? '' : `/${key}`}`
    listeners[0]?.({ topic, payload: text, retain: false })
    return results.next(TOPICS.result(device_id))
  }
  const of = (device_id: string): KnownDevice => devices.get(device_id) ?? assert.fail(`${device_id} is not known`)

  it('switch a plug, whose new state is known with the result', async () => {
    const { ok, state } = await tell(plug.device_id, 'on', 'ON')
    assert.deepEqual([ok, state?.on, plug.on, of(plug.device_id).reading?.on], [true, true, true, true])
  })

  it('switch all of a strip, or one outlet', async () => {
    assert.equal((await tell(strip.device_id, 'on', 'OFF')).ok, true)
    assert.ok(strip.outlets.every(({ on }) => !on))
    const [, second] = of(strip.device_id).outlets
    assert.ok(second)
    const { ok, state } = await tell(second.device_id, 'on', 'TOGGLE')
    assert.deepEqual([ok, state?.on], [true, true])
    assert.equal(strip.outlets.filter(({ on }) => on).length, 1)
    assert.equal((await tell(second.device_id, 'reboot', 'PRESS')).error?.code, 'COMMAND_UNSUPPORTED')
  })

  it('light a bulb that is off in colour and brightness with one request', async () => {
    const before_it = bulb.requests.commands.length
    const light = { state: 'ON', brightness: 35, color: { h: 120, s: 90 } }
    const { ok, state } = await tell(bulb.device_id, 'light', light)
    assert.deepEqual([ok, state?.on, state?.brightness_pct, state?.hue_deg], [true, true, 35, 120])
    assert.equal(bulb.requests.commands.length, before_it + 1)
    const warm = await tell(bulb.device_id, 'light', { state: 'ON', color_temp: 2700, brightness: 60 })
    assert.deepEqual([warm.ok, warm.state?.color_temp_k, warm.state?.brightness_pct], [true, 2700, 60])
    assert.equal((await tell(bulb.device_id, 'light', { state: 'OFF' })).state?.on, false)
  })

  it('run an effect on a light strip, and end it with a colour', async () => {
    const aurora = await tell(light_strip.device_id, '', { on: true, effect: 'aurora', brightness_pct: 40 })
    assert.deepEqual([aurora.ok, aurora.state?.on, aurora.state?.brightness_pct], [true, true, 40])
    assert.equal((await tell(light_strip.device_id, 'color', { hue_deg: 240, saturation_pct: 100 })).ok, true)
    const unknown = await tell(light_strip.device_id, 'effect', 'Sunrise')
    assert.match(unknown.error?.range ?? '', /Aurora/)
  })

  it('say so where the device does not answer', async () => {
    plug.behave({ kind: 'silence' })
    const { ok, error } = await tell(plug.device_id, 'on', 'OFF')
    assert.deepEqual([ok, error?.retry], [false, 'later'])
  })
})
