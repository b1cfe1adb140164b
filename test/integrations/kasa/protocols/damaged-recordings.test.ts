import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { MEASURED_KEYS, READING_SCHEMA, type Reading } from '../../../../src/domain/reading'
import { promised } from '../../../../src/integrations/kasa/commands/promised'
import { describeDevices } from '../../../../src/integrations/kasa/protocols/iot/describe'
import { IotDevice } from '../../../../src/integrations/kasa/protocols/iot/iot-device'
import { sysinfoOf } from '../../../../src/integrations/kasa/protocols/iot/sysinfo'
import type { ChildOutcome, SmartOutcome } from '../../../../src/integrations/kasa/protocols/smart/smart-device'
import { ALLOWED_METHODS } from '../../../../src/integrations/kasa/protocols/smart/smart-query'
import type { Moment } from '../../../../src/integrations/kasa/readings'
import { damaged, havoc, loss, withUnknownKeys, type Damage } from '../../../support/damage'
import { dumpOf, hasRecordings, namesIn, WITHOUT_RECORDINGS, type Dump } from '../../../support/recordings'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../support/scripted-smart'

type Read = (recording: Dump) => Promise<Reading[]>
interface Recording {
  readonly dump: Dump
  readonly read: Read
}

const isReading = new Ajv({ strict: false }).compile<Reading>(READING_SCHEMA)
const MOMENT: Moment = { host: '127.0.0.1', timestamp: Date.UTC(2026, 10, 20), latency_ms: 1, monotonic_ms: 1 }

/** What a poller would come to know; what fails with a code is left out, anything else fails the test. */
async function readAll(reads: readonly (() => Promise<readonly Reading[]>)[]): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const read of reads) {
    try {
      readings.push(...(await read()))
    } catch (thrown) {
      assert.ok(thrown instanceof MonitorError, String(thrown))
      assert.notEqual(thrown.code, 'INTERNAL', thrown.message)
    }
  }
  return readings
}

const readSmart: Read = async (dump) => {
  const script = new ScriptedSmart(dump, childrenOf(dump))
  const { reader, device } = scriptedReader(script)
  const own = async () => {
    const { readings, info } = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
    assert.equal(device.describe(info)[0]?.device_id, readings[0]?.device_id)
    return readings
  }
  const children = async () => {
    const ids = [...(device.profile?.children?.all ?? [])].map(({ device_id }) => device_id)
    return readAll(
      ids.map((id) => async () => {
        const { readings } = await promised<ChildOutcome>((done) => reader.pollChild(id, false, done))
        return readings
      }),
    )
  }
  const readings = await readAll([own, children, own])
  assert.ok(script.requests.length < 300, `${script.requests.length} requests`)
  return readings
}

/** Damage may leave no children, or none that is an object. */
function childrenOf({ child_devices }: { readonly child_devices?: unknown }): Record<string, Methods> {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(child_devices)) return {}
  const children = Object.entries(child_devices as object).filter((entry) => isObject(entry[1]))
  return Object.fromEntries(children) as Record<string, Methods>
}

const readIot: Read = (dump) => {
  const device = new IotDevice('127.0.0.1', undefined)
  const own = () => Promise.resolve().then(() => device.read(dump, MOMENT).readings)
  const outlets = () => {
    const devices = describeDevices(sysinfoOf(dump), '127.0.0.1')
    return readAll(
      devices.slice(1).map(({ device_id }) => () => {
        const outlet = device.outlet(device_id)
        return Promise.resolve().then(() => (outlet?.meter ? [device.readOutlet(outlet, dump, MOMENT)] : []))
      }),
    )
  }
  return readAll([own, () => Promise.resolve().then(outlets), own])
}

/** Only what is asked for, so that damage does not go where nobody looks. */
function asked(dump: Dump): Dump {
  const methods = (from: Methods) =>
    Object.fromEntries(
      Object.entries(from).filter(([method]) => (ALLOWED_METHODS as readonly string[]).includes(method)),
    )
  const children = Object.entries(dump.child_devices ?? {}).map(([id, child]) => [id, methods(child)] as const)
  return { ...methods(dump), ...(children.length > 0 ? { child_devices: Object.fromEntries(children) } : {}) }
}

/** All recorded sensors and valves behind the recorded hub. */
function hub(): Dump {
  const children = namesIn('smart-child').map((name, index) => {
    const { get_device_info, component_nego } = dumpOf('smart-child', name)
    const device_id = `CHILD_${index}`
    return { info: { ...(get_device_info as object), device_id }, parts: { ...(component_nego as object), device_id } }
  })
  return {
    ...asked(dumpOf('smart', 'H100(EU)_1.0_1.2.3')),
    get_child_device_list: { child_device_list: children.map(({ info }) => info) },
    get_child_device_component_list: { child_component_list: children.map(({ parts }) => parts) },
  }
}

