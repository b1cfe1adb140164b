import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError, type ErrorCode } from '../../../../../src/domain/errors'
import type { Reading } from '../../../../../src/domain/reading'
import { promised } from '../../../../../src/integrations/kasa/commands/promised'
import type { DeviceInfo } from '../../../../../src/integrations/kasa/protocols/smart/device-info'
import { REFUSAL_MS } from '../../../../../src/integrations/kasa/protocols/smart/smart-meter'
import type { ChildOutcome, SmartOutcome } from '../../../../../src/integrations/kasa/protocols/smart/smart-device'
import type { SmartReader } from '../../../../../src/integrations/kasa/protocols/smart/smart-reader'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../../support/scripted-smart'

const ID = 'A'.repeat(40)
const INFO = {
  device_id: ID,
  type: 'SMART.TAPOPLUG',
  model: 'P110',
  nickname: 'RnJpZGdl',
  device_on: true,
  fw_ver: '1',
}
const EMETER = { power_mw: 41_500, voltage_mv: 230_100, current_ma: 200, energy_wh: 7 }
const USAGE = { current_power: 41_000, today_energy: 120, month_energy: 3400 }

const componentsOf = (...ids: string[]) => ({ component_list: ids.map((id) => ({ id, ver_code: 2 })) })

function plug(methods: Methods = {}): ScriptedSmart {
  return new ScriptedSmart({
    component_nego: componentsOf('device', 'energy_monitoring'),
    get_device_info: INFO,
    get_emeter_data: EMETER,
    get_energy_usage: USAGE,
    get_current_power: { current_power: 41 },
    ...methods,
  })
}

const outlet = (number: number, device_on = false) => ({
  ...{
    device_id: `${ID}0${number}`,
    category: 'plug.powerstrip.sub-plug',
    model: 'P304M',
    position: number,
    device_on,
  },
})

function strip(outlets: readonly object[], energy: Methods | undefined): ScriptedSmart {
  const components = energy ? componentsOf('energy_monitoring') : componentsOf('device')
  const children = Object.fromEntries(
    (outlets as { device_id: string }[]).map((each) => [each.device_id, { get_device_info: each, ...energy }]),
  )
  return new ScriptedSmart(
    {
      component_nego: componentsOf('child_device', 'control_child', 'energy_monitoring'),
      get_device_info: { device_id: ID, type: 'SMART.TAPOPLUG', model: 'P304M', fw_ver: '1' },
      get_child_device_list: { child_device_list: outlets },
      get_child_device_component_list: {
        child_component_list: outlets.map((each) => ({ device_id: (each as typeof INFO).device_id, ...components })),
      },
    },
    children,
  )
}

const meet = (reader: SmartReader) => promised<DeviceInfo>((done) => reader.meet(false, done))
const read = (reader: SmartReader) => promised<SmartOutcome>((done) => reader.readDevice(false, done))
const readChild = (reader: SmartReader, device_id: string) =>
  promised<Reading>((done) => reader.readChild(device_id, false, done))

/** Reads once to learn, forgets the requests of it, and reads again. */
async function secondRead(script: ScriptedSmart, reader: SmartReader): Promise<Reading> {
  await read(reader)
  script.requests.length = 0
  const { readings } = await read(reader)
  return readings[0] as Reading
}

