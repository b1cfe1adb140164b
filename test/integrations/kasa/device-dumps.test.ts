import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Reading } from '../../../src/domain/reading'
import type { Session } from '../../../src/integrations/integration'
import { Simulator } from '../../../src/simulator/simulator'
import { IOT } from '../../support/iot-recordings'
import { kasaSession, pollOnce } from '../../support/kasa'
import {
  ALIAS,
  dumpOf,
  hasRecordings,
  ID,
  measured,
  namesIn,
  whatIs,
  WITHOUT_RECORDINGS,
} from '../../support/recordings'

describe('recorded devices, served over TCP', () => {
  if (!hasRecordings) {
    it('are not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  let simulator: Simulator
  let session: Session
  before(() => {
    simulator = new Simulator({ port: 0 })
  })
  after(async () => {
    session.stop()
    await simulator.stop()
  })

  it('are all here, and every one is expected', () => {
    assert.deepEqual(namesIn('iot').sort(), Object.keys(IOT).sort())
  })

  const devices = new Map<string, ReturnType<Simulator['addDump']>>()
  before(async () => {
    for (const name of Object.keys(IOT)) devices.set(name, simulator.addDump(dumpOf('iot', name)))
    await simulator.start()
    session = kasaSession({ port: simulator.port })
  })

  for (const [name, { device_id = ID, outlets: expectedOutlets = [], reading: expected, ...what }] of Object.entries(
    IOT,
  )) {
    const { model } = what

    it(`reads ${name}`, async () => {
      const device = devices.get(name)
      assert.ok(device)
      const connection = session.connect({ host: device.host })
      const [own, ...outlets] = await connection.describe()
      assert.ok(own)
      assert.deepEqual([whatIs(own), own.on], [what, expected.on])
      assert.equal(outlets.length, expectedOutlets.length)

      const readings: Reading[] = []
      for (const outlet of outlets) {
        const polled = await pollOnce(connection, outlet.device_id)
        readings.push(...polled.readings)
      }
      assert.deepEqual(
        readings.map(measured),
        expectedOutlets.map((outlet, index) => ({
          device_id: outlets[index]?.device_id,
          parent_id: device_id,
          alias: `${ALIAS} ${index + 1}`,
          model,
          quality: 'good',
          ...outlet,
        })),
      )

      const [reading] = (await pollOnce(connection)).readings
      assert.ok(reading)
      assert.deepEqual(measured(reading), { device_id, alias: ALIAS, model, quality: 'good', ...expected })
      assert.deepEqual(device.requests.commands, [])
    })
  }

  it('describe outlets without meters in the reply of their strip', async () => {
    const device = devices.get('KP303(UK)_1.0_1.0.3')
    assert.ok(device)
    const { readings } = await pollOnce(session.connect({ host: device.host }))
    assert.deepEqual(
      readings.map((reading) => [reading.parent_id, reading.alias, reading.on]),
      [
        [undefined, ALIAS, true],
        [ID, `${ALIAS} 1`, true],
        [ID, `${ALIAS} 2`, false],
        [ID, `${ALIAS} 3`, false],
      ],
    )
  })
})