const OLDER_REFUSALS = [{ err_code: -1, err_msg: 'module not support' }, { get_realtime: { err_code: -2001 } }]
const NEWER_REFUSALS = [-1001, -1002, -1003, -1008, null, {}]
const METER = ['emeter', 'smartlife.iot.common.emeter', 'get_emeter_data', 'get_energy_usage', 'get_current_power']

function withoutMeter(dump: Dump, answer: unknown): Dump {
  const without = (methods: Methods) =>
    Object.fromEntries(Object.entries(methods).map(([key, value]) => [key, METER.includes(key) ? answer : value]))
  const children = Object.entries(childrenOf(dump)).map(([id, child]) => [id, without(child)] as const)
  return { ...without(dump), ...(children.length > 0 ? { child_devices: Object.fromEntries(children) } : {}) }
}

function recordings(): Map<string, Recording> {
  return new Map<string, Recording>([
    ...namesIn('iot').map((name) => [name, { dump: dumpOf('iot', name), read: readIot }] as const),
    ...namesIn('smart').map((name) => [name, { dump: asked(dumpOf('smart', name)), read: readSmart }] as const),
    ['a hub with sensors', { dump: hub(), read: readSmart }],
  ])
}

function assertSound(readings: readonly Reading[]): void {
  for (const reading of readings) assert.ok(isReading(reading), JSON.stringify([reading, isReading.errors]))
}

/** What the parent has of its children: of other children, other sums. */
const COMMON = ['on', 'power_w', 'voltage_v', 'current_a', 'energy_total_kwh', 'energy_today_kwh', 'energy_month_kwh']

/** Whatever is still said is what was said when all was well. */
function assertNothingNew(readings: readonly Reading[], well: readonly Reading[]): void {
  const [own] = well
  const hasChildren = well.some(({ parent_id }) => parent_id !== undefined)
  for (const reading of readings) {
    const before = well.filter(({ device_id }) => device_id === reading.device_id)
    for (const key of MEASURED_KEYS) {
      const value = reading[key]
      if (value === undefined || key === 'latency_ms' || before.length === 0) continue
      if (hasChildren && reading.device_id === own?.device_id && COMMON.includes(key)) continue
      // The least exact of three methods knows whole watts alone.
      const isSame = (known: Reading) =>
        known[key] === value || (key === 'power_w' && Math.abs(Number(known[key]) - Number(value)) < 1)
      assert.ok(before.some(isSame), `${key}: ${value} was ${before.map((known) => known[key]).join()}`)
    }
  }
}

describe('recordings with damage', function () {
  this.timeout(60_000)
  if (!hasRecordings) {
    it('are not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  const all = recordings()
  const withDamage = (damage: fc.Arbitrary<Damage>) =>
    [fc.constantFrom(...all.keys()), fc.array(damage, { minLength: 1, maxLength: 4 })] as const
  const broken = (dump: Dump, damages: readonly Damage[]) => damaged(dump, damages) as Dump

  it('lose what is not said any more, and nothing else changes', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(...withDamage(loss), async (name, damages) => {
        const { dump, read } = all.get(name) as Recording
        const left = await read(broken(dump, damages))
        count += left.length
        assertSound(left)
        assertNothingNew(left, await read(dump))
      }),
      { numRuns: 2000 },
    )
    assert.ok(count > 1000, `only ${count} readings`)
  })

  it('give readings or an error with a code, whatever stands where', async () => {
    await fc.assert(
      fc.asyncProperty(...withDamage(havoc), async (name, damages) => {
        const { dump, read } = all.get(name) as Recording
        assertSound(await read(broken(dump, damages)))
      }),
      { numRuns: 1000 },
    )
  })

  it('are read on, whatever comes in place of what the meter says', async () => {
    const state = (readings: readonly Reading[]) => readings.map(({ device_id, on }) => [device_id, on] as const)
    for (const [name, { dump, read }] of all) {
      for (const answer of read === readIot ? OLDER_REFUSALS : NEWER_REFUSALS) {
        const left = await read(withoutMeter(dump, answer))
        assert.deepEqual(new Map(state(left)), new Map(state(await read(dump))), name)
      }
    }
  })

  it('are read as before, where firmware says more', async () => {
    for (const [name, { dump, read }] of all) {
      assert.deepEqual(await read(withUnknownKeys(dump) as Dump), await read(dump), name)
    }
  })
})
