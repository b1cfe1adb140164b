import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { Topics } from '../../../src/homeassistant/topics'
import type { SimulatedDevice } from '../../../src/simulator'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { MqttPerson } from '../../support/mqtt-person'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'
import { assertNothingLeft, resources } from '../../support/resources'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'
import { skipWithout } from '../../support/skipping'
import { soon } from '../../support/soon'
import { BRITISH_NIGHT } from '../../domain/tariffs/real-tariffs'

const PATIENCE_MS = 60_000
const USER = { name: 'kasa', password: CANARY.password }

inEachNodeRed('kasa-homeassistant', (current, aboutUs) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: 'Kettle', power: 42 })
    home.addPlug({ alias: 'Fridge', power: 80 })
  })
  const [kettle, fridge] = [
    () => simulator().devices[0] as SimulatedDevice,
    () => simulator().devices[1] as SimulatedDevice,
  ]
  let nodeRed: NodeRed
  /** Every test is on topics of its own, with files of its own. */
  let turn = 0
  let topics: Topics
  let bridge: string

  beforeEach(() => {
    nodeRed = current()
    turn++
    bridge = `bridge-${turn}`
    topics = new Topics(`kasa-${turn}`, 'homeassistant')
  })

  const homeassistant = (settings: object = {}): FlowNode => ({
    ...{ id: bridge, type: 'kasa-homeassistant', base_topic: topics.base, birth_jitter_s: 1 },
    ...{ wires: [['mqtt'], ['commands'], ['alerts']], ...settings },
  })
  const lines = (text: RegExp) => nodeRed.log.filter(({ msg }) => text.test(String(msg)))
  const press = (node: string, message: object) => nodeRed.send(node, { ...message })

  describe('without a broker', () => {
    const sentTo = async (topic: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const message = await nodeRed.receive('mqtt')
        if (message.topic === topic) return message
      }
    }

    it('hands every message to its first output, for a core mqtt out', async () => {
      await nodeRed.deploy([homeassistant()])
      await press(bridge, { payload: reading() })
      const online = await sentTo(topics.bridge_state)
      assert.deepEqual([online.payload, online.qos, online.retain], ['online', 1, true])
      const state = await sentTo(topics.state('plug-1'))
      assert.equal((JSON.parse(String(state.payload)) as { power_w: number }).power_w, 1800)
      assert.equal((await nodeRed.status(bridge, /^1 device$/)).fill, 'green')
      const announced = JSON.parse(String((await sentTo(topics.deviceDiscovery(`${topics.base}_plug-1`))).payload)) as {
        components: Record<string, { platform: string }>
      }
      assert.equal(announced.components.current_consumption?.platform, 'sensor')
    })

    it('works without a folder for what it has to remember', async () => {
      const folder = join(nodeRed.userDir, 'kasa-monitor')
      rmSync(folder, { recursive: true, force: true })
      writeFileSync(folder, '')
      try {
        await nodeRed.deploy([homeassistant()])
        await press(bridge, { payload: reading() })
        assert.equal((await sentTo(topics.availability('plug-1'))).payload, 'online')
        assert.ok(lines(/EEXIST|ENOTDIR/).length > 0)
      } finally {
        rmSync(folder)
      }
    })

    it('takes what a core mqtt in brings, and hands commands to its second output', async () => {
      await nodeRed.deploy([homeassistant()])
      const features = ['relay', 'energy']
      const device = {
        device_id: 'plug-1',
        alias: 'Kettle',
        model: 'HS110',
        host: '',
        kind: 'plug',
        integration: 'mine',
      }
      await press(bridge, { payload: { ...device, features } })
      await press(bridge, { payload: [reading()] })
      const mqtt = { topic: topics.set('plug-1', 'on'), qos: 1, retain: false }
      await press(bridge, { ...mqtt, payload: 'OFF' })
      const command = await nodeRed.receive('commands')
      assert.deepEqual([command.topic, command.payload], ['plug-1', { command: 'off' }])
      await press(bridge, { ...mqtt, payload: 'ON', retain: true })
      await press(bridge, { ...mqtt, payload: { nobody: 'knows' } })
      assert.deepEqual(nodeRed.received('commands'), [])
    })

    it('tells everything again when Home Assistant has started, or a message asks for it', async () => {
      await nodeRed.deploy([homeassistant()])
      await press(bridge, { payload: reading() })
      const announcement = topics.deviceDiscovery(`${topics.base}_plug-1`)
      await sentTo(announcement)
      await press(bridge, { topic: topics.birth, payload: 'online', qos: 0, retain: false })
      await sentTo(announcement)
      await sentTo(topics.state('plug-1'))
      await press(bridge, { command: 'publish' })
      await sentTo(announcement)
      await sentTo(topics.state('plug-1'))
    })

    it('takes a device out of Home Assistant when a message asks for it', async () => {
      await nodeRed.deploy([homeassistant()])
      await press(bridge, { payload: reading() })
      await sentTo(topics.deviceDiscovery(`${topics.base}_plug-1`))
      await press(bridge, { command: 'remove', payload: 'Kettle' })
      assert.equal((await sentTo(topics.deviceDiscovery(`${topics.base}_plug-1`))).payload, '')
      await nodeRed.status(bridge, /^no devices yet$/)
      await assert.rejects(press(bridge, { command: 'remove', payload: 'Kettle' }), { code: 'DEVICE_UNKNOWN' })
    })

    it('counts what energy costs by a tariff, goes on over a deploy, and by the new prices then', async () => {
      const rates = [{ key: 'energy_cost', deadband: 0, every_s: 0 }]
      const node = homeassistant({ tariff: 'tariff', price: 7, currency: '€', rates })
      const deploy = (tariff: object) =>
        nodeRed.deploy([{ id: 'tariff', type: 'kasa-tariff', ...BRITISH_NIGHT, ...tariff }, node])
      const costs = async (time: string, energy_kwh: number, cost: number) => {
        await press(bridge, { payload: reading({ timestamp: Date.parse(`2026-01-05T${time}Z`), energy_kwh }) })
        for (let told = NaN; told !== cost;) {
          const { payload } = await sentTo(topics.state('plug-1'))
          told = (JSON.parse(String(payload)) as { energy_cost: number }).energy_cost
        }
      }
      await deploy({})
      await costs('04:30', 10, 0)
      await costs('06:30', 12, 0.355)
      await deploy({ versions: [{ rows: [{ name: 'all day', price_per_kwh: 0.1 }] }] })
      await costs('07:30', 13, 0.455)
    })

    it('says offline when it alone is deployed anew', async () => {
      const sink = { id: 'mqtt', type: 'debug', z: 'tab', active: false, x: 0, y: 0, wires: [] }
      const nodes = (settings: object) => [
        { id: 'tab', type: 'tab', label: 'test' },
        { ...homeassistant(settings), z: 'tab', x: 0, y: 0, wires: [['mqtt'], [], []] },
        sink,
      ]
      await nodeRed.deployAsIs(nodes({}))
      assert.equal((await sentTo(topics.bridge_state)).payload, 'online')
      const said = sentTo(topics.bridge_state)
      await nodeRed.deployAsIs(nodes({ name: 'another' }), 'nodes')
      assert.equal((await said).payload, 'offline')
    })
  })

  const wrong: [string, object, RegExp][] = [
    ['a topic with a wildcard', { base_topic: 'kasa/#' }, /^base_topic: "kasa\/#" /],
    ['a currency that is none', { price: 1, currency: '€' }, /^currency: "€" /],
    [
      'a rate of a value that no device has',
      { rates: [{ key: 'x', deadband: 1, every_s: 1 }] },
      /^rates\.0\.key: "x" /,
    ],
    ['a broker that is not there', { broker: 'gone' }, /^broker: "gone" .* kasa-mqtt node/],
    ['a tariff that is not there', { tariff: 'gone' }, /^tariff: "gone" .* kasa-tariff node/],
    ['a fleet that is not there', { fleet: 'gone' }, /^fleet: "gone" .* kasa-fleet node/],
  ]
  for (const [title, settings, message] of wrong) {
    it(`names ${title}`, async () => {
      await nodeRed.deploy([homeassistant(settings)])
      const [first = ''] = nodeRed.errors
      assert.match(first.replace(/^MonitorError: /, ''), message)
      await assert.rejects(press(bridge, { payload: reading() }), { code: 'CONFIG_INVALID' })
    })
  }

  it('refuses what is neither a reading nor anything else that it takes', async () => {
    await nodeRed.deploy([homeassistant()])
    for (const payload of [undefined, 'ON', 7, { power_w: 3 }, []].slice(0, 4)) {
      await assert.rejects(press(bridge, { payload }), { code: 'INPUT_INVALID', message: /^payload: / })
    }
    await assert.rejects(press(bridge, { command: 'explode' }), { code: 'INPUT_INVALID', message: /^command: / })
  })

  describe('with a real Mosquitto', () => {
    let mosquitto: Mosquitto
    let person: MqttPerson
    before(async function () {
      this.timeout(PATIENCE_MS)
      skipWithout(whyNoMosquitto(), this)
      mosquitto = await startMosquitto()
      person = await MqttPerson.at(mosquitto.url)
    })
    after(async () => {
      await person?.leave()
      await mosquitto?.stop()
    })

    const mqtt = (settings: object = {}): FlowNode => ({
      id: 'kasa-broker',
      type: 'kasa-mqtt',
      url: mosquitto.url,
      ...settings,
    })
    const flow = (settings: object = {}): FlowNode[] => [
      fleetNode(simulator(), [kettle(), fridge()], { failures_until_offline: 1 }),
      { id: 'poll', type: 'kasa-poll', fleet: 'fleet', emit: 'always', wires: [[bridge], [bridge]] },
      mqtt(),
      homeassistant({ broker: 'kasa-broker', fleet: 'fleet', ...settings }),
    ]
    /** On a busy machine a device may be asked more than once. */
    const said = (topic: string, payload?: string) => soon(() => person.next(topic, payload))
    const stateOf = async (device: SimulatedDevice, on: boolean) => {
      for (;;) {
        const state = JSON.parse((await said(topics.state(device.device_id))).payload) as Record<string, unknown>
        if (state.on === on) return state
      }
    }

    it('announces the plugs of its fleet, tells how they are, and switches them', async function () {
      this.timeout(PATIENCE_MS)
      await nodeRed.deploy(flow())
      await said(topics.bridge_state, 'online')
      await said(topics.availability(kettle().device_id), 'online')
      const state = await stateOf(kettle(), true)
      assert.ok(Math.abs(Number(state.power_w) - 42) < 5)
      const announced = await said(topics.deviceDiscovery(`${topics.base}_${kettle().device_id}`))
      const { device, components } = JSON.parse(announced.payload) as Record<string, Record<string, never>>
      assert.deepEqual([device?.name, announced.qos], ['Kettle', 1])
      for (const key of ['state', 'led', 'current_consumption', 'lifetime_energy']) assert.ok(components?.[key], key)
      assert.equal((await nodeRed.status(bridge, /^2 devices$/)).fill, 'green')

      await person.say(topics.set(kettle().device_id, 'on'), 'OFF')
      await stateOf(kettle(), false)
      const result = JSON.parse((await said(topics.result(kettle().device_id))).payload) as object
      assert.deepEqual(result, { ...result, ok: true })
      assert.equal((kettle() as unknown as { on: boolean }).on, false)
      await person.say(topics.set(kettle().device_id, 'on'), 'ON')
      await stateOf(kettle(), true)
      assert.deepEqual(nodeRed.errors, [])
    })

    aboutUs(() => {
      it('says which device is offline, and that it is back', async function () {
        this.timeout(PATIENCE_MS)
        await nodeRed.deploy(flow())
        await said(topics.availability(fridge().device_id), 'online')
        await fridge().stop()
        await said(topics.availability(fridge().device_id), 'offline')
        assert.equal((await nodeRed.status(bridge, /^1 of 2 devices available$/)).fill, 'yellow')
        await fridge().start()
        await said(topics.availability(fridge().device_id), 'online')
        await nodeRed.status(bridge, /^2 devices$/)
      })

      it('takes a device that its fleet no longer has out of Home Assistant, over a redeploy', async function () {
        this.timeout(PATIENCE_MS)
        await nodeRed.deploy(flow())
        const announcement = topics.deviceDiscovery(`${topics.base}_${fridge().device_id}`)
        assert.notEqual((await said(announcement)).payload, '')
        const [, ...others] = flow()
        await nodeRed.deploy([fleetNode(simulator(), [kettle()]), ...others])
        await said(announcement, '')
        await nodeRed.status(bridge, /^1 device$/)
      })
    })

    it('says offline and online again at a redeploy, and leaves no connection and no timer behind', async function () {
      this.timeout(PATIENCE_MS)
      await nodeRed.deploy([])
      const before = resources()
      for (let deploy = 0; deploy < 10; deploy++) {
        await nodeRed.deploy(flow())
        await said(topics.bridge_state, 'online')
        await nodeRed.deploy([])
        await said(topics.bridge_state, 'offline')
      }
      await assertNothingLeft(before)
      const ours = (text: RegExp) => mosquitto.log().match(text)?.length ?? 0
      assert.equal(ours(new RegExp(`connected from .* as kasa-${bridge} `, 'g')), 10)
      assert.equal(ours(new RegExp(`Client kasa-${bridge} disconnected`, 'g')), 10)
    })

    aboutUs(() => {
      const problemIs = async (wanted: boolean) => {
        for (;;) {
          const { problem } = JSON.parse((await said(topics.problem('plug-1'))).payload) as { problem: boolean }
          if (problem === wanted) return
        }
      }

      it('brings commands for alerts to its third output, and shows what becomes of them', async function () {
        this.timeout(PATIENCE_MS)
        const rules = [
          { id: 'hot', name: 'Hot', condition: { kind: 'above', key: 'power_w', value: 1000 }, devices: ['*'] },
        ]
        const alert = {
          id: 'alert',
          type: 'kasa-alert',
          rules,
          group_wait_s: 0,
          wires: [['told'], [bridge], [], ['answers']],
        }
        await nodeRed.deploy([alert, mqtt(), homeassistant({ broker: 'kasa-broker', wires: [[], [], ['alert']] })])
        for (const node of [bridge, 'alert']) await press(node, { payload: reading({ timestamp: Date.now() }) })
        await problemIs(true)
        await person.say(topics.set('plug-1', 'acknowledge'), 'PRESS')
        const answer = (await nodeRed.receive('answers')).payload as { incidents: { acknowledged_at?: number }[] }
        assert.ok(answer.incidents[0]?.acknowledged_at)
        await press('alert', { payload: reading({ timestamp: Date.now() + 1, power_w: 3 }) })
        await problemIs(false)
      })

      it('says once that the broker has gone, and once that it is back', async function () {
        this.timeout(PATIENCE_MS)
        const own = await startMosquitto()
        try {
          await nodeRed.deploy([mqtt({ url: own.url }), homeassistant({ broker: 'kasa-broker' })])
          await press(bridge, { payload: reading() })
          await nodeRed.status(bridge, /^1 device$/)
          await own.kill()
          assert.equal((await nodeRed.status(bridge, /^broker away: no answer$/)).fill, 'red')
          for (let each = 0; each < 20; each++)
            await press(bridge, { payload: reading({ timestamp: Date.now() + each }) })
          await own.run()
          await nodeRed.status(bridge, /^1 device$/)
          assert.deepEqual([lines(/^mqtt:\/\/127/).length, lines(/^The broker is back$/).length], [1, 1])
          assert.deepEqual(nodeRed.errors, [])
        } finally {
          await own.stop()
        }
      })

      it('is refused as the second one where a broker knows a single client id', async () => {
        const second = {
          ...homeassistant({ broker: 'kasa-broker', base_topic: `${topics.base}-2` }),
          id: `${bridge}-2`,
        }
        await nodeRed.deploy([mqtt({ client_id: 'the-only-one' }), homeassistant({ broker: 'kasa-broker' }), second])
        const [error = '', ...others] = nodeRed.errors
        assert.match(error, /client_id: "the-only-one" .* one node has this one already/)
        assert.deepEqual(others, [])
      })
    })
  })

  describe('with a Mosquitto that wants a login', () => {
    let mosquitto: Mosquitto
    before(async function () {
      this.timeout(PATIENCE_MS)
      skipWithout(whyNoMosquitto(), this)
      mosquitto = await startMosquitto({ user: USER })
    })
    after(() => mosquitto?.stop())

    const core = (more: object = {}): FlowNode => ({
      ...{
        id: 'core',
        type: 'mqtt-broker',
        broker: '127.0.0.1',
        port: String(mosquitto.port),
        clientid: 'of-the-core',
      },
      ...{ autoConnect: true, keepalive: '60', cleansession: true, protocolVersion: '4', usetls: false, ...more },
    })
    const borrowed: FlowNode = { id: 'kasa-broker', type: 'kasa-mqtt', mqtt_broker: 'core' }
    const own = (): FlowNode => ({ id: 'kasa-broker', type: 'kasa-mqtt', url: mosquitto.url })
    const node = () => homeassistant({ broker: 'kasa-broker' })

    it('borrows address and login of a core broker node, and no more', async () => {
      const login = { core: { user: USER.name, password: USER.password } }
      await nodeRed.deploy([core({ willTopic: 'not-ours', willPayload: 'x' }), borrowed, node()], login)
      await nodeRed.status(bridge, /^no devices yet$/)
      assert.match(mosquitto.log(), new RegExp(`as kasa-${bridge} .* u'kasa'`))
      assert.doesNotMatch(mosquitto.log(), /of-the-core/)
    })

    it('follows when the core broker node is deployed anew', async () => {
      const login = { core: { user: USER.name, password: 'wrong' } }
      await nodeRed.deploy([core(), borrowed, node()], login)
      await nodeRed.status(bridge, /^broker away: login refused$/)
      await nodeRed.deploy([core(), borrowed, node()], { core: { user: USER.name, password: USER.password } })
      await nodeRed.status(bridge, /^no devices yet$/)
    })

    for (const title of ['accepted', 'refused']) {
      it(`shows its login nowhere, where that is ${title}`, async () => {
        const login = title === 'accepted' ? { username: USER.name, password: USER.password } : CANARY
        const nodes = [own(), node(), { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }]
        await nodeRed.deploy(nodes, { 'kasa-broker': { ...login } })
        const status = title === 'accepted' ? /^no devices yet$/ : /^broker away: login refused$/
        assert.equal((await nodeRed.status(bridge, status)).fill, title === 'accepted' ? 'grey' : 'red')
        if (title === 'refused') assert.equal(lines(/does not know this user or password|may not do that/).length, 1)
        await assert.rejects(press(bridge, { payload: 7 }))
        const ids = [bridge, 'kasa-broker', 'mqtt', 'caught', 'catch']
        assertNoSecret({
          log: shown(nodeRed.log),
          ...Object.fromEntries(ids.map((id) => [`statuses of ${id}`, shown(nodeRed.statuses(id))])),
          ...Object.fromEntries(ids.map((id) => [`messages to ${id}`, shown(nodeRed.received(id))])),
          ...Object.fromEntries(
            [bridge, 'kasa-broker'].map((id) => [`node ${id}`, shown(ownProperties(nodeRed.node(id)))]),
          ),
          'flow file': readFileSync(join(nodeRed.userDir, 'flows.json'), 'utf8'),
          'exported flows': await (await fetch(`${nodeRed.url}/flows`)).text(),
        })
      })
    }
  })

  afterEach(() => nodeRed.deploy([]))
})

/** Of a node, without Node-RED's own memory of the flow: there it keeps what the editor has sent, of any node. */
function ownProperties(node: object): object {
  const { _flow, ...own } = Object.getOwnPropertyDescriptors(node) as Record<string, PropertyDescriptor>
  assert.ok(_flow)
  return Object.defineProperties({}, own)
}
