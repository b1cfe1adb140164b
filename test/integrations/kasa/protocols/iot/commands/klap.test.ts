import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Connection, Session } from '../../../../../../src/integrations/integration'
import {
  SIMULATED_ACCOUNT,
  Simulator,
  type SimulatedDevice,
  type SpokenTransport,
} from '../../../../../../src/simulator'
import { credentialsOf, impatientClock, kasaSession, TEST_TIMEOUTS } from '../../../../../support/kasa'

const TIMEOUTS = { ...TEST_TIMEOUTS, connect_ms: 2000, reply_ms: 2000, command_ms: 5000 }

describe('commands to older Kasa devices after an update to KLAP', function () {
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

  async function connect(device: SimulatedDevice): Promise<Connection> {
    await simulator.start()
    const { port } = simulator
    session = kasaSession({
      ...{ timeouts: TIMEOUTS, port, clock: impatientClock, credentials: credentialsOf(SIMULATED_ACCOUNT) },
    })
    return session.connect({ host: device.host, device_id: device.device_id })
  }

  for (const speaks of ['klap-1', 'klap-2'] satisfies SpokenTransport[]) {
    it(`are those of before: a plug (${speaks})`, async () => {
      const device = simulator.addPlug({ model: 'KP115(EU)', on: true, power: 30, speaks })
      const connection = await connect(device)
      assert.equal((await connection.command(undefined, { name: 'toggle' })).on, false)
      assert.equal((await connection.command(undefined, { name: 'on' })).power_w, 30)
      assert.equal((await connection.command(undefined, { name: 'alias', alias: 'Kettle' })).alias, 'Kettle')
      await connection.command(undefined, { name: 'led', on: false })
      await connection.command(undefined, { name: 'countdown', delay_s: 60, on: false })
      await connection.command(undefined, { name: 'reboot' })
      assert.deepEqual(device.requests.commands, [
        ...['system.set_relay_state', 'system.set_relay_state', 'system.set_dev_alias', 'system.set_led_off'],
        ...['count_down.delete_all_rules', 'count_down.add_rule', 'system.reboot'],
      ])
      assert.equal(device.requests.handshakes, 1)
    })

    it(`are those of before: an outlet, a dimmer, a light (${speaks})`, async () => {
      const strip = simulator.addStrip({ model: 'HS300(US)', speaks })
      const dimmer = simulator.addDimmer({ on: false, speaks })
      const light = simulator.addLightStrip({ speaks })
      const outlets = await connect(strip)
      const outlet = (await outlets.describe())[2]
      assert.ok(outlet)
      assert.equal((await outlets.command(outlet.device_id, { name: 'off' })).on, false)
      assert.deepEqual(
        strip.outlets.map(({ on }) => on),
        [true, false, true, true, true, true],
      )
      const dimmed = session.connect({ host: dimmer.host })
      assert.equal((await dimmed.command(undefined, { name: 'brightness', brightness_pct: 40 })).brightness_pct, 40)
      const lit = session.connect({ host: light.host })
      assert.equal((await lit.command(undefined, { name: 'color', hue_deg: 240, saturation_pct: 75 })).hue_deg, 240)
      await lit.command(undefined, { name: 'effect', effect: 'Ocean' })
      assert.ok(light.requests.commands.includes('smartlife.iot.lighting_effect.set_lighting_effect'))
    })
  }
})
