import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { Topics } from '../../../src/homeassistant/topics'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess } from '../../support/node-red-process'
import { skipWithout } from '../../support/skipping'
import { soon } from '../../support/soon'
import { bridge, House, polling } from './house'
import { Listener } from './listener'

const PATIENCE_MS = 120_000
const VERSION = { title: '4.1', node: process.execPath, red: join(PROJECT, 'node_modules', 'node-red', 'red.js') }
const HOSTILE = 5000
const AT_ONCE = 100
const MOST_MEMORY_BYTES = 150 * 1024 * 1024
const MOST_LINES = 50
/** Two clients that come back after a second would make so many in ten. */
const MOST_CONNECTIONS = 20
/** Otherwise it drops what comes while a thousand messages wait for a Node-RED that has no core to run on. */
const DROPS_NOTHING = { lines: ['max_queued_messages 0'] }

const GARBAGE: readonly string[] = [
  ...['', 'null', 'NaN', '{', '[]', '"', '\u0000\uffff', '1e999', '-1', 'ON; rm -rf /', '{{ states }}', '%s%n'],
  ...['{"on":{}}', '{"__proto__":{"on":true}}', '{"on":"ON","on":[]}', '{"state":"maybe"}', '{"hue_deg":-1e308}'],
  ...['['.repeat(20_000), `{"on":"${'x'.repeat(50_000)}"}`],
]

/**
 * Two Node-REDs at one broker: `twin` came into the second one with a copied flow, and has the same client id; `rival` there
 * has been given the base topic of `kasa`.
 */
describe('Home Assistant where others are at the same broker', function () {
  this.timeout(PATIENCE_MS)
  const house = new House()
  const { kettle, fridge } = house
  const topics = new Topics('kasa', 'homeassistant')
  const first = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  const second = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  let mosquitto: Mosquitto
  let listener: Listener

  before(async function () {
    skipWithout(whyNoMosquitto(), this)
    skipWithout(existsSync(join(PROJECT, 'dist', 'nodes')) ? undefined : '`npm run build` makes what is loaded', this)
    const started = await Promise.all([startMosquitto(DROPS_NOTHING), house.start(), first.start(), second.start()])
    mosquitto = started[0]
    const twin = bridge('twin', mosquitto, {})
    await first.deploy([
      ...polling(house, [kettle], ['kasa', 'twin']),
      ...bridge('kasa', mosquitto, {}, { fleet: 'fleet' }),
      ...twin,
    ])
    await second.deploy([
      ...polling(house, [fridge], ['rival', 'twin']),
      ...bridge('rival', mosquitto, {}, { fleet: 'fleet', base_topic: 'kasa' }),
      ...twin,
    ])
  })
  beforeEach(async () => (listener = await Listener.at(mosquitto.url, 'kasa/', 'homeassistant/device/kasa/')))
  afterEach(() => listener?.leave())
  after(async () => {
    await Promise.all([first.stop(), second.stop()])
    await Promise.all([mosquitto?.stop(), house.stop()])
  })

  const isOn = async (on: boolean) => {
    await listener.person.say(topics.set(kettle.device_id, 'on'), on ? 'ON' : 'OFF')
    await soon(() => {
      const { on: told } = JSON.parse(listener.kept().get(topics.state(kettle.device_id)) ?? '{}') as { on?: boolean }
      assert.deepEqual([told, kettle.on], [on, on])
    })
  }
  const lines = (text: RegExp, { log } = first) => log.split('\n').filter((line) => text.test(line)).length
  const connections = (id: string) => mosquitto.log().split(`as kasa-${id} (`).length - 1

  it('goes on through thousands of messages that nobody should send, and does then what it is told', async () => {
    await isOn(true)
    const { device_id } = kettle
    const targets = [
      ...(['on', 'led', 'brightness_pct', 'color', 'light', 'countdown', 'auto_off_min'] as const).map((key) =>
        topics.set(device_id, key),
      ),
      ...[
        topics.set(device_id),
        `${topics.set(device_id)}/nonsense`,
        topics.set('nobody', 'on'),
        topics.set(undefined),
      ],
      ...[topics.birth, topics.deviceDiscovery('kasa_nobody'), topics.bridge_info, 'kasa/bridge/request/nonsense'],
    ]
    const [memory_bytes, from, polls] = [first.memory_bytes, first.log.length, kettle.requests.requests]
    const began = kettle.on
    for (let sent = 0; sent < HOSTILE; sent += AT_ONCE) {
      const messages = Array.from({ length: AT_ONCE }, (_, index) => {
        const topic = targets[(sent + index) % targets.length] ?? ''
        const payload = GARBAGE[(sent + index) % GARBAGE.length] ?? ''
        return listener.person.say(topic, topic === topics.birth ? 'online' : payload)
      })
      await Promise.all(messages)
    }
    assert.equal(kettle.on, began)
    await isOn(false)
    await isOn(true)
    const after_flood = kettle.requests.requests
    await soon(() => assert.ok(kettle.requests.requests > after_flood + 2))
    assert.ok(after_flood > polls && first.alive)
    assert.ok(first.memory_bytes - memory_bytes < MOST_MEMORY_BYTES, `${first.memory_bytes - memory_bytes} bytes`)
    assert.ok(first.log.slice(from).split('\n').length < MOST_LINES, first.log.slice(from, from + 5000))
    assert.equal(connections('kasa'), 1)
  })

  it('says in both logs that somebody else has its client id, and both live without a fight', async () => {
    for (const nodeRed of [first, second]) {
      await soon(() => assert.equal(lines(/another client may use the client id kasa-twin/, nodeRed), 1))
    }
    assert.ok(connections('twin') < MOST_CONNECTIONS, `${connections('twin')}`)
    for (const id of ['kasa', 'rival']) assert.equal(connections(id), 1)
    for (const nodeRed of [first, second]) assert.ok(lines(/twin\]/, nodeRed) < 10)
  })

  it('lives with one that uses its base topic, says so, and is there when that one has gone', async () => {
    await soon(() => {
      for (const { device_id } of [kettle, fridge]) {
        assert.ok(listener.kept().get(topics.deviceDiscovery(`kasa_${device_id}`)))
        assert.equal(listener.kept().get(topics.availability(device_id)), 'online')
      }
    })
    assert.equal(lines(/base_topic: "kasa"/), 1)
    const from = listener.now
    await second.stop()
    await soon(() => assert.deepEqual(listener.payloads(topics.bridge_state, from), ['offline', 'online']))
    await isOn(false)
    assert.equal(listener.kept().get(topics.bridge_state), 'online')
  })
})
