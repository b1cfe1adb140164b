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