describe('reading newer devices', () => {
  it('takes two requests at first contact, and one after it', async () => {
    const script = plug()
    const { reader } = scriptedReader(script)
    await read(reader)
    assert.deepEqual(script.requests, [
      'component_nego,get_device_info',
      'get_device_info,get_emeter_data,get_energy_usage,get_current_power',
    ])
    script.requests.length = 0
    await read(reader)
    assert.deepEqual(script.requests, ['get_device_info,get_emeter_data,get_energy_usage'])
  })

  it('is one plain call where there is nothing to measure', async () => {
    const script = plug({ component_nego: componentsOf('device') })
    await secondRead(script, scriptedReader(script).reader)
    assert.deepEqual(script.requests, ['get_device_info'])
  })

  it('takes power from the best source, and the counters of the day and the month', async () => {
    const { reader } = scriptedReader(plug())
    const [reading] = (await read(reader)).readings
    assert.deepEqual(
      { ...reading, timestamp: 0, latency_ms: 0 },
      {
        ...{ device_id: ID, alias: 'Fridge', model: 'P110', host: '127.0.0.1', timestamp: 0, latency_ms: 0 },
        ...{ on: true, power_w: 41.5, voltage_v: 230.1, current_a: 0.2 },
        ...{ energy_today_kwh: 0.12, energy_month_kwh: 3.4, source: 'poll', quality: 'good' },
      },
    )
  })

  for (const [missing, power_w] of [
    [['get_emeter_data'], 41],
    [['get_emeter_data', 'get_energy_usage'], 41],
    [['get_energy_usage', 'get_current_power'], 41.5],
  ] as const) {
    it(`asks no second time for what a device does not know: ${missing.join(' and ')}`, async () => {
      const script = plug(Object.fromEntries(missing.map((method) => [method, -1002])))
      const reading = await secondRead(script, scriptedReader(script).reader)
      assert.equal(reading.power_w, power_w)
      assert.equal(script.requests.length, 1)
      assert.ok(!missing.some((method) => script.requests[0]?.includes(method)))
    })
  }

  it('has power although the clock of the device is not set, and the counters once it is', async () => {
    const script = plug({ get_energy_usage: -1003, get_emeter_data: -1008 })
    const { reader, clock } = scriptedReader(script)
    const reading = await secondRead(script, reader)
    assert.deepEqual([reading.power_w, reading.energy_today_kwh], [41, undefined])
    assert.deepEqual(script.requests, ['get_device_info,get_current_power'])

    script.methods.get_energy_usage = USAGE
    clock.advance(REFUSAL_MS)
    const [later] = (await read(reader)).readings
    assert.equal(later?.energy_today_kwh, 0.12)
  })

  it('asks one by one where a device knows no batches, and does not try them again', async () => {
    const script = plug()
    script.batch_error_code = -1003
    const { reader } = scriptedReader(script)
    const reading = await secondRead(script, reader)
    assert.equal(reading.power_w, 41.5)
    assert.deepEqual(script.requests, ['get_device_info', 'get_emeter_data', 'get_energy_usage'])
  })

  it('tries batches again after one that failed for another reason', async () => {
    const script = plug()
    const { reader } = scriptedReader(script)
    await read(reader)
    script.batch_error_code = -1001
    await read(reader)
    script.batch_error_code = 0
    script.requests.length = 0
    await read(reader)
    assert.equal(script.requests.length, 1)
  })

  it('asks for less at a time where the device answers a page instead of a reply', async () => {
    const script = plug()
    script.failWith = (request) =>
      request.split('"get_').length > 3 ? new MonitorError('QUERY_TOO_LARGE', 'a page') : undefined
    const { reader } = scriptedReader(script)
    const reading = await secondRead(script, reader)
    assert.equal(reading.energy_today_kwh, 0.12)
    assert.deepEqual(script.requests, ['get_device_info,get_emeter_data', 'get_energy_usage'])
  })

  // As a P410M, in whose reply is a minus without digits (python-kasa #1758).
  it('has power although a plug cannot write what its meter says while a solar plant feeds in', async () => {
    const script = plug()
    const { reader, clock, failures } = scriptedReader(script)
    await read(reader)
    script.methods.get_emeter_data = { ...EMETER, power_mw: -372_500 }
    script.methods.get_energy_usage = { ...USAGE, current_power: -372_100 }
    script.garble = (reply) => reply.replace('-372500', '-')
    const [feeding] = (await read(reader)).readings
    assert.deepEqual([feeding?.power_w, feeding?.energy_today_kwh, feeding?.voltage_v], [-372.1, 0.12, undefined])
    assert.deepEqual(failures, [])
    script.requests.length = 0
    await read(reader)
    assert.deepEqual(script.requests, ['get_device_info,get_energy_usage'])

    script.methods.get_emeter_data = EMETER
    clock.advance(REFUSAL_MS)
    const [after] = (await read(reader)).readings
    assert.deepEqual([after?.power_w, after?.voltage_v], [41.5, 230.1])
  })

  it('fails where no answer of a device is JSON, soon', async () => {
    const script = plug()
    const { reader, failures } = scriptedReader(script)
    await read(reader)
    script.requests.length = 0
    script.garble = (reply) => reply.slice(1)
    await assert.rejects(read(reader), { code: 'REPLY_INVALID' })
    assert.deepEqual(failures, ['REPLY_INVALID'])
    assert.equal(script.requests.length, 2)
  })

  it('begins anew when the firmware is another', async () => {
    const script = plug({ get_emeter_data: -1002 })
    const { reader } = scriptedReader(script)
    await read(reader)
    script.methods = plug({ get_device_info: { ...INFO, fw_ver: '2' } }).methods
    script.requests.length = 0
    const [reading] = (await read(reader)).readings
    assert.equal(reading?.voltage_v, 230.1)
    assert.equal(script.requests[1], 'component_nego,get_device_info')
  })

  it('gives up on a device that says another firmware each time', async () => {
    const script = plug()
    let version = 0
    Object.defineProperty(script.methods, 'get_device_info', { get: () => ({ ...INFO, fw_ver: `${version++}` }) })
    await assert.rejects(read(scriptedReader(script).reader), { code: 'REPLY_INVALID' })
    assert.equal(script.requests.length, 2)
  })

  it('refuses the replies of another device', async () => {
    await assert.rejects(read(scriptedReader(plug(), 'B'.repeat(40)).reader), { code: 'IDENTITY_MISMATCH' })
  })

  for (const [error_code, code] of [
    [9999, 'SESSION_REFUSED'],
    [1003, 'PROTOCOL_CHANGED'],
    [1002, 'CONNECTION_LOST'],
    [-1501, 'LOGIN_REFUSED'],
    [-1002, 'DEVICE_UNSUPPORTED'],
    [-1001, 'REPLY_INVALID'],
    [-1301, 'REPLY_INVALID'],
    [12345, 'REPLY_INVALID'],
  ] as const satisfies readonly (readonly [number, ErrorCode])[]) {
    it(`says ${code} where the device answers with error ${error_code}`, async () => {
      const { reader, failures } = scriptedReader(plug({ get_device_info: error_code, component_nego: error_code }))
      await assert.rejects(read(reader), { code, details: { host: '127.0.0.1' } })
      const concernsAll = !['DEVICE_UNSUPPORTED', 'REPLY_INVALID'].includes(code)
      assert.deepEqual(failures, concernsAll ? [code] : [])
    })
  }
})

