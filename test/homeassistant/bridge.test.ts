import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, it } from 'mocha'
import type { AlertCommand } from '../../src/alerting/alert-command'
import type { Command } from '../../src/domain/command'
import type { Device } from '../../src/domain/device'
import type { MonitorError } from '../../src/domain/errors'
import type { DeviceEvent, DeviceEventName } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import { parseTariff } from '../../src/domain/tariffs/parse-tariff'
import type { Tariff } from '../../src/domain/tariffs/tariff'
import { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import { parseHomeAssistantOptions } from '../../src/homeassistant/parse-options'
import { WiredBroker, type WiredMessage } from '../../src/mqtt/wired-broker'
import { FakeClock } from '../support/fake-clock'
import { reading } from '../support/readings'

const KETTLE: Device = {
  device_id: 'plug-1',
  alias: 'Kettle',
  model: 'HS110(EU)',
  host: '127.0.0.1',
  kind: 'plug',
  integration: 'kasa',
  features: ['relay', 'energy', 'led'],
}
const STRIP: Device = {
  ...KETTLE,
  device_id: 'strip',
  alias: 'Desk',
  model: 'KP303(UK)',
  kind: 'strip',
  features: ['relay'],
}
const lamp = (number: number): Device => {
  return { ...STRIP, device_id: `strip0${number}`, parent_id: 'strip', alias: `Lamp ${number}`, kind: 'outlet' }
}
const CONFIG = /^homeassistant\/device\/.*\/config$/

interface Config {
  readonly device: { readonly name: string; readonly via_device?: string }
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

describe('The bridge to Home Assistant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-bridge-'))
  let clock: FakeClock
  let bridge: HomeAssistantBridge
  let broker: WiredBroker
  /** What a broker would keep. */
  let kept: Map<string, string>
  let said: WiredMessage[]
  let commands: [string, Command][]
  let alerts: AlertCommand[]
  let reports: MonitorError[]
  let answer: (device_id: string, command: Command) => Promise<Reading | undefined>

  async function begin(given: object = {}, file = 'none', tariff?: Tariff): Promise<void> {
    broker = new WiredBroker({
      send: (message) => {
        said.push(message)
        if (message.payload === '') kept.delete(message.topic)
        else if (message.retain) kept.set(message.topic, message.payload)
      },
      goodbye: { topic: 'kasa/bridge/state', payload: 'offline', qos: 1 },
      clock,
      report: (error) => reports.push(error),
    })
    bridge = new HomeAssistantBridge({
      options: parseHomeAssistantOptions({ ...given }, tariff),
      broker,
      clock,
      random: () => 0.5,
      ...(file !== 'none' && { file: join(folder, file) }),
      run: (device_id, command) => {
        commands.push([device_id, command])
        return answer(device_id, command)
      },
      alerts: (command) => alerts.push(command),
      report: (error) => reports.push(error),
    })
    await bridge.start()
  }

  beforeEach(() => {
    clock = new FakeClock()
    kept = new Map()
    ;[said, commands, alerts, reports] = [[], [], [], []]
    answer = () => Promise.resolve(undefined)
  })
  afterEach(async () => {
    await bridge.stop()
    assert.deepEqual(reports, [])
    assert.equal(clock.pending, 0)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const state = (device_id: string) => JSON.parse(kept.get(`kasa/${device_id}/state`) ?? 'null') as Reading | null
  const configs = () =>
    new Map(
      [...kept].flatMap(([topic, payload]): [string, Config][] => {
        const config = CONFIG.test(topic) ? (JSON.parse(payload) as Config) : undefined
        return config ? [[config.device.name, config]] : []
      }),
    )
  const event = (name: DeviceEventName, device_id = 'plug-1', more: Partial<DeviceEvent> = {}) => {
    bridge.takeEvent({ event: name, device_id, alias: 'Kettle', host: '127.0.0.1', timestamp: clock.now(), ...more })
  }
  const settle = () => clock.advanceSlowly(6000, 100)

  it('shows a device with its entities, its state, and that it is there', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now(), voltage_v: 230 }))
    assert.equal(kept.get('kasa/bridge/state'), 'online')
    assert.equal(kept.get('kasa/plug-1/availability'), 'online')
    assert.equal(state('plug-1')?.power_w, 1800)
    assert.deepEqual([...configs().keys()], [])
    await settle()
    const { components = {} } = configs().get('Kettle') ?? {}
    assert.equal(components.state?.platform, 'switch')
    assert.equal(components.current_consumption?.unit_of_measurement, 'W')
    assert.equal(components.led?.platform, 'switch')
    assert.deepEqual([...configs().keys()].sort(), ['Kasa Monitor', 'Kettle'])
    assert.deepEqual(JSON.parse(kept.get('kasa/bridge/info') ?? '{}'), {
      ...{ version: (JSON.parse(kept.get('kasa/bridge/info') ?? '{}') as { version: string }).version },
      ...{ devices: 1, available: 1, instance: 'i' },
    })
  })

  it('says once that another bridge uses its base topic, and takes nobody else for one', async () => {
    await begin()
    const info = (told: object, retain = false) => {
      broker.receive({ topic: 'kasa/bridge/info', payload: JSON.stringify(told), retain })
    }
    info({ instance: 'i' })
    info({ instance: 'of an earlier run' }, true)
    info({ devices: 3 })
    info([null])
    broker.receive({ topic: 'kasa/bridge/info', payload: '{', retain: false })
    assert.deepEqual(reports, [])
    for (let times = 0; times < 3; times++) info({ instance: 'another' })
    assert.match(reports.map(({ message }) => message).join(), /^base_topic: "kasa" [^,]*$/)
    reports = []
  })

  it('follows a new name, and moves no topic for it', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    await settle()
    const before = [...kept.keys()].sort()
    bridge.takeReading(reading({ timestamp: clock.now(), alias: 'Pot {{ now() }}/#' }))
    await settle()
    assert.deepEqual([...configs().keys()].sort(), ['Kasa Monitor', 'Pot {{ now() }}/#'])
    assert.deepEqual([...kept.keys()].sort(), before)
  })

  it('says that a device is offline when its fleet says so, and there again with its next reading', async () => {
    await begin()
    bridge.takeReading(reading({ timestamp: clock.now() }))
    event('offline')
    assert.equal(kept.get('kasa/plug-1/availability'), 'offline')
    bridge.takeReading(reading({ timestamp: clock.now() - 1, source: 'cache' }))
    assert.equal(kept.get('kasa/plug-1/availability'), 'offline')
    clock.advance(1)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    assert.equal(kept.get('kasa/plug-1/availability'), 'online')
  })

  it('leaves nothing of a device that is removed', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    await settle()
    event('removed')
    await settle()
    assert.deepEqual(
      [...kept.keys()].filter((topic) => topic.includes('plug-1')),
      [],
    )
    assert.equal(bridge.status().devices, 0)
    assert.throws(() => bridge.removeDevice('Kettle'), { code: 'DEVICE_UNKNOWN' })
  })

  it('does not bring a device back that was removed while it was told something', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    let confirm = (_confirmed: Reading) => {}
    answer = () => new Promise((resolve) => (confirm = resolve))
    broker.receive({ topic: 'kasa/plug-1/set/on', payload: 'ON', retain: false })
    await clock.advanceSlowly(100)
    event('removed')
    confirm(reading({ timestamp: clock.now() }))
    await settle()
    assert.equal(bridge.status().devices, 0)
    assert.equal(kept.get('kasa/plug-1/availability'), undefined)
  })

  it('takes away devices that are said to be outlets of each other, and none because it has no name', async () => {
    await begin()
    for (const [device_id, parent_id] of [
      ['one', 'two'],
      ['two', 'one'],
      ['self', 'self'],
    ] as const) {
      bridge.takeReading(reading({ device_id, parent_id, alias: '', timestamp: clock.now() }))
    }
    assert.throws(() => bridge.removeDevice(''), { code: 'DEVICE_UNKNOWN' })
    bridge.removeDevice('one')
    bridge.removeDevice('self')
    assert.equal(bridge.status().devices, 0)
  })

  it('is there, whatever somebody else says who goes', async () => {
    await begin()
    const topic = 'kasa/bridge/state'
    said = []
    broker.receive({ topic, payload: 'offline', retain: false })
    broker.receive({ topic, payload: 'online', retain: false })
    await settle()
    assert.deepEqual(
      said.filter((message) => message.topic === topic).map(({ payload }) => payload),
      ['online'],
    )
  })

  it('takes away what a fleet no longer polls, over a restart, and nothing else', async () => {
    await begin({}, 'gone')
    for (const device_id of ['one', 'two']) {
      bridge.takeDevice({ ...KETTLE, device_id, alias: device_id }, 'fleet')
      bridge.takeReading(reading({ device_id, alias: device_id, timestamp: clock.now() }))
    }
    bridge.takeReading(reading({ device_id: 'other', alias: 'other', timestamp: clock.now() }))
    await settle()
    await bridge.stop()
    await begin({}, 'gone')
    bridge.takeDevice({ ...KETTLE, device_id: 'one', alias: 'one' }, 'fleet')
    bridge.keepOnly('fleet', new Set(['one']))
    await settle()
    assert.deepEqual([...configs().keys()].sort(), ['Kasa Monitor', 'one', 'other'])
    assert.deepEqual(
      [...kept.keys()].filter((topic) => topic.includes('two')),
      [],
    )
  })

  it('knows after a restart what a device has told, and says nothing of it before it says something', async () => {
    await begin({}, 'keys')
    bridge.takeReading(reading({ timestamp: clock.now(), voltage_v: 230 }))
    await bridge.stop()
    assert.equal(kept.get('kasa/bridge/state'), 'offline')
    said = []
    await begin({}, 'keys')
    clock.advance(30_000)
    assert.deepEqual(
      said.filter(({ topic }) => topic.includes('plug-1')),
      [],
    )
    bridge.takeReading(reading({ timestamp: clock.now() }))
    const { voltage_v } = state('plug-1') ?? {}
    assert.equal(voltage_v, null)
  })

  it('shows what has moved to another hub over a restart below that one', async () => {
    await begin({}, 'moved.json')
    const hub = (device_id: string): Device => ({ ...STRIP, device_id, alias: device_id, kind: 'hub', features: [] })
    const probe = (parent_id: string) => {
      return reading({ device_id: 'probe', alias: 'Probe', parent_id, timestamp: clock.now() })
    }
    for (const id of ['attic', 'cellar']) bridge.takeDevice(hub(id))
    bridge.takeReading(probe('attic'))
    await settle()
    assert.equal(configs().get('Probe')?.device.via_device, 'kasa_attic')
    await bridge.stop()
    await begin({}, 'moved.json')
    for (const id of ['attic', 'cellar']) bridge.takeDevice(hub(id))
    bridge.takeReading(probe('cellar'))
    await settle()
    assert.equal(configs().get('Probe')?.device.via_device, 'kasa_cellar')
  })

  it('takes an outlet from the page of the strip that it is at no longer', async () => {
    await begin()
    const other = { ...STRIP, device_id: 'other', alias: 'Shelf' }
    for (const device of [STRIP, other, lamp(1)]) bridge.takeDevice(device)
    await settle()
    const lampsOn = (alias: string) => {
      const components = Object.entries(configs().get(alias)?.components ?? {})
      return components.filter(([, { command_topic }]) => command_topic === 'kasa/strip01/set/on').length
    }
    assert.deepEqual([lampsOn('Desk'), lampsOn('Shelf')], [1, 0])
    bridge.takeDevice({ ...lamp(1), parent_id: 'other' })
    await settle()
    assert.deepEqual([lampsOn('Desk'), lampsOn('Shelf')], [0, 1])
  })

  it('says why a device is offline, at once and until it is heard of again', async () => {
    await begin()
    const reason = () => JSON.parse(kept.get('kasa/plug-1/state') ?? '{}') as { offline_reason?: string | null }
    event('offline', 'plug-1', { code: 'REPLY_TIMEOUT', message: 'of nothing that is known' })
    bridge.takeReading(reading({ timestamp: clock.now() }))
    assert.equal(reason().offline_reason, null)
    clock.advance(1000)
    event('offline', 'plug-1', { code: 'REPLY_TIMEOUT', message: 'no answer within 2 s' })
    assert.equal(reason().offline_reason, 'REPLY_TIMEOUT: no answer within 2 s')
    bridge.takeReading(reading({ timestamp: clock.now() - 500 }))
    bridge.takeReading(reading({ timestamp: clock.now(), source: 'cache', power_w: 5 }))
    event('moved')
    assert.equal(reason().offline_reason, 'REPLY_TIMEOUT: no answer within 2 s')
    event('login_refused', 'plug-1', { code: 'LOGIN_REFUSED', message: 'x'.repeat(1000) })
    assert.equal(reason().offline_reason, `LOGIN_REFUSED: ${'x'.repeat(185)}`)
    event('offline', 'plug-1', { code: 'LOGIN_REFUSED', message: `${'x'.repeat(184)}\u{1f600}` })
    assert.equal(reason().offline_reason, `LOGIN_REFUSED: ${'x'.repeat(184)}`)
    clock.advance(1000)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    assert.equal(reason().offline_reason, null)
    for (const name of ['unsupported', 'identity_mismatch'] as const) {
      event(name, 'plug-1', { code: 'DEVICE_UNSUPPORTED' })
      assert.equal(reason().offline_reason, 'DEVICE_UNSUPPORTED')
      event('online')
      assert.equal(reason().offline_reason, null)
    }
    event('offline')
    assert.equal(reason().offline_reason, null)
  })

  it('says that a device of before is offline when its fleet has not told of it for a minute', async () => {
    await begin({}, 'silent')
    bridge.takeDevice(KETTLE, 'fleet')
    bridge.takeReading(reading({ device_id: 'hourly', timestamp: clock.now() }))
    bridge.takeReading(reading({ timestamp: clock.now() }))
    await bridge.stop()
    await begin({}, 'silent')
    clock.advance(70_000)
    assert.equal(kept.get('kasa/plug-1/availability'), 'offline')
    assert.equal(kept.get('kasa/hourly/availability'), 'online')
    clock.advance(3_600_000)
    assert.equal(kept.get('kasa/hourly/availability'), 'offline')
  })

  it('believes the events of a fleet for longer than those of a flow', async () => {
    await begin()
    bridge.takeDevice(KETTLE, 'fleet')
    bridge.takeReading(reading({ device_id: 'wired', timestamp: clock.now() }))
    for (const device_id of ['plug-1', 'wired']) event('online', device_id)
    clock.advance(86_420_000)
    assert.equal(kept.get('kasa/plug-1/availability'), 'online')
    assert.equal(kept.get('kasa/wired/availability'), 'offline')
  })

  it('shows the outlets of a strip without meters on the page of the strip', async () => {
    await begin()
    bridge.takeDevice(STRIP)
    bridge.takeDevice(lamp(1))
    bridge.takeReading(reading({ device_id: 'strip', alias: 'Desk', timestamp: clock.now() }))
    bridge.takeReading(reading({ device_id: 'strip01', parent_id: 'strip', alias: 'Lamp 1', timestamp: clock.now() }))
    await settle()
    assert.deepEqual([...configs().keys()].sort(), ['Desk', 'Kasa Monitor'])
    bridge.takeDevice(lamp(2))
    await settle()
    const switches = Object.values(configs().get('Desk')?.components ?? {}).filter(
      ({ platform }) => platform === 'switch',
    )
    assert.deepEqual(
      switches.map(({ name, command_topic }) => [name, command_topic]),
      [
        ['Lamp 1', 'kasa/strip01/set/on'],
        ['Lamp 2', 'kasa/strip02/set/on'],
      ],
    )
    event('removed', 'strip02')
    await settle()
    const left = Object.values(configs().get('Desk')?.components ?? {}).filter(({ name }) => name === 'Lamp 2')
    assert.deepEqual(left, [])
  })

  it('shows outlets with meters as devices below their strip', async () => {
    await begin()
    const energy = ['relay', 'energy'] as const
    bridge.takeDevice({ ...STRIP, features: energy })
    bridge.takeDevice({ ...lamp(1), features: energy })
    bridge.takeReading(reading({ device_id: 'strip', alias: 'Desk', timestamp: clock.now() }))
    bridge.takeReading(reading({ device_id: 'strip01', parent_id: 'strip', alias: 'Lamp 1', timestamp: clock.now() }))
    await settle()
    assert.deepEqual([...configs().keys()].sort(), ['Desk', 'Desk Lamp 1', 'Kasa Monitor'])
    assert.equal(configs().get('Desk Lamp 1')?.device.via_device, 'kasa_strip')
  })

  it('switches a device, and shows the state that the device has confirmed before it says so', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now(), on: false }))
    answer = () => Promise.resolve(reading({ timestamp: clock.now(), on: true }))
    clock.advance(1)
    said = []
    broker.receive({ topic: 'kasa/plug-1/set/on', payload: 'ON', retain: false })
    await clock.advanceSlowly(100)
    assert.deepEqual(commands, [['plug-1', { name: 'on' }]])
    assert.deepEqual(
      said.map(({ topic }) => topic),
      ['kasa/plug-1/state', 'kasa/plug-1/result'],
    )
    assert.equal(state('plug-1')?.on, true)
    assert.equal((JSON.parse(said[1]?.payload ?? '{}') as { ok: boolean }).ok, true)
  })

  it('switches nothing because of a command that the broker has kept', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    broker.receive({ topic: 'kasa/plug-1/set/on', payload: 'ON', retain: true })
    await clock.advanceSlowly(100)
    assert.deepEqual(commands, [])
  })

  it('tells everything once more when Home Assistant has started, once, however often it says so', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    await settle()
    said = []
    for (let index = 0; index < 10; index++) {
      broker.receive({ topic: 'homeassistant/status', payload: 'online', retain: false })
    }
    await clock.advanceSlowly(15_000, 100)
    const times = (topic: string) => said.filter((message) => message.topic === topic).length
    for (const topic of kept.keys()) assert.equal(times(topic), 1, topic)
    const rank = (end: RegExp) => said.findIndex(({ topic }) => end.test(topic))
    assert.ok(rank(/bridge\/state$/) < rank(CONFIG))
    assert.ok(rank(CONFIG) < rank(/plug-1\/availability$/))
    assert.ok(rank(/plug-1\/availability$/) < rank(/plug-1\/state$/))
    said = []
    broker.receive({ topic: 'homeassistant/status', payload: 'offline', retain: false })
    await clock.advanceSlowly(15_000, 100)
    assert.deepEqual(said, [])
  })

  it('answers what it is asked itself, and names what is wrong with a request', async () => {
    await begin()
    bridge.takeReading(reading({ timestamp: clock.now() }))
    const ask = (what: string, payload: string) => {
      said = []
      broker.receive({ topic: `kasa/bridge/request/${what}`, payload, retain: false })
      const answer = said.find(({ topic }) => topic === `kasa/bridge/response/${what}`)
      return answer && (JSON.parse(answer.payload) as Record<string, unknown>)
    }
    const kettle = { device_id: 'plug-1', alias: 'Kettle', model: 'HS110(EU)', available: true }
    assert.deepEqual(ask('devices', '{"transaction":"a"}'), { ok: true, transaction: 'a', data: [kettle] })
    assert.deepEqual(ask('publish', ''), { ok: true })
    assert.equal((ask('remove', '{"device":"Pot"}')?.error as { code: string }).code, 'DEVICE_UNKNOWN')
    assert.equal((ask('remove', '{"device":7}')?.error as { field: string }).field, 'device')
    assert.equal((ask('devices', '[')?.error as { field: string }).field, 'payload')
    assert.deepEqual(ask('remove', '{"device":"Kettle"}'), { ok: true })
    assert.deepEqual(ask('devices', ''), { ok: true, data: [] })
    assert.equal(ask('reboot', ''), undefined)
    assert.equal(ask('__proto__', ''), undefined)
    broker.receive({ topic: 'kasa/bridge/request/devices', payload: '', retain: true })
    assert.deepEqual(said, [])
  })

  it('counts what energy costs, over a restart too', async () => {
    const priced = { price: 0.5, currency: 'EUR' }
    await begin(priced, 'cost')
    bridge.takeReading(reading({ timestamp: clock.now(), energy_kwh: 10 }))
    clock.advance(100_000)
    bridge.takeReading(reading({ timestamp: clock.now(), energy_kwh: 12 }))
    assert.equal((JSON.parse(kept.get('kasa/plug-1/state') ?? '{}') as { energy_cost: number }).energy_cost, 1)
    await bridge.stop()
    await begin(priced, 'cost')
    bridge.takeReading(reading({ timestamp: clock.now(), energy_kwh: 13 }))
    assert.equal((JSON.parse(kept.get('kasa/plug-1/state') ?? '{}') as { energy_cost: number }).energy_cost, 1.5)
    await settle()
    assert.equal(configs().get('Kettle')?.components.energy_cost?.unit_of_measurement, 'EUR')
  })

  it('lets blocks of a tariff end by what all devices have used, over a restart, a strip once', async () => {
    const rows = [
      { name: 'cheap', price_per_kwh: 1, up_to_kwh: 3 },
      { name: 'dear', price_per_kwh: 2 },
    ]
    const tariff = parseTariff({ name: 'blocks', currency: 'EUR', time_zone: 'UTC', versions: [{ rows }] })
    const read = (device_id: string, energy_kwh: number, more: Partial<Reading> = {}) => {
      clock.advance(1000)
      bridge.takeReading(reading({ device_id, timestamp: clock.now(), energy_kwh, ...more }))
    }
    const cost = (device_id: string) => {
      clock.advance(100_000)
      return (JSON.parse(kept.get(`kasa/${device_id}/state`) ?? '{}') as { energy_cost?: number }).energy_cost
    }
    await begin({}, 'blocks', tariff)
    for (const id of ['kettle', 'strip', 'outlet']) read(id, 0, id === 'outlet' ? { parent_id: 'strip' } : {})
    read('kettle', 2)
    read('strip', 1)
    read('outlet', 1, { parent_id: 'strip' })
    assert.deepEqual([cost('kettle'), cost('strip'), cost('outlet')], [2, 1, 1])
    await bridge.stop()
    await begin({}, 'blocks', tariff)
    read('kettle', 3)
    assert.equal(cost('kettle'), 4)
  })

  it('shows an alert of a device there, and one of no device on its own page', async () => {
    await begin()
    bridge.takeDevice(KETTLE)
    bridge.takeReading(reading({ timestamp: clock.now() }))
    for (const device_id of ['plug-1', 'the house']) {
      bridge.takeChange({
        ...{ change: 'pending', state: 'pending', previous: 'normal', rule_id: 'high', device_id, alias: device_id },
        timestamp: clock.now(),
      })
    }
    await settle()
    assert.equal(configs().get('Kettle')?.components.problem?.device_class, 'problem')
    const own = Object.values(configs().get('Kasa Monitor')?.components ?? {})
    assert.ok(own.some(({ device_class }) => device_class === 'problem'))
    broker.receive({ topic: 'kasa/plug-1/set/acknowledge', payload: 'PRESS', retain: false })
    await clock.advanceSlowly(100)
    assert.deepEqual(alerts, [{ command: 'acknowledge', device: 'plug-1', by: 'Home Assistant' }])
  })

  it('takes no more devices than any home has, and says so once', async () => {
    await begin()
    for (let index = 0; index < 10_002; index++) {
      bridge.takeReading(reading({ device_id: `${index}`, alias: `${index}`, timestamp: clock.now() }))
    }
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['QUEUE_FULL'],
    )
    reports = []
    assert.equal(bridge.status().devices, 10_000)
  })
})
