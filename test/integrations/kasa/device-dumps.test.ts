import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { Device } from '../../../src/domain/device'
import type { Reading } from '../../../src/domain/reading'
import type { Session } from '../../../src/integrations/integration'
import { Simulator } from '../../../src/simulator/simulator'
import { kasaSession, pollOnce } from '../../support/kasa'

const FOLDER = join(process.cwd(), '..', 'shared', 'device-dumps', 'iot')

const ID = '0'.repeat(40)
const ALIAS = '#MASKED_NAME#'

type Measured = Partial<Omit<Reading, 'device_id' | 'alias' | 'host' | 'timestamp' | 'latency_ms' | 'source'>>

interface Expected {
  readonly kind: Device['kind']
  readonly features: string
  readonly mac: string
  readonly device_id?: string
  /** Of the host's own device; all that a reading has beyond its identity, so what is not here must be absent. */
  readonly reading: Measured
  /** Of each outlet in order, `on` first; of strips alone. */
  readonly outlets?: readonly Measured[]
}

const NO_MAC = '00:00:00:00:00:00'
const SWITCHED = 'relay,led,countdown'
const METERED = 'relay,energy,led,countdown'
const DIMMED = 'relay,brightness,led,countdown'
const COLORED = 'relay,energy,brightness,color,color-temperature'
const HS300_OUTLET = { on: true, power_w: 0.277, voltage_v: 120.11, current_a: 0.006, energy_total_kwh: 0.062 }

/** Taken by hand from the recordings. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'EP25(US)_1.0_1.0.14': {
    kind: 'plug',
    features: METERED,
    mac: 'AC:15:A2:00:00:00',
    reading: { on: true, rssi_dbm: -37, power_w: 0, voltage_v: 125.403, current_a: 0, energy_total_kwh: 0.05 },
  },
  'EP40(US)_1.0_1.0.2': {
    kind: 'strip',
    features: 'relay,led',
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -47 },
    outlets: [{ on: false }, { on: false }],
  },
  'ES20M(US)_1.0_1.0.11': {
    kind: 'dimmer',
    features: DIMMED,
    mac: '28:87:BA:00:00:00',
    reading: { on: false, brightness_pct: 100, rssi_dbm: -57 },
  },
  'HS100(UK)_1.0_1.2.6': {
    kind: 'plug',
    features: SWITCHED,
    mac: '70:4F:57:00:00:00',
    reading: { on: false, rssi_dbm: -59 },
  },
  'HS100(UK)_4.1_1.1.0': {
    kind: 'plug',
    features: SWITCHED,
    mac: 'CC:32:E5:00:00:00',
    reading: { on: false, rssi_dbm: -43 },
  },
  'HS103(US)_2.1_1.1.4': {
    kind: 'plug',
    features: SWITCHED,
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -48 },
  },
  'HS110(EU)_1.0_1.2.5': {
    kind: 'plug',
    features: METERED,
    mac: '50:C7:BF:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -71,
      power_w: 0.928511,
      voltage_v: 231.067823,
      current_a: 0.014937,
      energy_total_kwh: 55.139,
    },
  },
  'HS110(EU)_4.0_1.0.4': {
    kind: 'plug',
    features: METERED,
    mac: 'B0:95:75:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -60,
      power_w: 61.753,
      voltage_v: 230.837,
      current_a: 0.451,
      energy_total_kwh: 16.323,
    },
  },
  'HS200(US)_5.0_1.0.11': {
    kind: 'switch',
    features: SWITCHED,
    mac: '28:87:BA:00:00:00',
    reading: { on: false, rssi_dbm: -41 },
  },
  'HS220(US)_1.0_1.5.7': {
    kind: 'dimmer',
    features: DIMMED,
    mac: NO_MAC,
    device_id: '0'.repeat(39),
    reading: { on: false, brightness_pct: 25, rssi_dbm: -35 },
  },
  'HS300(US)_2.0_1.0.12': {
    kind: 'strip',
    features: 'relay,energy,led',
    mac: 'C0:06:C3:00:00:00',
    // Sums and the mean of the six outlets.
    reading: { on: true, rssi_dbm: -44, power_w: 1.662, voltage_v: 120.11, energy_total_kwh: 0.372 },
    outlets: [HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET],
  },
  'KL110(US)_1.0_1.8.11': {
    kind: 'bulb',
    features: 'relay,energy,brightness',
    mac: NO_MAC,
    // Off: 95 % is what it would shine with.
    reading: { on: false, rssi_dbm: -64, power_w: 0 },
  },
  'KL130(EU)_1.0_1.8.8': {
    kind: 'bulb',
    features: COLORED,
    mac: '1C:3B:F3:00:00:00',
    reading: {
      on: true,
      brightness_pct: 100,
      color_temp_k: 2700,
      hue_deg: 0,
      saturation_pct: 0,
      rssi_dbm: -60,
      power_w: 10.8,
    },
  },
  'KL430(US)_1.0_1.0.10': {
    kind: 'light-strip',
    features: `${COLORED},effect`,
    mac: 'CC:32:E5:00:00:00',
    // 0 V and 0 A are no measurements.
    reading: {
      on: true,
      brightness_pct: 15,
      color_temp_k: 2500,
      hue_deg: 0,
      saturation_pct: 0,
      rssi_dbm: -44,
      power_w: 2.725,
      energy_total_kwh: 1.193,
    },
  },
  'KL50(US)_1.0_1.1.13': {
    kind: 'bulb',
    features: 'relay,energy,brightness',
    mac: NO_MAC,
    reading: { on: true, brightness_pct: 12, rssi_dbm: -68, power_w: 0.998, energy_total_kwh: 0.001 },
  },
  'KP115(EU)_1.0_1.0.16': {
    kind: 'plug',
    features: METERED,
    mac: 'C0:06:C3:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -49,
      power_w: 63.499,
      voltage_v: 230.577,
      current_a: 0.296,
      energy_total_kwh: 12.068,
    },
  },
  'KP125(US)_1.0_1.0.6': {
    kind: 'plug',
    features: METERED,
    mac: NO_MAC,
    reading: {
      on: true,
      rssi_dbm: -41,
      power_w: 100.277,
      voltage_v: 119.425,
      current_a: 0.978,
      energy_total_kwh: 12.17,
    },
  },
  'KP303(UK)_1.0_1.0.3': {
    kind: 'strip',
    features: 'relay,led',
    mac: '1C:3B:F3:00:00:00',
    reading: { on: true, rssi_dbm: -68 },
    outlets: [{ on: true }, { on: false }, { on: false }],
  },
  'KP405(US)_1.0_1.0.5': {
    kind: 'dimmer',
    features: DIMMED,
    mac: NO_MAC,
    reading: { on: false, brightness_pct: 50, rssi_dbm: -64 },
  },
  'KS200M(US)_1.0_1.0.8': {
    kind: 'switch',
    features: SWITCHED,
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -66 },
  },
}

/** What a reading says of the device, without the moment and the way it was taken. */
function measured({ host: _host, timestamp: _timestamp, latency_ms: _latency, source: _source, ...rest }: Reading) {
  return rest
}

