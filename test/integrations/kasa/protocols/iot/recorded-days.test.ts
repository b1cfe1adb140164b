import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import { MonitorError } from '../../../../../src/domain/errors'
import { RECORDED_ENERGY_SCHEMA, type RecordedEnergy } from '../../../../../src/domain/recorded-energy'
import { IotDevice } from '../../../../../src/integrations/kasa/protocols/iot/iot-device'
import type { IotReader } from '../../../../../src/integrations/kasa/protocols/iot/iot-reader'
import { RecordedDays } from '../../../../../src/integrations/kasa/protocols/iot/recorded-days'
import type { Session } from '../../../../../src/integrations/integration'
import { systemClock } from '../../../../../src/domain/clock'
import { Simulator, type SimulatedDevice } from '../../../../../src/simulator'
import { kasaSession } from '../../../../support/kasa'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOON = new Date(2026, 10, 29, 12).getTime()
const isRecord = new Ajv().compile<RecordedEnergy>(RECORDED_ENERGY_SCHEMA)

/** The system's, set forward by tests: devices of the simulator live by it too. */
function travellingClock() {
  const started_at = systemClock.now()
  let ahead_ms = 0
  return {
    ...systemClock,
    now: () => NOON + systemClock.now() - started_at + ahead_ms,
    monotonic: () => systemClock.monotonic() + ahead_ms,
    travel: (by_ms: number) => void (ahead_ms += by_ms),
  }
}

describe('energy that a device of the older protocol has recorded', () => {
  let clock: ReturnType<typeof travellingClock>
  let simulator: Simulator
  let plug: SimulatedDevice
  let strip: SimulatedDevice
  let bare: SimulatedDevice
  let session: Session

  before(async () => {
    clock = travellingClock()
    simulator = new Simulator({ port: 0, clock })
    plug = simulator.addPlug({ power: 1000 })
    strip = simulator.addStrip()
    bare = simulator.addPlug({ model: 'HS103(US)' })
    await simulator.start()
    session = kasaSession({ clock, port: simulator.port })
    for (let hours = 0; hours < 72; hours++) clock.travel(HOUR_MS)
  })
  after(async () => {
    session.stop()
    await simulator.stop()
  })

  const recorded = (device: SimulatedDevice, device_id?: string, from = NOON - 8 * DAY_MS, to = clock.now()) => {
    const connection = session.connect({ host: device.host })
    assert.ok(connection.recordedEnergy)
    return connection.recordedEnergy(device_id, from, to).finally(() => connection.stop())
  }

  it('comes by the days that are over, from one month into the next', async () => {
    const records = await recorded(plug)
    assert.ok(
      records.every((record) => isRecord(record)),
      JSON.stringify(records),
    )
    const midnights = [29, 30, 31].map((day) => new Date(2026, 10, day).getTime())
    assert.deepEqual(
      records.map(({ timestamp, duration_ms }) => ({ timestamp, duration_ms })),
      midnights.map((timestamp) => ({ timestamp, duration_ms: DAY_MS })),
    )
    const [first, second] = records.map(({ used_kwh }) => used_kwh)
    assert.ok(first && second && Math.abs(first - 12) < 0.1 && Math.abs(second - 24) < 0.1, `${first} ${second}`)
    assert.equal(records[0]?.alias, plug.alias)
  })

  it('leaves out what began before or after the range', async () => {
    const [from, to] = [new Date(2026, 10, 30).getTime(), new Date(2026, 11, 1).getTime()]
    const records = await recorded(plug, undefined, from, to)
    assert.deepEqual(
      records.map(({ timestamp }) => timestamp),
      [from],
    )
  })

  it('is that of one outlet, with its strip as its parent', async () => {
    const connection = session.connect({ host: strip.host })
    const [parent, outlet] = await connection.describe()
    connection.stop()
    assert.ok(parent && outlet)
    assert.ok(outlet.features.includes('recorded-energy') && !parent.features.includes('recorded-energy'))
    const records = await recorded(strip, outlet.device_id)
    assert.equal(records.length, 3)
    assert.equal(records[0]?.parent_id, parent.device_id)
    assert.equal(records[0]?.device_id, outlet.device_id)
  })

  it('is none of a device without a meter, and an error of an outlet that is not there', async () => {
    assert.deepEqual(await recorded(bare), [])
    await assert.rejects(recorded(strip, 'nobody'), { code: 'DEVICE_UNKNOWN' })
  })

  it('is sound or none, whatever the device says', async () => {
    const anything = fc.jsonValue()
    const number = fc.oneof(fc.double(), fc.integer(), anything)
    const entry = fc.record(
      {
        year: fc.oneof(fc.constant(2026), number),
        month: fc.oneof(fc.constant(11), number),
        day: fc.oneof(fc.integer({ min: -1, max: 40 }), number),
        energy_wh: number,
        energy: number,
      },
      { requiredKeys: [] },
    )
    const days = fc.oneof(fc.record({ day_list: fc.array(fc.oneof(entry, anything)) }), anything)
    await fc.assert(
      fc.asyncProperty(days, fc.oneof(fc.double(), fc.integer()), async (get_daystat, hours) => {
        for (const record of await readWith({ emeter: { get_daystat } }, hours)) {
          assert.ok(isRecord(record), JSON.stringify(record))
        }
      }),
    )
  })
})

/** Reads from a plug that answers whatever is given, with a clock so many hours ahead. */
function readWith(reply: Readonly<Record<string, unknown>>, hours: number): Promise<readonly RecordedEnergy[]> {
  const device = new IotDevice('127.0.0.1', undefined)
  const sysinfo = { deviceId: 'D', type: 'IOT.SMARTPLUGSWITCH', feature: 'TIM:ENE', model: 'HS110(EU)', alias: 'Plug' }
  const moment = { host: '127.0.0.1', timestamp: NOON, latency_ms: 1, monotonic_ms: 1 }
  const reader: Pick<IotReader, 'readIdentity' | 'withLocalTime' | 'ask' | 'unknown'> = {
    readIdentity: (_urgent, done) => done(undefined, device.read({ system: { get_sysinfo: sysinfo } }, moment)),
    withLocalTime: (use) => use(NOON + hours * HOUR_MS),
    ask: (_query, _urgent, interpret, done) => done(undefined, interpret(reply, moment)),
    unknown: () => new MonitorError('DEVICE_UNKNOWN', 'no such outlet'),
  }
  const clock = { ...systemClock, now: () => NOON }
  return new RecordedDays('127.0.0.1', device, reader, clock).read(undefined, NOON - 40 * DAY_MS, NOON)
}
