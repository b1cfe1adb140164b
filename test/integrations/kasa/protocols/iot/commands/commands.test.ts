import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Command } from '../../../../../../src/domain/command'
import { MonitorError } from '../../../../../../src/domain/errors'
import type { Session } from '../../../../../../src/integrations/integration'
import type { SimulatedDevice } from '../../../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../../../src/simulator/simulator'
import { ask, SYSINFO } from '../../../../../simulator/raw-client'
import { impatientClock, kasaSession, pollOnce, TEST_TIMEOUTS } from '../../../../../support/kasa'

describe('commands to Kasa devices', () => {
  let simulator: Simulator
  let session: Session

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function connect(device: SimulatedDevice) {
    await simulator.start()
    session = kasaSession({ timeouts: TEST_TIMEOUTS, port: simulator.port, clock: impatientClock })
    return session.connect({ host: device.host, device_id: device.device_id })
  }

  it('switch a plug, and answer with what it says afterwards', async () => {
    const device = simulator.addPlug({ on: false, power: 60 })
    const connection = await connect(device)
    const reading = await connection.command(undefined, { name: 'on' })
    assert.equal(device.on, true)
    assert.deepEqual([reading.on, reading.power_w, reading.source], [true, 60, 'poll'])
    assert.equal((await connection.command(device.device_id, { name: 'off' })).on, false)
  })

  it('travel on the connection of the polls', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    await pollOnce(connection)
    await connection.command(undefined, { name: 'off' })
    assert.equal(device.requests.connections, 1)
    assert.equal(device.requests.max_in_flight, 1)
  })

  it('toggle by asking first, so that the request can be repeated', async () => {
    const device = simulator.addPlug({ on: true })
    const connection = await connect(device)
    await connection.command(undefined, { name: 'toggle' })
    assert.equal(device.on, false)
    assert.deepEqual(device.requests.commands, ['system.set_relay_state'])
  })

  it('switch one outlet of a strip and leave the others', async () => {
    const device = simulator.addStrip({ outlets: [{ on: true }, { on: true }, { on: true }] })
    const connection = await connect(device)
    const outlet = (await connection.describe())[2]
    assert.ok(outlet)
    const reading = await connection.command(outlet.device_id, { name: 'off' })
    assert.deepEqual([reading.device_id, reading.parent_id, reading.on], [outlet.device_id, device.device_id, false])
    assert.deepEqual(
      device.outlets.slice(0, 3).map(({ on }) => on),
      [true, false, true],
    )
  })

  it('switch outlets that are known by their number alone', async () => {
    const device = simulator.addStrip({ short_outlet_ids: true })
    const connection = await connect(device)
    await connection.command(`${device.device_id}04`, { name: 'off' })
    assert.deepEqual(
      device.outlets.map(({ on }) => on),
      [true, true, true, true, false, true],
    )
  })

  it('switch all outlets of a strip together', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    assert.equal((await connection.command(undefined, { name: 'off' })).on, false)
    assert.equal(device.on, false)
  })

  it('give a dimmer its brightness, and light with it', async () => {
    const device = simulator.addDimmer({ on: false })
    const connection = await connect(device)
    const reading = await connection.command(undefined, { name: 'brightness', brightness_pct: 40 })
    assert.deepEqual([reading.on, reading.brightness_pct], [true, 40])
    assert.equal((await connection.command(undefined, { name: 'brightness', brightness_pct: 0 })).on, false)
  })

  for (const add of ['addBulb', 'addLightStrip'] as const) {
    it(`set brightness, colour and colour temperature (${add})`, async () => {
      const connection = await connect(simulator[add]({ on: false }))
      const dim = await connection.command(undefined, { name: 'brightness', brightness_pct: 30 })
      assert.deepEqual([dim.on, dim.brightness_pct], [true, 30])
      const blue = await connection.command(undefined, {
        name: 'color',
        hue_deg: 240,
        saturation_pct: 75,
        brightness_pct: 80,
      })
      assert.deepEqual([blue.hue_deg, blue.saturation_pct, blue.brightness_pct], [240, 75, 80])
      assert.equal(blue.color_temp_k, undefined)
      const warm = await connection.command(undefined, { name: 'color-temperature', color_temp_k: 2700 })
      assert.equal(warm.color_temp_k, 2700)
      const cold = await connection.command(undefined, {
        name: 'color-temperature',
        color_temp_k: 6000,
        brightness_pct: 25,
      })
      assert.deepEqual([cold.color_temp_k, cold.brightness_pct], [6000, 25])
      assert.equal((await connection.command(undefined, { name: 'off' })).on, false)
    })
  }

  it('run an effect on a light strip, by the name that the app has for it, and end it', async () => {
    const device = simulator.addLightStrip({ on: false })
    const connection = await connect(device)
    assert.equal((await connection.command(undefined, { name: 'effect', effect: 'candy cane' })).on, true)
    const [, sent] = device.requests.recent.filter(({ text }) => text.includes('lighting_effect'))
    assert.match(sent?.text ?? '', /"name":"Candy Cane","enable":1/)
    await connection.command(undefined, { name: 'effect', effect: 'off' })
    const last = device.requests.recent.filter(({ text }) => text.includes('set_lighting_effect')).at(-1)
    assert.match(last?.text ?? '', /"name":"Candy Cane".*"enable":0/)
  })

  it('run an effect on a light strip as bright as it is wanted', async () => {
    const device = simulator.addLightStrip()
    const connection = await connect(device)
    const reading = await connection.command(undefined, { name: 'effect', effect: 'Aurora', brightness_pct: 35 })
    assert.equal(reading.brightness_pct, 35)
    const { lighting_effect_state } = (await ask(device, SYSINFO)).system.get_sysinfo
    assert.deepEqual(lighting_effect_state, { ...(lighting_effect_state as object), name: 'Aurora', enable: 1 })
  })

  it('switch lights and plugs that nobody has given a name', async () => {
    const devices = [simulator.addBulb({ alias: '' }), simulator.addPlug({ alias: '' })]
    for (const device of devices) {
      const connection = await connect(device)
      const { alias, on } = await connection.command(undefined, { name: 'off' })
      assert.deepEqual([alias, on], ['', false])
      session.stop()
    }
  })

  it('leave a light strip its effect when it is switched off and on again', async () => {
    const device = simulator.addLightStrip()
    const connection = await connect(device)
    for (const command of [{ name: 'effect', effect: 'Aurora' }, { name: 'off' }, { name: 'on' }] as const) {
      await connection.command(undefined, command)
    }
    const { lighting_effect_state } = (await ask(device, SYSINFO)).system.get_sysinfo
    assert.deepEqual(lighting_effect_state, { ...(lighting_effect_state as object), name: 'Aurora', enable: 1 })
  })

  it('name the effects that there are where the strip has no such effect', async () => {
    const device = simulator.addLightStrip()
    const connection = await connect(device)
    await assert.rejects(connection.command(undefined, { name: 'effect', effect: 'Sunrise' }), (error) => {
      assert.ok(error instanceof MonitorError)
      assert.equal(error.code, 'COMMAND_UNSUPPORTED')
      assert.match(error.message, /no effect 'Sunrise'; it has off, Aurora/)
      return true
    })
    assert.deepEqual(device.requests.commands, [])
  })

  it('name a device, turn its LED off, and set a countdown', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    assert.equal((await connection.command(undefined, { name: 'alias', alias: 'Kühlschrank' })).alias, 'Kühlschrank')
    await connection.command(undefined, { name: 'led', on: false })
    await connection.command(undefined, { name: 'countdown', delay_s: 600, on: false })
    assert.deepEqual(device.requests.commands, [
      'system.set_dev_alias',
      'system.set_led_off',
      'count_down.delete_all_rules',
      'count_down.add_rule',
    ])
  })

  it('name an outlet and set its countdown, and leave the others', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    const outlet = `${device.device_id}02`
    assert.equal((await connection.command(outlet, { name: 'alias', alias: 'Lamp' })).alias, 'Lamp')
    await connection.command(outlet, { name: 'countdown', delay_s: 60, on: false })
    const [, ...outlets] = await connection.describe()
    assert.equal(outlets.filter(({ alias }) => alias === 'Lamp').length, 1)
  })

  it('restart a device', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    assert.equal((await connection.command(undefined, { name: 'reboot' })).device_id, device.device_id)
    assert.deepEqual(device.requests.commands, ['system.reboot'])
  })

  it('go ahead of polls that wait', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    await pollOnce(connection)
    device.behave({ kind: 'latency', latency_ms: 20 })
    const order: string[] = []
    const polls = Array.from({ length: 8 }, () => pollOnce(connection).then(() => order.push('poll')))
    const command = connection.command(undefined, { name: 'off' }).then(() => order.push('command'))
    await Promise.all([...polls, command])
    const sent = device.requests.recent.map(({ text }) => (text.includes('set_relay_state') ? 'command' : 'poll'))
    assert.ok(sent.lastIndexOf('poll') - sent.indexOf('command') >= 5, sent.join())
  })

  const REFUSED: readonly [what: string, add: (simulator: Simulator) => SimulatedDevice, command: Command][] = [
    ['brightness of a plug', (all) => all.addPlug(), { name: 'brightness', brightness_pct: 50 }],
    ['colour of a plug', (all) => all.addPlug(), { name: 'color', hue_deg: 1, saturation_pct: 1 }],
    ['LED of a bulb', (all) => all.addBulb(), { name: 'led', on: true }],
    ['countdown of a bulb', (all) => all.addBulb(), { name: 'countdown', delay_s: 5, on: true }],
    ['effect of a bulb', (all) => all.addBulb(), { name: 'effect', effect: 'Aurora' }],
    ['auto-off of a plug', (all) => all.addPlug(), { name: 'auto-off', delay_min: 5 }],
    ['colour of a dimmer', (all) => all.addDimmer(), { name: 'color-temperature', color_temp_k: 2700 }],
  ]
  for (const [what, add, command] of REFUSED) {
    it(`are refused where the device has no part for it: ${what}`, async () => {
      const device = add(simulator)
      const connection = await connect(device)
      await assert.rejects(connection.command(undefined, command), { code: 'COMMAND_UNSUPPORTED' })
      assert.deepEqual(device.requests.commands, [])
    })
  }

  it('are refused for an outlet that cannot be restarted alone, and for one that is not there', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    const outlet = `${device.device_id}00`
    await assert.rejects(connection.command(outlet, { name: 'reboot' }), { code: 'COMMAND_UNSUPPORTED' })
    await assert.rejects(connection.command('nobody', { name: 'on' }), { code: 'DEVICE_UNKNOWN' })
  })

  it('are not sent to a device that took the address of another', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    device.behave({ kind: 'other-device', device_id: 'OTHER', mac: '50:C7:BF:00:00:01' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'IDENTITY_MISMATCH' })
    assert.deepEqual(device.requests.commands, [])
  })

  it('say so where the device does nothing, refuses, or has no such method', async () => {
    const device = simulator.addPlug({ on: true })
    const connection = await connect(device)
    device.behave({ kind: 'ignore-commands' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'COMMAND_NOT_CONFIRMED' })
    device.behave({ kind: 'refuse-commands', err_code: -10 })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'DEVICE_REFUSED' })
    device.behave({ kind: 'refuse-commands', err_code: -2 })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'COMMAND_UNSUPPORTED' })
  })

  it('end with the silence of the device, and with the connection', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    device.behave({ kind: 'silence' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'REPLY_TIMEOUT' })
    const command = connection.command(undefined, { name: 'off' })
    connection.stop()
    await assert.rejects(command, { code: 'CLOSED' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'CLOSED' })
  })
})
