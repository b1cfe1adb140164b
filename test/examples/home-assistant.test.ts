import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, it } from 'mocha'
import type { SimulatedDevice } from '../../src/simulator'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { inOneNodeRed, PROJECT, type FlowNode, type NodeRed } from '../support/node-red'
import { reading } from '../support/readings'
import { fleetNode, simulatorFor } from '../support/simulated-fleet'
import { skipWithout } from '../support/skipping'
import { soon } from '../support/soon'

const PATIENCE_MS = 60_000

inOneNodeRed('The example flows of Home Assistant', (current) => {
  const simulator = simulatorFor((home) => void home.addPlug({ alias: 'Kettle', power: 42 }))
  const kettle = () => simulator().devices[0] as SimulatedDevice & { readonly on: boolean }
  let nodeRed: NodeRed
  let mosquitto: Mosquitto
  let person: MqttPerson
  let flow: FlowNode[]

  before(async function () {
    this.timeout(PATIENCE_MS)
    skipWithout(whyNoMosquitto(), this)
    mosquitto = await startMosquitto()
    person = await MqttPerson.at(mosquitto.url)
  })
  beforeEach(() => void (nodeRed = current()))
  afterEach(() => nodeRed?.deploy([]))
  after(async () => {
    await person?.leave()
    await mosquitto?.stop()
  })

  const idOf = (wanted: string) => flow.find(({ name, type }) => name === wanted || type === wanted)?.id ?? wanted
  const press = (button: string) => nodeRed.send(idOf(button), {})
  /** On a busy machine a device may be asked more than once. */
  const said = (topic: string, payload?: string) => soon(() => person.next(topic, payload))
  const saidJson = async (topic: string) => JSON.parse((await said(topic)).payload) as Record<string, unknown>
  const of = (base: string, rest: string) => `${base}/${kettle().device_id}/${rest}`
  const stateIs = async (base: string, on: boolean) => {
    while ((await saidJson(of(base, 'state'))).on !== on);
  }

  /** As in the file, but with the devices and the broker of this test. */
  async function run(file: string, change: (node: FlowNode) => object = () => ({})): Promise<void> {
    const text = readFileSync(join(PROJECT, 'examples', 'flows', `${file}.json`), 'utf8')
    const here = (node: FlowNode): object => {
      const { id, type } = node
      if (type === 'kasa-fleet') return { ...fleetNode(simulator(), [kettle()]), id, targets: '', add_discovered: false }
      if (type === 'mqtt-broker') return { port: String(mosquitto.port) }
      return type === 'kasa-mqtt' && node.url !== '' ? { url: mosquitto.url } : {}
    }
    flow = (JSON.parse(text) as FlowNode[]).map((node) => ({ ...node, ...here(node), ...change(node) }))
    await nodeRed.deployAsIs(flow)
  }

  it('"Every device in Home Assistant" announces a plug, switches it, and brings its alerts', async function () {
    this.timeout(PATIENCE_MS)
    const limit = { rules: [{ id: 'hot', name: 'Hot', condition: { kind: 'above', key: 'power_w', value: 1000 } }] }
    await run('Every device in Home Assistant', ({ type }) => {
      return type === 'kasa-alert' ? { ...limit, group_wait_s: 0 } : type === 'kasa-homeassistant' ? { birth_jitter_s: 1 } : {}
    })
    const announcement = `homeassistant/device/kasa/kasa_${kettle().device_id}/config`
    const { components } = (await saidJson(announcement)) as { components: Record<string, object> }
    for (const key of ['state', 'led', 'current_consumption', 'lifetime_energy', 'energy_cost']) {
      assert.ok(components[key], key)
    }
    await stateIs('kasa', true)
    await person.say(of('kasa', 'set/on'), 'OFF')
    await stateIs('kasa', false)
    assert.equal(kettle().on, false)
    await person.say(of('kasa', 'set'), '{"on":true}')
    await stateIs('kasa', true)

    const { device_id } = kettle()
    const hot = reading({ device_id, alias: 'Kettle', power_w: 2000, timestamp: Date.now() })
    await nodeRed.send(idOf('kasa-alert'), { payload: hot })
    while ((await saidJson(of('kasa', 'problem'))).problem !== true);
    await person.say(of('kasa', 'set/silence'), 'PRESS')
    while ((await nodeRed.receive(idOf('kasa-alert'))).command !== 'silence');

    await press('tell everything again')
    await said(announcement)
    assert.deepEqual(nodeRed.errors, [])
  })

  it('"Plain MQTT without a broker of ours" does so by the connection of Node-RED, and outlives a restart of the broker', async function () {
    this.timeout(PATIENCE_MS)
    await run('Plain MQTT without a broker of ours', ({ type }) => {
      return type === 'kasa-homeassistant' ? { birth_jitter_s: 1 } : {}
    })
    const base = 'kasa-plain'
    await said(`${base}/bridge/state`, 'online')
    await said(`homeassistant/device/${base}/${base}_${kettle().device_id}/config`)
    await stateIs(base, true)
    await person.say(of(base, 'set/on'), 'OFF')
    await stateIs(base, false)
    await person.say(of(base, 'set'), '{"on":true}')
    await stateIs(base, true)
    await person.say('homeassistant/status', 'online')
    await said(`homeassistant/device/${base}/${base}_${kettle().device_id}/config`)
    assert.deepEqual(nodeRed.errors, [])

    await person.leave()
    await mosquitto.kill()
    await mosquitto.run()
    person = await MqttPerson.at(mosquitto.url)
    await said(`${base}/bridge/state`, 'online')
    await said(of(base, 'availability'), 'online')
    await stateIs(base, true)
    await nodeRed.deploy([])
    await said(`${base}/bridge/state`, 'offline')
  })

  it('"MQTT for openHAB" announces single entities, and switches by a topic', async function () {
    this.timeout(PATIENCE_MS)
    await run('MQTT for openHAB')
    const base = 'kasa-openhab'
    await said(`homeassistant/switch/${base}/${base}_${kettle().device_id}_state/config`)
    await nodeRed.receive(idOf('states'))
    // As where a device is taken away.
    await person.say(`${base}/gone/state`, '')
    await press('off')
    await stateIs(base, false)
    const { payload } = await nodeRed.receive(idOf('what became of it'))
    assert.equal((JSON.parse(String(payload)) as { ok: boolean }).ok, true)
    await press('on')
    await stateIs(base, true)
    assert.deepEqual(nodeRed.errors, [])
  })
})
