import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { Announcer } from '../../../src/homeassistant/discovery/announcer'
import { Inventory } from '../../../src/homeassistant/discovery/inventory'
import { MIGRATE_PAYLOAD } from '../../../src/homeassistant/discovery/messages'
import { parseHomeAssistantOptions } from '../../../src/homeassistant/parse-options'
import type { BrokerLink } from '../../../src/mqtt/broker-link'
import { eventually, WatchedLink } from '../../support/broker-links'
import { FakeClock } from '../../support/fake-clock'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { MqttPerson, type HeardMessage } from '../../support/mqtt-person'
import { skipWithout } from '../../support/skipping'
import { announcementOf, TOPICS } from './announcements'
import { HomeModel } from './home-model'

const A = TOPICS.deviceDiscovery('kasa_A')
const SINGLES = ['power', 'voltage'].map((id) => TOPICS.componentDiscovery('sensor', 'kasa_A', id))
/** Longer than anything takes to settle, to migrate and to be cleared. */
const LONG_S = 20
const MARK = 'homeassistant/mark'

describe('Announcer, at a real broker', function () {
  this.timeout(60_000)
  let mosquitto: Mosquitto
  before(async function () {
    skipWithout(whyNoMosquitto(), this)
    mosquitto = await startMosquitto()
  })
  after(() => mosquitto?.stop())

  let folder: string
  let person: MqttPerson
  let marks = 0
  let running: { end: () => Promise<void> } | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'announcer-broker-'))
    person = await MqttPerson.at(mosquitto.url, 4, 'homeassistant/#')
  })
  afterEach(async () => {
    await running?.end()
    running = undefined
    const topics = new Set(person.heard.filter(({ payload }) => payload !== '').map(({ topic }) => topic))
    for (const topic of topics) await person.say(topic, '', { retain: true })
    await person.leave()
    await rm(folder, { recursive: true, force: true })
  })

  /** After the end of the one before. */
  async function begin(options: Readonly<Record<string, unknown>> = {}) {
    await running?.end()
    const clock = new FakeClock()
    const report = (error: Error) => assert.fail(error.message)
    const { link } = new WatchedLink({ url: mosquitto.url })
    const inventory = new Inventory({ file: join(folder, 'inventory.json'), clock, report })
    await inventory.start()
    const parts = { topics: TOPICS, options: parseHomeAssistantOptions(options), clock, random: () => 0 }
    const announcer = new Announcer({ ...parts, broker: link, inventory, report })
    announcer.start()
    await link.start()
    await eventually(() => link.status().state === 'open')
    await hasHeardItself(link)
    const end = async () => {
      announcer.stop()
      await inventory.stop()
      await link.stop()
    }
    running = { end }
    return { clock, announcer, inventory, link, end }
  }

  /** What the broker had retained has come before this does. */
  async function hasHeardItself(link: BrokerLink): Promise<void> {
    let isHere = false
    const end = link.subscribe('kasa/test', () => (isHere = true))
    while (!isHere) {
      await person.say('kasa/test', 'x', { qos: 0 })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    end()
  }

  /** Time goes on in steps, between which the broker takes all there is: whatever is newer would take its place. */
  async function play({ clock, link }: { readonly clock: FakeClock; readonly link: BrokerLink }): Promise<void> {
    for (let second = 0; second < LONG_S; second++) {
      clock.advance(1000)
      const payload = `${++marks}`
      link.keep({ topic: MARK, payload, rank: 'state', qos: 1 })
      await person.next(MARK, payload)
    }
  }

  it('takes back after a restart what a device no longer has', async () => {
    const first = await begin()
    first.announcer.announce('A', announcementOf('A', ['power', 'voltage']))
    await play(first)
    await person.next(A)
    const second = await begin()
    second.announcer.announce('A', announcementOf('A', ['power']))
    await play(second)
    const { components } = JSON.parse((await person.next(A)).payload) as { components: Record<string, object> }
    assert.deepEqual(components.voltage, { platform: 'sensor' })
    assert.deepEqual(known(person.heard), ['kasa_A_power power'])
  })

  it('clears what is announced of a device that is removed', async () => {
    const life = await begin()
    const { announcer, inventory } = life
    announcer.announce('A', announcementOf('A', ['power']))
    announcer.announce('B', announcementOf('B', ['power']))
    await play(life)
    announcer.remove('A')
    inventory.forget('A')
    await play(life)
    await person.next(A, '')
    assert.deepEqual(await retainedTopics(), [TOPICS.deviceDiscovery('kasa_B')])
  })

  it('migrates from single entities to the device, and back, over restarts', async () => {
    const topics: (readonly string[])[] = []
    for (const discovery of ['single', 'device', 'single']) {
      const life = await begin({ discovery })
      const { announcer } = life
      announcer.announce('A', announcementOf('A', ['power', 'voltage']))
      await play(life)
      await life.end()
      topics.push(await retainedTopics())
    }
    assert.deepEqual(topics, [SINGLES, [A], SINGLES])
    assert.deepEqual(
      person.heard.filter(({ payload }) => payload === MIGRATE_PAYLOAD).map(({ topic }) => topic),
      [...SINGLES, A],
    )
    assert.deepEqual(known(person.heard), ['kasa_A_power power', 'kasa_A_voltage voltage'])
  })

  it('leaves a device away that a person has deleted, until Home Assistant starts', async () => {
    const life = await begin()
    const { announcer, link } = life
    announcer.announce('A', announcementOf('A', ['power']))
    await play(life)
    await person.next(A)
    await person.say(A, '', { retain: true })
    await person.next(A, '')
    await hasHeardItself(link)
    link.replay()
    await hasHeardItself(link)
    assert.deepEqual(await retainedTopics(), [])
    announcer.birth()
    await play(life)
    await person.next(A)
  })

  /** What somebody finds who comes now. */
  async function retainedTopics(): Promise<readonly string[]> {
    const late = await MqttPerson.at(mosquitto.url, 4, 'homeassistant/#')
    await person.say('homeassistant/last', 'x', { qos: 1 })
    await late.next('homeassistant/last')
    await late.leave()
    const topics = late.heard.filter(({ topic, retain }) => retain && topic !== MARK).map(({ topic }) => topic)
    return topics.toSorted()
  }
})

function known(heard: readonly HeardMessage[]): readonly string[] {
  const home = new HomeModel()
  for (const message of heard) home.take({ ...message, at_ms: 0 })
  return home.known
}
