import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Session } from '../../../../../../src/integrations/integration'
import {
  SIMULATED_ACCOUNT,
  Simulator,
  type SimulatedDevice,
  type SpokenTransport,
} from '../../../../../../src/simulator'
import { credentialsOf, impatientClock, kasaSession, pollOnce, TEST_TIMEOUTS } from '../../../../../support/kasa'

/** Each request is a few exchanges over HTTP here, and the first finds out how the device is spoken to. */
const TIMEOUTS = { ...TEST_TIMEOUTS, connect_ms: 2000, reply_ms: 2000, command_ms: 5000 }

describe('commands to smart devices, as they go over the wire', function () {
  this.timeout(20_000)
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
    const { port } = simulator
    session = kasaSession({
      ...{ timeouts: TIMEOUTS, port, clock: impatientClock, credentials: credentialsOf(SIMULATED_ACCOUNT) },
    })
    return session.connect({ host: device.host, device_id: device.device_id })
  }

  for (const speaks of ['klap-2', 'aes'] satisfies SpokenTransport[]) {
    it(`switch a plug, and answer with what it says afterwards, over ${speaks}`, async () => {
      const device = simulator.addPlug({ model: 'P110(EU)', on: false, power: 60, speaks })
      const connection = await connect(device)
      const reading = await connection.command(undefined, { name: 'on' })
      assert.deepEqual([reading.on, reading.power_w, reading.source], [true, 60, 'poll'])
      assert.equal(device.on, true)
      assert.equal((await connection.command(device.device_id, { name: 'toggle' })).on, false)
      assert.equal(device.requests.handshakes, 1)
      assert.deepEqual(device.requests.commands, ['set_device_info', 'set_device_info'])
    })
  }

  it('name a plug, light its LED or not, and let it switch itself', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)' })
    const connection = await connect(device)
    assert.equal((await connection.command(undefined, { name: 'alias', alias: 'Kühlschrank' })).alias, 'Kühlschrank')
    await connection.command(undefined, { name: 'led', on: false })
    await connection.command(undefined, { name: 'auto-off', delay_min: 30 })
    await connection.command(undefined, { name: 'auto-off', delay_min: 0 })
    await connection.command(undefined, { name: 'countdown', delay_s: 600, on: false })
    await connection.command(undefined, { name: 'countdown', delay_s: 300, on: false })
    await connection.command(undefined, { name: 'reboot' })
    assert.deepEqual(device.requests.commands, [
      ...['set_device_info', 'set_led_info', 'set_auto_off_config', 'set_auto_off_config'],
      ...['add_countdown_rule', 'edit_countdown_rule', 'device_reboot'],
    ])
  })

  for (const model of ['L530E(EU)', 'L930-5(EU)'] as const) {
    it(`set brightness, colour, colour temperature and effect of a ${model}`, async () => {
      const device = model === 'L530E(EU)' ? simulator.addBulb({ model }) : simulator.addLightStrip({ model })
      const connection = await connect(device)
      await connection.command(undefined, { name: 'off' })
      const dim = await connection.command(undefined, { name: 'brightness', brightness_pct: 30 })
      assert.deepEqual([dim.on, dim.brightness_pct], [true, 30])
      const blue = await connection.command(undefined, { name: 'color', hue_deg: 240, saturation_pct: 75 })
      assert.deepEqual([blue.hue_deg, blue.saturation_pct, blue.color_temp_k], [240, 75, undefined])
      const warm = await connection.command(undefined, { name: 'color-temperature', color_temp_k: 2700 })
      assert.equal(warm.color_temp_k, 2700)
      assert.equal((await connection.command(undefined, { name: 'brightness', brightness_pct: 0 })).on, false)
      const effect = model === 'L530E(EU)' ? 'relax' : 'Sunset'
      assert.equal((await connection.command(undefined, { name: 'effect', effect })).on, true)
      await connection.command(undefined, { name: 'effect', effect: 'off' })
      await assert.rejects(connection.command(undefined, { name: 'effect', effect: 'Disco' }), {
        code: 'COMMAND_UNSUPPORTED',
      })
      await assert.rejects(connection.command(undefined, { name: 'color-temperature', color_temp_k: 9000 }), {
        code: 'INPUT_INVALID',
        message: /expected 2500 to 6500/,
      })
    })
  }

  it('dim a light strip while its effect goes on', async () => {
    const connection = await connect(simulator.addLightStrip({ model: 'L930-5(EU)', brightness_pct: 90 }))
    const sunset = await connection.command(undefined, { name: 'effect', effect: 'Sunset' })
    assert.equal(sunset.brightness_pct, 100)
    const candle = await connection.command(undefined, { name: 'effect', effect: 'Aurora', brightness_pct: 40 })
    assert.equal(candle.brightness_pct, 40)
    const dim = await connection.command(undefined, { name: 'brightness', brightness_pct: 15 })
    assert.equal(dim.brightness_pct, 15)
    const plain = await connection.command(undefined, { name: 'effect', effect: 'off' })
    assert.equal(plain.brightness_pct, 90)
  })

  for (const model of ['P300(EU)', 'P304M(UK)'] as const) {
    it(`switch and name one outlet of a ${model}, and all of them`, async () => {
      const device = simulator.addStrip({ model, outlets: [{ on: true, power: 20 }, { on: true }, { on: true }] })
      const connection = await connect(device)
      const outlet = (await connection.describe())[2]
      assert.ok(outlet)
      const reading = await connection.command(outlet.device_id, { name: 'off' })
      assert.deepEqual([reading.device_id, reading.parent_id, reading.on], [outlet.device_id, device.device_id, false])
      assert.deepEqual(
        device.outlets.slice(0, 3).map(({ on }) => on),
        [true, false, true],
      )
      assert.equal((await connection.command(outlet.device_id, { name: 'alias', alias: 'Lamp' })).alias, 'Lamp')
      await connection.command(outlet.device_id, { name: 'countdown', delay_s: 60, on: true })
      await assert.rejects(connection.command(outlet.device_id, { name: 'reboot' }), { code: 'COMMAND_UNSUPPORTED' })
      await assert.rejects(connection.command(outlet.device_id, { name: 'led', on: false }), {
        code: 'COMMAND_UNSUPPORTED',
      })
      assert.equal((await connection.command(undefined, { name: 'off' })).on, false)
      assert.equal(device.on, false)
      assert.equal((await connection.command(undefined, { name: 'toggle' })).on, true)
      assert.ok(device.outlets.every(({ on }) => on))
    })
  }

  it('switch a fan, and dim the light beside it', async () => {
    const device = simulator.addSwitch({ model: 'KS240(US)' })
    const connection = await connect(device)
    const parts = new Map((await connection.describe()).map(({ kind, device_id }) => [kind, device_id]))
    assert.equal((await connection.command(parts.get('fan'), { name: 'off' })).on, false)
    const light = await connection.command(parts.get('dimmer'), { name: 'brightness', brightness_pct: 35 })
    assert.deepEqual([light.on, light.brightness_pct], [true, 35])
    assert.deepEqual(
      device.outlets.map(({ on }) => on),
      [true, false],
    )
    await assert.rejects(connection.command(parts.get('fan'), { name: 'brightness', brightness_pct: 5 }), {
      code: 'COMMAND_UNSUPPORTED',
    })
  })

  it('go ahead of polls that wait', async () => {
    const device = simulator.addPlug({ model: 'P115(EU)' })
    const connection = await connect(device)
    await pollOnce(connection)
    device.behave({ kind: 'latency', latency_ms: 20 })
    const polls = Array.from({ length: 8 }, () => pollOnce(connection))
    await Promise.all([...polls, connection.command(undefined, { name: 'off' })])
    const sent = device.requests.recent.map(({ text }) => (text.includes('set_device_info') ? 'command' : 'poll'))
    assert.ok(sent.lastIndexOf('poll') - sent.indexOf('command') >= 5, sent.join())
    assert.equal(device.requests.max_in_flight, 1)
  })

  it('are refused where the plug has no part for it', async () => {
    const device = simulator.addPlug({ model: 'P100(US)' })
    const connection = await connect(device)
    for (const command of [
      { name: 'brightness', brightness_pct: 50 },
      { name: 'effect', effect: 'Party' },
      { name: 'auto-off', delay_min: 5 },
    ] as const) {
      await assert.rejects(connection.command(undefined, command), { code: 'COMMAND_UNSUPPORTED' })
    }
    await assert.rejects(connection.command('nobody', { name: 'on' }), { code: 'DEVICE_UNKNOWN' })
    assert.deepEqual(device.requests.commands, [])
  })

  it('say so where the device does nothing, refuses, or has no such method', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', on: true })
    const connection = await connect(device)
    device.behave({ kind: 'ignore-commands' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'COMMAND_NOT_CONFIRMED' })
    device.behave({ kind: 'refuse-commands', err_code: -1301 })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'DEVICE_REFUSED' })
    device.behave({ kind: 'refuse-commands', err_code: -1002 })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'COMMAND_UNSUPPORTED' })
  })

  it('end with the silence of the device, and with the connection', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)' })
    const connection = await connect(device)
    await pollOnce(connection)
    device.behave({ kind: 'silence' })
    await assert.rejects(connection.command(undefined, { name: 'off' }), { code: 'REPLY_TIMEOUT' })
    const command = connection.command(undefined, { name: 'off' })
    connection.stop()
    await assert.rejects(command, { code: 'CLOSED' })
  })
})
