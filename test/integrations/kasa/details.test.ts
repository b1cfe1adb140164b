import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Command } from '../../../src/domain/command'
import type { DeviceDetails } from '../../../src/domain/device-details'
import type { Connection, Session } from '../../../src/integrations/integration'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../../src/simulator'
import { credentialsOf, impatientClock, kasaSession, pollOnce, TEST_TIMEOUTS } from '../../support/kasa'

describe('what a Kasa device says of itself', () => {
  let simulator: Simulator
  let session: Session

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function connect(device: SimulatedDevice): Promise<Connection> {
    await simulator.start()
    session = kasaSession({
      ...{ timeouts: { ...TEST_TIMEOUTS, connect_ms: 2000, reply_ms: 2000, command_ms: 5000 }, clock: impatientClock },
      ...{ port: simulator.port, credentials: credentialsOf(SIMULATED_ACCOUNT) },
    })
    return session.connect({ host: device.host })
  }

  const lasting = ({ on_since: _on_since, auto_off_at: _auto_off_at, ...details }: DeviceDetails) => details
  const detailsOf = async (connection: Connection) => (await pollOnce(connection)).details

  it('comes with the first poll, and then when it changes', async () => {
    const plug = simulator.addPlug({ model: 'HS110(EU)' })
    const connection = await connect(plug)
    const [own] = await connection.describe()
    const before = Date.now()
    const [details] = (await detailsOf(connection)) ?? []
    assert.ok(own && details)
    assert.deepEqual(lasting(details), { device_id: own.device_id, led: true, cloud_connected: false })
    assert.ok(Math.abs((details.on_since ?? 0) - before) < 5000)
    assert.equal(await detailsOf(connection), undefined)
    plug.switch(false)
    assert.deepEqual(await detailsOf(connection), [{ device_id: own.device_id, led: true, cloud_connected: false }])
  })

  it('is asked of the cloud once, and never again where there is no part for it', async () => {
    const plug = simulator.addPlug()
    plug.script('cnCloud', 'get_info', { err_code: -1, err_msg: 'module not support' })
    const connection = await connect(plug)
    for (let poll = 0; poll < 3; poll++) await pollOnce(connection)
    assert.equal(plug.requests.methods.get('cnCloud.get_info'), 1)
  })

  it('comes of each outlet of a strip', async () => {
    const strip = simulator.addStrip({ model: 'KP303(UK)', outlets: [{ on: true }, { on: false }, { on: true }] })
    const connection = await connect(strip)
    const details = await detailsOf(connection)
    assert.deepEqual(
      details?.map(({ device_id, on_since }) => [device_id.slice(strip.device_id.length), on_since !== undefined]),
      [
        ['', false],
        ['00', true],
        ['02', true],
      ],
    )
  })

  const SETTINGS: readonly [string, (all: Simulator) => SimulatedDevice, Command, Partial<DeviceDetails>][] = [
    ['the light of a plug', (all) => all.addPlug(), { name: 'led', on: false }, { led: false }],
    [
      'the light of a newer plug',
      (all) => all.addPlug({ model: 'P110(EU)' }),
      { name: 'led', on: false },
      { led: false, ssid: 'SIMULATED', signal_level: 3, cloud_connected: true, auto_off_min: 0 },
    ],
    [
      'when a plug goes off by itself',
      (all) => all.addPlug({ model: 'P110(EU)' }),
      { name: 'auto-off', delay_min: 30 },
      { auto_off_min: 30 },
    ],
    [
      'the limit of a plug',
      (all) => all.addPlug({ model: 'P110(EU)' }),
      { name: 'power-protection', limit_w: 2000 },
      { power_limit_w: 2000 },
    ],
    [
      'whether a plug updates itself',
      (all) => all.addPlug({ model: 'P110(EU)' }),
      { name: 'auto-update', on: true },
      { auto_update: true },
    ],
    [
      'whether a bulb fades',
      (all) => all.addBulb({ model: 'L530E(EU)' }),
      { name: 'smooth-transitions', on: true },
      { smooth_transitions: true },
    ],
    [
      'how long a dimmer takes to go on',
      (all) => all.addDimmer({ model: 'S505D(US)' }),
      { name: 'smooth-on', transition_s: 12 },
      { smooth_on_s: 12, smooth_off_s: 0 },
    ],
    [
      'the motion sensor of a wall switch',
      (all) => all.addSwitch({ model: 'KS200M(US)' }),
      { name: 'motion-sensor', on: false },
      { motion_sensor: false },
    ],
    [
      'the preset of a bulb',
      (all) => all.addBulb({ model: 'KL130(EU)', brightness_pct: 60 }),
      { name: 'light-preset', preset: 3 },
      { light_preset: 3 },
    ],
    [
      'the preset of a newer bulb',
      (all) => all.addBulb({ model: 'L510E(EU)', on: false }),
      { name: 'light-preset', preset: 2 },
      { light_preset: 2 },
    ],
    [
      'the effect of a light strip',
      (all) => all.addLightStrip({ model: 'KL430(US)' }),
      { name: 'effect', effect: 'Aurora' },
      { effect: 'Aurora' },
    ],
    [
      'the effect of a newer light strip',
      (all) => all.addLightStrip({ model: 'L930-5(EU)' }),
      { name: 'effect', effect: 'Ocean' },
      { effect: 'Ocean' },
    ],
    [
      'the effect of a bulb',
      (all) => all.addBulb({ model: 'L530E(EU)' }),
      { name: 'effect', effect: 'Relax' },
      { effect: 'Relax' },
    ],
  ]
  for (const [what, add, command, expected] of SETTINGS) {
    it(`is there at once after a command: ${what}`, async () => {
      const device = add(simulator)
      const connection = await connect(device)
      await connection.describe()
      for (let poll = 0; poll < 3; poll++) await pollOnce(connection)
      assert.deepEqual(connection.changedDetails?.(), [])
      await connection.command(undefined, command)
      const [details] = connection.changedDetails?.() ?? []
      assert.deepEqual({ ...details, ...expected }, details)
      assert.equal(await detailsOf(connection), undefined)
    })
  }

  it('is there at once after a command to an outlet', async () => {
    const strip = simulator.addStrip({ model: 'P304M(UK)' })
    const connection = await connect(strip)
    const [, outlet] = await connection.describe()
    await pollOnce(connection)
    await pollOnce(connection, outlet?.device_id)
    await connection.command(outlet?.device_id, { name: 'auto-off', delay_min: 15 })
    const [details] = connection.changedDetails?.() ?? []
    assert.deepEqual([details?.device_id, details?.auto_off_min], [outlet?.device_id, 15])
  })

  it('says whether the buttons of a valve are locked, and a command locks them', async () => {
    const hub = simulator.addHub({ sensors: [{ model: 'KE100(EU)' }] })
    const connection = await connect(hub)
    const [, valve] = await connection.describe()
    assert.ok(valve)
    assert.ok(valve.features.includes('child-lock'))
    const locked = (all: readonly DeviceDetails[] | undefined) =>
      all?.find(({ device_id }) => device_id === valve.device_id)?.child_lock
    assert.equal(locked(await detailsOf(connection)), false)
    await connection.command(valve.device_id, { name: 'child-lock', on: true })
    assert.equal(locked(connection.changedDetails?.()), true)
    await assert.rejects(connection.command(undefined, { name: 'child-lock', on: true }), {
      code: 'COMMAND_UNSUPPORTED',
    })
  })

  it('names the effects that the command takes', async () => {
    const strip = simulator.addLightStrip({ model: 'KL430(US)' })
    const connection = await connect(strip)
    const [described] = await connection.describe()
    assert.deepEqual(described?.color_temp_range, { minimum_k: 2500, maximum_k: 9000 })
    for (const effect of described.effects ?? []) {
      await connection.command(undefined, { name: 'effect', effect })
      assert.equal(connection.changedDetails?.()[0]?.effect, effect)
    }
    assert.equal(described.effects?.length, 14)
  })

  it('is worth another description where a person has made an effect', async () => {
    const strip = simulator.addLightStrip({ model: 'KL430(US)' })
    const connection = await connect(strip)
    await connection.describe()
    assert.equal((await pollOnce(connection)).description_changed, undefined)
    const sysinfo = {
      ...{ deviceId: strip.device_id, model: 'KL430(US)', mic_type: 'IOT.SMARTBULB', length: 16, alias: 'Strip' },
      ...{ sw_ver: '1.0.10 Build 200522 Rel.104340', light_state: { on_off: 1 } },
      lighting_effect_state: { enable: 1, id: 'own', name: 'My evening', custom: 1, brightness: 50 },
    }
    strip.script('system', 'get_sysinfo', sysinfo)
    assert.equal((await pollOnce(connection)).description_changed, true)
    const [described] = await connection.describe()
    assert.ok(described?.effects?.includes('My evening'))
  })

  it('is worth another description where its firmware is another', async () => {
    const plug = simulator.addPlug()
    const connection = await connect(plug)
    await connection.describe()
    await pollOnce(connection)
    const sysinfo = { deviceId: plug.device_id, model: 'KP115(EU)', mic_type: 'IOT.SMARTPLUGSWITCH', sw_ver: '2' }
    plug.script('system', 'get_sysinfo', sysinfo)
    assert.equal((await pollOnce(connection)).description_changed, true)
    assert.equal((await pollOnce(connection)).description_changed, undefined)
    assert.equal((await connection.describe())[0]?.firmware, '2')
  })
})