describe('reading strips', () => {
  it('brings outlets without meters along, in the order of their places', async () => {
    const script = strip([outlet(2), outlet(1, true)], undefined)
    const { reader } = scriptedReader(script)
    await read(reader)
    script.requests.length = 0
    const { readings } = await read(reader)
    assert.deepEqual(
      readings.map(({ device_id, parent_id, alias, on }) => [device_id, parent_id, alias, on]),
      [
        [ID, undefined, 'P304M', true],
        [`${ID}01`, ID, 'P304M 1', true],
        [`${ID}02`, ID, 'P304M 2', false],
      ],
    )
    assert.deepEqual(script.requests, ['get_device_info,get_child_device_list'])
  })

  it('asks each outlet with a meter by itself, and sums them up', async () => {
    const script = strip([outlet(1, true), outlet(2, true)], {
      get_energy_usage: { today_energy: 10, month_energy: 20 },
      get_emeter_data: EMETER,
    })
    const { reader } = scriptedReader(script)
    const [before, ...alone] = (await read(reader)).readings
    assert.equal(before?.power_w, undefined)
    assert.deepEqual(alone, [])
    const reading = await readChild(reader, `${ID}01`)
    await readChild(reader, `${ID}02`)
    assert.deepEqual(
      [reading.parent_id, reading.on, reading.power_w, reading.voltage_v, reading.energy_today_kwh],
      [ID, true, 41.5, 230.1, 0.01],
    )
    script.requests.length = 0
    await readChild(reader, `${ID}01`)
    const [after] = (await read(reader)).readings
    assert.deepEqual(
      [after?.power_w, after?.voltage_v, after?.energy_today_kwh, after?.energy_month_kwh],
      [83, 230.1, 0.02, 0.04],
    )
    assert.deepEqual(script.requests, [
      `${ID}01:get_device_info,get_emeter_data,get_energy_usage`,
      'get_device_info,get_child_device_list',
    ])
  })

  it('asks outlets one by one where they know no batches', async () => {
    const script = strip([outlet(1, true)], { get_energy_usage: USAGE })
    const { reader } = scriptedReader(script)
    await read(reader)
    script.batch_error_code = -1002
    const reading = await readChild(reader, `${ID}01`)
    assert.equal(reading.power_w, 41)
  })

  it('tells which outlets with meters were switched', async () => {
    const script = strip([outlet(1), outlet(2)], { get_energy_usage: USAGE })
    const { reader } = scriptedReader(script)
    assert.deepEqual((await read(reader)).changed_outlets, [])
    script.methods.get_child_device_list = { child_device_list: [outlet(1), outlet(2, true)] }
    assert.deepEqual((await read(reader)).changed_outlets, [`${ID}02`])
  })

  it('tells when there are other children than before, and asks once what new ones have parts for', async () => {
    const script = strip([outlet(1)], { get_energy_usage: USAGE })
    const { reader, device } = scriptedReader(script)
    await read(reader)
    assert.equal(device.takeOtherwise(), false)
    const { methods, children } = strip([outlet(1), outlet(2)], { get_energy_usage: USAGE })
    Object.assign(script, { methods, children })
    script.requests.length = 0
    await read(reader)
    assert.equal(device.takeOtherwise(), true)
    await read(reader)
    assert.equal(device.takeOtherwise(), false)
    assert.equal(script.requests.filter((request) => request === 'get_child_device_component_list').length, 1)
    assert.ok(device.child(`${ID}02`)?.meter)
  })

  it('says DEVICE_UNKNOWN of an outlet that is not there', async () => {
    const { reader } = scriptedReader(strip([outlet(1)], undefined))
    await assert.rejects(readChild(reader, `${ID}09`), { code: 'DEVICE_UNKNOWN' })
  })
})

