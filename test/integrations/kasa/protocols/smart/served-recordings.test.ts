import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'mocha'
import type { Reading } from '../../../../../src/domain/reading'
import type { Session } from '../../../../../src/integrations/integration'
import { SIMULATED_ACCOUNT } from '../../../../../src/simulator/account'
import type { SimulatedDevice } from '../../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../../src/simulator/simulator'
import { credentialsOf, kasaSession, pollOnce } from '../../../../support/kasa'
import {
  ALIAS,
  CHILDREN,
  dumpOf,
  FOLDER,
  HOSTS,
  ID,
  measured,
  whatIs,
  type Expected,
} from '../../../../support/smart-recordings'

/** Recordings have the ids of outlets blanked: the simulator gives them the device's with their number behind it. */
const child_id = (number: number) => `${ID}0${number - 1}`

for (const speaks of ['klap-2', 'aes'] as const) {
  describe(`recordings of newer devices, served over ${speaks}`, () => {
    if (!existsSync(FOLDER)) {
      it('are not there', () => console.log(`      not run: no recordings in ${FOLDER}`))
      return
    }

    let simulator: Simulator
    let session: Session
    const devices = new Map<string, SimulatedDevice>()
    before(async () => {
      simulator = new Simulator({ port: 0 })
      const add = (folder: string, name: string) =>
        devices.set(folder + name, simulator.addDump(dumpOf(folder, name), { speaks }))
      for (const name of Object.keys(HOSTS)) add('smart', name)
      for (const name of Object.keys(CHILDREN)) add('smart-child', name)
      await simulator.start()
      session = kasaSession({ port: simulator.port, credentials: credentialsOf(SIMULATED_ACCOUNT) })
    })
    after(async () => {
      session.stop()
      await simulator.stop()
    })

    for (const [name, { children = [], reading, ...own }] of Object.entries(HOSTS)) {
      it(`are read as they are: ${name}`, async () => {
        const { host } = devices.get(`smart${name}`) as SimulatedDevice
        const connection = session.connect({ host })
        const described = await connection.describe()
        assert.deepEqual(
          described.map((each) => [each.device_id, each.parent_id, each.on, whatIs(each)]),
          [
            [ID, undefined, reading.on, own],
            ...children.map(({ number, reading, ...child }) => [child_id(number), ID, reading.on, child]),
          ],
        )
        for (const { number, model, reading } of children) {
          const [read] = (await pollOnce(connection, child_id(number))).readings
          assert.deepEqual(measured(read as Reading), {
            ...{ device_id: child_id(number), parent_id: ID, alias: ALIAS, model, quality: 'good' },
            ...reading,
          })
        }
        const [read] = (await pollOnce(connection)).readings
        assert.deepEqual(measured(read as Reading), {
          ...{ device_id: ID, alias: ALIAS, model: own.model, quality: 'good' },
          ...reading,
        })
      })
    }

    for (const name of Object.keys(CHILDREN)) {
      it(`are read through their hub: ${name}`, async () => {
        const { host } = devices.get(`smart-child${name}`) as SimulatedDevice
        const { reading, ...what } = CHILDREN[name] as Expected
        const connection = session.connect({ host })
        const [hub, sensor] = await connection.describe()
        assert.ok(hub && sensor)
        assert.deepEqual([hub.kind, whatIs(sensor)], ['hub', what])
        const [, read] = (await pollOnce(connection)).readings
        const { device_id, ...rest } = measured(read as Reading)
        assert.equal(device_id, sensor.device_id)
        assert.deepEqual(rest, {
          parent_id: hub.device_id,
          alias: ALIAS,
          model: what.model,
          quality: 'good',
          ...reading,
        })
      })
    }
  })
}
