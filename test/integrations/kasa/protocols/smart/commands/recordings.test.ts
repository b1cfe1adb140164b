import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { Command } from '../../../../../../src/domain/command'
import type { DeviceFeature } from '../../../../../../src/domain/device'
import type { Connection, Session } from '../../../../../../src/integrations/integration'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../../../../../src/simulator'
import { credentialsOf, impatientClock, kasaSession, TEST_TIMEOUTS } from '../../../../../support/kasa'

const FOLDER = join(process.cwd(), '..', 'shared', 'device-dumps', 'smart')

/** Those that set something which recordings hold. */
const COMMANDS: { readonly [Feature in DeviceFeature]?: readonly Command[] } = {
  relay: [{ name: 'toggle' }, { name: 'off' }, { name: 'on' }],
  brightness: [{ name: 'brightness', brightness_pct: 40 }],
  color: [{ name: 'color', hue_deg: 120, saturation_pct: 80, brightness_pct: 30 }],
  'color-temperature': [{ name: 'color-temperature', color_temp_k: 2700 }],
  led: [
    { name: 'led', on: false },
    { name: 'led', on: true },
  ],
  'auto-off': [
    { name: 'auto-off', delay_min: 30 },
    { name: 'auto-off', delay_min: 0 },
  ],
}

/** Some recordings lack what their device surely has (KP125M). */
const RECORDED_AS: { readonly [Feature in DeviceFeature]?: string } = {
  led: 'get_led_info',
  'auto-off': 'get_auto_off_config',
}

describe('commands to recorded smart devices', function () {
  this.timeout(60_000)
  if (!existsSync(FOLDER)) {
    it.skip(`not run: no recordings in ${FOLDER}`)
    return
  }

  let simulator: Simulator
  let session: Session
  const devices = new Map<string, SimulatedDevice>()
  const names = readdirSync(FOLDER)

  before(async () => {
    simulator = new Simulator({ port: 0 })
    for (const name of names) {
      devices.set(name, simulator.addDump(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))))
    }
    await simulator.start()
    session = kasaSession({
      ...{ timeouts: { ...TEST_TIMEOUTS, connect_ms: 2000, reply_ms: 2000, command_ms: 5000 }, clock: impatientClock },
      ...{ port: simulator.port, credentials: credentialsOf(SIMULATED_ACCOUNT) },
    })
  })

  after(async () => {
    session.stop()
    await simulator.stop()
  })

  for (const name of names) {
    it(`do all that ${name.replace('.json', '')} and its children are described to have`, async () => {
      const connection = session.connect({ host: devices.get(name)?.host ?? '' })
      const recording = readFileSync(join(FOLDER, name), 'utf8')
      for (const { device_id, features } of await connection.describe()) {
        await obey(
          connection,
          device_id,
          features.filter((feature) => recording.includes(`"${RECORDED_AS[feature] ?? ''}`)),
        )
      }
    })
  }

  async function obey(connection: Connection, device_id: string, features: readonly DeviceFeature[]): Promise<void> {
    for (const feature of features) {
      for (const command of COMMANDS[feature] ?? []) {
        const reading = await connection.command(device_id, command)
        assert.equal(reading.device_id, device_id)
        if (command.name === 'on' || command.name === 'off') assert.equal(reading.on, command.name === 'on')
      }
    }
    const { alias } = await connection.command(device_id, { name: 'alias', alias: 'Flurlicht' })
    assert.equal(alias, 'Flurlicht')
  }
})