describe('reading hubs', () => {
  const sensor = (number: number, more: object = {}) => ({
    ...{ device_id: `sensor-${number}`, category: 'subg.trigger.temp-hmdt-sensor', model: 'T315', specs: 'EU' },
    ...{ status: 'online', current_temp: 20, temp_unit: 'celsius', ...more },
  })
  const hub = (sensors: readonly object[]) =>
    new ScriptedSmart({
      component_nego: componentsOf('child_device', 'control_child'),
      get_device_info: { device_id: ID, type: 'SMART.TAPOHUB', model: 'H100', specs: 'EU', fw_ver: '1' },
      get_child_device_list: { child_device_list: sensors },
      get_child_device_component_list: { child_component_list: [] },
    })

  it('takes lists in pages, up to 64 sensors', async () => {
    const all = Array.from({ length: 70 }, (_, number) => sensor(number))
    const script = hub(all)
    const { reader } = scriptedReader(script)
    await meet(reader)
    script.requests.length = 0
    const { readings } = await read(reader)
    assert.equal(readings.length, 1 + 64)
    assert.equal(script.requests.length, 7)
  })

  it('ends a list at a page without items, whatever the sum says', async () => {
    const script = hub([])
    Object.defineProperty(script.methods, 'get_child_device_list', {
      get: () => ({ child_device_list: [sensor(1)], start_index: 0, sum: 1e9 }),
    })
    script.page = (value) => value
    const { readings } = await read(scriptedReader(script).reader)
    assert.equal(readings.length, 2)
    assert.ok(script.requests.length < 300)
  })

  it('turns Fahrenheit into Celsius', async () => {
    const { reader } = scriptedReader(
      hub([sensor(1, { current_temp: 71.6, temp_unit: 'fahrenheit', target_temp: 32 })]),
    )
    const [, reading] = (await read(reader)).readings
    assert.deepEqual([reading?.temperature_c, reading?.target_temperature_c], [22, 0])
  })

  it('has no reading of a sensor that the hub has lost, and says so of a poll of its own', async () => {
    const { reader } = scriptedReader(hub([sensor(1, { status: 'offline' }), sensor(2)]))
    const { readings } = await read(reader)
    assert.deepEqual(
      readings.map(({ device_id }) => device_id),
      [ID, 'sensor-2'],
    )
    await assert.rejects(readChild(reader, 'sensor-1'), {
      code: 'DEVICE_OFFLINE',
      details: { host: '127.0.0.1', device_id: 'sensor-1' },
    })
  })

  it('asks a button by itself, and tells each press once', async () => {
    const button = { device_id: 'button', category: 'subg.trigger.button', model: 'S200B', status: 'online' }
    const script = hub([button, sensor(1)])
    const logs = (...events: readonly string[]) => ({
      logs: events.map((event, index) => ({ event, id: events.length - index, timestamp: 1_760_000_000 })),
    })
    script.children.button = { get_device_info: button, get_trigger_logs: logs('singleClick') }
    const { reader, clock } = scriptedReader(script)
    const { readings } = await read(reader)
    assert.deepEqual(
      readings.map(({ device_id }) => device_id),
      [ID, 'sensor-1'],
    )
    const poll = () => promised<ChildOutcome>((done) => reader.pollChild('button', false, done))
    const timestamp = 1_760_000_000_000
    assert.deepEqual((await poll()).presses, [])
    script.children.button.get_trigger_logs = logs('doubleClick', 'lowBattery', 'singleClick', 'singleClick')
    assert.deepEqual((await poll()).presses, [
      { press: 'single', timestamp },
      { press: 'double', timestamp },
    ])
    assert.deepEqual((await poll()).presses, [])
    assert.equal(script.requests.at(-1), 'button:get_device_info,get_trigger_logs')

    script.children.button.get_trigger_logs = { logs: [{ event: 'singleClick', id: 9, timestamp: 0 }] }
    assert.deepEqual((await poll()).presses, [{ press: 'single', timestamp: clock.now() }])
    script.children.button.get_trigger_logs = logs('singleClick')
    assert.deepEqual((await poll()).presses, [])
  })

  for (const [what, info, expected] of [
    ['a leak', { water_leak_status: 'water_leak' }, { water_leak: true }],
    ['a leak that is over', { water_leak_status: 'water_dry' }, { water_leak: false }],
    ['nothing where nothing was measured', { current_temp: -1000, current_humidity: -1000 }, {}],
    ['a low battery', { at_low_battery: true, battery_percentage: 9 }, { battery_low: true, battery_pct: 9 }],
    ['an open contact', { open: true }, { contact_open: true }],
    ['motion', { detected: true }, { motion: true }],
    ['an overload', { power_protection_status: 'overloaded' }, { overloaded: true }],
    ['an overload that was let go', { overcurrent_status: 'lifted' }, { overloaded: false }],
    ['heat', { overheat_status: 'cool_down' }, { overheated: true }],
  ] as const) {
    it(`tells of ${what}`, async () => {
      const { device_id, category, model, status } = sensor(1)
      const { reader } = scriptedReader(hub([{ device_id, category, model, status, ...info }]))
      const [, reading] = (await read(reader)).readings
      assert.ok(reading)
      const { parent_id: _parent, alias: _alias, host: _host, source: _source, quality: _quality, ...rest } = reading
      const { device_id: _id, model: _model, timestamp: _timestamp, latency_ms: _latency, ...measured } = rest
      assert.deepEqual(measured, expected)
    })
  }
})