describe('recorded devices, served over TCP', () => {
  if (!existsSync(FOLDER)) {
    it('are not there', () => console.log(`      not run: no recordings in ${FOLDER}`))
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
    const names = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''))
    assert.deepEqual(names.sort(), Object.keys(EXPECTED).sort())
  })

  const devices = new Map<string, ReturnType<Simulator['addDump']>>()
  before(async () => {
    for (const name of Object.keys(EXPECTED)) {
      devices.set(name, simulator.addDump(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))))
    }
    await simulator.start()
    session = kasaSession({ port: simulator.port })
  })

  for (const [name, expected] of Object.entries(EXPECTED)) {
    const device_id = expected.device_id ?? ID
    const [model = ''] = name.split('_')

    it(`reads ${name}`, async () => {
      const device = devices.get(name)
      assert.ok(device)
      const connection = session.connect({ host: device.host })
      const [own, ...outlets] = await connection.describe()
      assert.ok(own)
      assert.deepEqual(
        { kind: own.kind, features: own.features.join(), mac: own.mac, model: own.model, on: own.on },
        { kind: expected.kind, features: expected.features, mac: expected.mac, model, on: expected.reading.on },
      )
      assert.equal(outlets.length, expected.outlets?.length ?? 0)

      const readings: Reading[] = []
      for (const outlet of outlets) {
        const polled = await pollOnce(connection, outlet.device_id)
        readings.push(...polled.readings)
      }
      const outletReadings = readings.map(measured)
      assert.deepEqual(
        outletReadings,
        (expected.outlets ?? []).map((outlet, index) => ({
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
      assert.deepEqual(measured(reading), { device_id, alias: ALIAS, model, quality: 'good', ...expected.reading })
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
