import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { MIGRATE_PAYLOAD } from '../../../src/homeassistant/discovery/messages'
import { nodeIdOf } from '../../../src/homeassistant/topics'
import { announcementOf, entityOf, sensorOf, TOPICS } from './announcements'
import { AnnouncerStage, type StageOptions } from './announcer-stage'
import type { Retained } from './fake-broker'

const A = TOPICS.deviceDiscovery('kasa_A')
const B = TOPICS.deviceDiscovery('kasa_B')
const LONG_MS = 60_000

describe('Announcer', () => {
  let folder: string
  let file: string
  let retained: Retained
  let stages: AnnouncerStage[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'announcer-'))
    file = join(folder, 'inventory.json')
    retained = new Map()
    stages = []
  })
  afterEach(async () => {
    for (const stage of stages) {
      await stage.end()
      await stage.end()
      assert.equal(stage.clock.pending, 0)
      assert.equal(stage.broker.listening, 0)
    }
    await rm(folder, { recursive: true, force: true })
  })

  /** With the file and the broker of before, as after a restart. */
  async function begin(options: StageOptions = {}): Promise<AnnouncerStage> {
    await stages.at(-1)?.end()
    const stage = await AnnouncerStage.begin({ file, retained, ...options })
    stages.push(stage)
    return stage
  }

  describe('when something has changed', () => {
    it('announces a device once it has stayed the same for a while', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(1500)
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(1999)
      assert.deepEqual(stage.sent, [])
      stage.advance(1)
      assert.deepEqual(stage.topicsSent, [A])
      assert.deepEqual(Object.keys(stage.componentsAt(A)), ['power', 'voltage'])
    })

    it('announces what never settles nevertheless', async () => {
      const stage = await begin()
      for (let round = 0; round < 12; round++) {
        stage.announce('A', announcementOf('A', ['power'], { name: `name ${round}` }))
        stage.advance(1000)
      }
      assert.deepEqual(stage.topicsSent, [A])
    })

    it('says nothing twice', async () => {
      const stage = await begin()
      for (let round = 0; round < 3; round++) {
        stage.announce('A', announcementOf('A', ['power']))
        stage.advance(LONG_MS)
      }
      assert.equal(stage.sent.length, 1)
    })

    it('never sends two messages of a device within two seconds, whatever happens', async () => {
      const stage = await begin()
      for (let round = 0; round < 200; round++) {
        stage.announce('A', announcementOf('A', [`key_${round % 7}`]))
        if (round % 13 === 0) stage.announcer.birth()
        if (round % 17 === 0) stage.announcer.remove('A')
        stage.advance(137 * (round % 23))
      }
      stage.advance(LONG_MS)
      assert.ok(stage.sent.length > 10)
      for (const [index, message] of stage.sent.entries()) {
        const before = stage.sent[index - 1]
        // The same once more is what a birth asks for.
        if (before && before.payload !== message.payload) assert.ok(message.at_ms - before.at_ms >= 2000)
      }
    })

    it('spreads many devices over time', async () => {
      const stage = await begin({ options: { announcements_per_s: 20 } })
      for (let number = 0; number < 100; number++) stage.announce(`${number}`, announcementOf(`${number}`, ['power']))
      stage.advance(2000)
      stage.advance(1000)
      assert.ok(stage.sent.length >= 20 && stage.sent.length <= 21, `${stage.sent.length}`)
      stage.advance(4000)
      assert.equal(stage.sent.length, 100)
    })

    it('keeps to the pace where it is fast', async () => {
      const stage = await begin({ options: { announcements_per_s: 1000 } })
      for (let number = 0; number < 500; number++) stage.announce(`${number}`, announcementOf(`${number}`, ['power']))
      stage.advance(2100)
      assert.ok(stage.sent.length <= 110, `${stage.sent.length}`)
      stage.advance(400)
      assert.equal(stage.sent.length, 500)
    })

    it('announces a strip before its outlets, whoever is known first', async () => {
      const stage = await begin()
      stage.announce('S_1', announcementOf('S_1', ['power'], { parent: 'S' }))
      stage.announce('S_2', announcementOf('S_2', ['power'], { parent: 'S' }))
      stage.advance(1500)
      stage.announce('S', announcementOf('S', ['power']))
      stage.advance(LONG_MS)
      assert.deepEqual(
        stage.topicsSent,
        ['S', 'S_1', 'S_2'].map((id) => TOPICS.deviceDiscovery(nodeIdOf('kasa', id))),
      )
    })

    it('does not wait for a parent that nobody knows, nor for two that are each other’s', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power'], { parent: 'Z' }))
      stage.announce('B', announcementOf('B', ['power'], { parent: 'C' }))
      stage.announce('C', announcementOf('C', ['power'], { parent: 'B' }))
      stage.advance(LONG_MS)
      assert.equal(stage.sent.length, 3)
    })

    it('waits for the broker, and leaves Home Assistant time for what is told again first', async () => {
      const stage = await begin()
      stage.broker.close()
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.sent, [])
      stage.broker.open()
      stage.advance(1999)
      assert.deepEqual(stage.sent, [])
      stage.advance(1)
      assert.deepEqual(stage.topicsSent, [A])
    })

    it('announces the bridge as a device of its own', async () => {
      const stage = await begin()
      stage.announce(undefined, announcementOf(undefined, ['devices']))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.topicsSent, [TOPICS.deviceDiscovery('kasa_bridge')])
    })

    it('says nothing at all where that is wanted', async () => {
      const stage = await begin({ options: { discovery: 'off' } })
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.sent, [])
    })
  })

  describe('when something is wrong', () => {
    const wrong = {
      ...sensorOf('A', 'power'),
      device_class: 'power',
      unit_of_measurement: 'Wh',
      state_class: 'measurement',
    }

    it('leaves the entity out, announces the rest, and reports it once', async () => {
      const stage = await begin()
      for (const name of ['one', 'two']) {
        stage.announce('A', announcementOf('A', ['voltage'], { name, components: { power: wrong } }))
        stage.advance(LONG_MS)
      }
      assert.deepEqual(Object.keys(stage.componentsAt(A)), ['voltage'])
      const [report, ...more] = stage.reports
      assert.deepEqual(more, [])
      assert.equal(report?.code, 'DISCOVERY_INVALID')
      const { range, ...details } = report.details
      assert.deepEqual(details, { device_id: 'A', field: 'components.power.unit_of_measurement', value: 'Wh' })
      assert.match(range ?? '', /kW/)
    })

    it('leaves to Home Assistant what it has of such an entity, and takes it away when it is gone', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(LONG_MS)
      stage.announce('A', announcementOf('A', ['voltage'], { components: { power: wrong } }))
      stage.advance(LONG_MS)
      assert.deepEqual(Object.keys(stage.componentsAt(A)), ['voltage'])
      stage.announce('A', announcementOf('A', ['voltage']))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.componentsAt(A).power, { platform: 'sensor' })
    })

    it('announces nothing of a device that Home Assistant would refuse as a whole', async () => {
      const stage = await begin()
      const announcement = announcementOf('A', ['power'])
      stage.announce('A', { ...announcement, availability_topics: ['kasa/#'] })
      stage.announce('B', announcementOf('B', ['power'], { parent: 'A' }))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.topicsSent, [B])
      assert.deepEqual(
        stage.reports.map(({ details }) => details.field),
        ['availability[0].topic'],
      )
    })

    it('does the same with single entities', async () => {
      const stage = await begin({ options: { discovery: 'single' } })
      stage.announce('A', announcementOf('A', ['voltage'], { components: { power: wrong } }))
      stage.advance(LONG_MS)
      assert.deepEqual(stage.topicsSent, [TOPICS.componentDiscovery('sensor', 'kasa_A', 'voltage')])
      assert.deepEqual(
        stage.reports.map(({ details }) => details.field),
        ['unit_of_measurement'],
      )
    })
  })

  describe('when something is gone', () => {
    it('says so of an entity, and goes on saying so', async () => {
      const stage = await begin()
      for (const keys of [['power', 'voltage'], ['power'], ['power', 'current']]) {
        stage.announce('A', announcementOf('A', keys))
        stage.advance(LONG_MS)
      }
      assert.deepEqual(Object.keys(stage.componentsAt(A)), ['power', 'current', 'voltage'])
      assert.deepEqual(stage.componentsAt(A).voltage, { platform: 'sensor' })
    })

    it('says so of what disappeared while it was not running, once more after another start, and then no more', async () => {
      const first = await begin()
      first.announce('A', announcementOf('A', ['power', 'voltage']))
      first.advance(LONG_MS)
      for (const expected of [['power', 'voltage'], ['power', 'voltage'], ['power']]) {
        const next = await begin()
        next.announce('A', announcementOf('A', ['power']))
        next.advance(LONG_MS)
        assert.deepEqual(Object.keys(next.componentsAt(A)), expected)
      }
    })

    it('brings back what is there again', async () => {
      const stage = await begin()
      for (const keys of [['power', 'voltage'], ['power'], ['power', 'voltage']]) {
        stage.announce('A', announcementOf('A', keys))
        stage.advance(LONG_MS)
      }
      assert.deepEqual(stage.componentsAt(A).voltage, { ...sensorOf('A', 'voltage'), qos: 0 })
    })

    it('takes an entity away before one of another kind has its id', async () => {
      const stage = await begin()
      const having = (platform: 'switch' | 'number') => ({ components: { main: entityOf(platform, 'A', 'main') } })
      stage.announce('A', announcementOf('A', ['power'], having('switch')))
      stage.advance(LONG_MS)
      stage.announce('A', announcementOf('A', ['power'], having('number')))
      stage.advance(2000)
      assert.deepEqual(stage.componentsAt(A).main, { platform: 'switch' })
      stage.advance(2000)
      assert.deepEqual(stage.componentsAt(A).main, { ...entityOf('number', 'A', 'main'), qos: 0 })
      stage.advance(LONG_MS)
      assert.equal(stage.sent.length, 3)
    })

    it('clears the topic of a single entity', async () => {
      const stage = await begin({ options: { discovery: 'single' } })
      for (const keys of [['power', 'voltage'], ['power']]) {
        stage.announce('A', announcementOf('A', keys))
        stage.advance(LONG_MS)
      }
      assert.deepEqual([...retained.keys()], [TOPICS.componentDiscovery('sensor', 'kasa_A', 'power')])
      assert.equal(stage.sent.length, 3)
    })

    it('clears the topic of a device that is removed, and nothing else', async () => {
      const stage = await begin()
      const others = 'homeassistant/device/zigbee_1/config'
      retained.set(others, '{}')
      stage.announce('A', announcementOf('A', ['power']))
      stage.announce('B', announcementOf('B', ['power']))
      stage.advance(LONG_MS)
      stage.announcer.remove('A')
      stage.inventory.forget('A')
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [others, B])
      assert.deepEqual(stage.sent.at(-1)?.payload, '')
    })

    it('clears the topic of a device that is removed before it has said anything', async () => {
      const first = await begin()
      first.announce('A', announcementOf('A', ['power']))
      first.advance(LONG_MS)
      const second = await begin()
      second.announcer.remove('A')
      second.inventory.forget('A')
      second.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [])
    })

    it('clears it after the next start where the broker was away', async () => {
      const first = await begin()
      first.announce('A', announcementOf('A', ['power']))
      first.advance(LONG_MS)
      first.broker.close()
      first.announcer.remove('A')
      first.inventory.forget('A')
      first.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [A])
      const second = await begin()
      second.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [])
      assert.equal((await begin()).sent.length, 0)
    })

    it('says nothing of the removal of what was never announced', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power']))
      stage.announcer.remove('A')
      stage.announcer.remove('B')
      stage.advance(LONG_MS)
      assert.deepEqual(stage.sent, [])
    })

    it('says nothing of what has no entities, nor of its removal', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', []))
      stage.advance(LONG_MS)
      stage.announcer.remove('A')
      stage.advance(LONG_MS)
      assert.deepEqual(stage.sent, [])
    })

    it('announces a device anew that comes back at once', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      stage.announcer.remove('A')
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      assert.deepEqual(
        stage.sent.map(({ payload }) => payload !== ''),
        [true, false, true],
      )
    })

    it('takes it back before that, although Home Assistant starts meanwhile', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power', 'led']))
      stage.advance(2500)
      stage.announcer.remove('A')
      stage.announce('A', announcementOf('A', ['power']))
      stage.announcer.birth()
      stage.advance(LONG_MS)
      assert.equal(
        stage.sent.findLastIndex(({ payload }) => payload === ''),
        stage.sent.length - 2,
      )
      assert.deepEqual(Object.keys(stage.componentsAt(A)), ['power'])
    })
  })

  describe('when Home Assistant starts', () => {
    it('tells everything once more, once, within the time that is set', async () => {
      const stage = await begin({ random: 0.5 })
      stage.announce('A', announcementOf('A', ['power']))
      stage.announce('B', announcementOf('B', ['power']))
      stage.advance(LONG_MS)
      for (let birth = 0; birth < 10; birth++) {
        stage.announcer.birth()
        stage.advance(100)
      }
      assert.equal(stage.sent.length, 2)
      stage.advance(LONG_MS)
      assert.deepEqual(stage.topicsSent, [A, B, A, B])
      assert.equal(stage.sent.at(-1)?.at_ms, LONG_MS + 5500)
    })

    it('tells everything again for each start that is one', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power']))
      for (let birth = 0; birth < 3; birth++) {
        stage.advance(LONG_MS)
        stage.announcer.birth()
      }
      stage.advance(LONG_MS)
      assert.equal(stage.sent.length, 4)
    })

    it('says nothing any more once it has stopped', async () => {
      const stage = await begin()
      stage.announcer.birth()
      stage.announce('A', announcementOf('A', ['power']))
      stage.announcer.stop()
      stage.announcer.birth()
      stage.advance(LONG_MS)
      assert.deepEqual(stage.sent, [])
    })
  })

  describe('when a person deletes a device in Home Assistant', () => {
    async function deleted(options: StageOptions = {}): Promise<AnnouncerStage> {
      const stage = await begin(options)
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(LONG_MS)
      for (const topic of [...retained.keys()]) stage.broker.hear(topic, '')
      return stage
    }

    it('leaves it away, over a loss of the connection too', async () => {
      const stage = await deleted()
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(LONG_MS)
      stage.broker.close()
      stage.broker.open()
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [])
    })

    it('announces it again when there is something new of it', async () => {
      const stage = await deleted()
      stage.announce('A', announcementOf('A', ['power', 'voltage'], { name: 'new' }))
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('announces all of its single entities again when there is something new of one', async () => {
      const stage = await deleted({ options: { discovery: 'single' } })
      const power = { ...sensorOf('A', 'power'), icon: 'mdi:flash' }
      stage.announce('A', announcementOf('A', ['voltage'], { components: { power } }))
      stage.advance(LONG_MS)
      assert.equal(retained.size, 2)
    })

    it('announces it again when Home Assistant starts', async () => {
      const stage = await deleted()
      stage.announcer.birth()
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('does not take what it clears itself for that', async () => {
      const stage = await begin()
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      stage.announcer.remove('A')
      stage.advance(LONG_MS)
      stage.announce('A', announcementOf('A', ['power']))
      stage.advance(LONG_MS)
      stage.broker.retained.clear()
      stage.broker.close()
      stage.broker.open()
      assert.deepEqual([...retained.keys()], [A])
    })
  })

  describe('when the form is another than before the start', () => {
    const singles = ['power', 'voltage'].map((id) => TOPICS.componentDiscovery('sensor', 'kasa_A', id))

    async function announced(options: StageOptions): Promise<AnnouncerStage> {
      const stage = await begin(options)
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(LONG_MS)
      return stage
    }

    it('migrates from single entities to the device', async () => {
      await announced({ options: { discovery: 'single' } })
      assert.deepEqual([...retained.keys()], singles)
      const { sent } = await announced({})
      assert.deepEqual(
        sent.slice(0, 2).map(({ topic, payload }) => [topic, payload]),
        singles.map((topic) => [topic, MIGRATE_PAYLOAD]),
      )
      const [, , whole, ...cleared] = sent
      assert.equal(whole?.topic, A)
      assert.deepEqual(
        cleared.map(({ topic, payload }) => [topic, payload]),
        singles.map((topic) => [topic, '']),
      )
      assert.equal(whole.at_ms - (sent[0]?.at_ms ?? 0), 2000)
      assert.equal((cleared[0]?.at_ms ?? 0) - whole.at_ms, 5000)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('and back', async () => {
      await announced({})
      const { sent } = await announced({ options: { discovery: 'single' } })
      assert.deepEqual(
        sent.map(({ topic, payload }) => [topic, payload === MIGRATE_PAYLOAD, payload === '']),
        [[A, true, false], ...singles.map((topic) => [topic, false, false]), [A, false, true]],
      )
      assert.deepEqual([...retained.keys()], singles)
    })

    it('ends after another start what it had no time for', async () => {
      await announced({ options: { discovery: 'single' } })
      const second = await begin()
      second.announce('A', announcementOf('A', ['power', 'voltage']))
      second.advance(5000)
      assert.equal(retained.size, 3)
      const third = await begin()
      third.advance(100)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('waits with the end while the broker is away', async () => {
      await announced({})
      const stage = await begin({ options: { discovery: 'single' } })
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(5000)
      stage.broker.close()
      stage.advance(LONG_MS)
      stage.broker.open()
      stage.advance(4999)
      assert.ok(retained.has(A))
      stage.advance(1)
      assert.deepEqual([...retained.keys()], singles)
    })

    it('clears everything where nothing is to be announced any more', async () => {
      await announced({})
      const stage = await begin({ options: { discovery: 'off' } })
      stage.advance(LONG_MS)
      assert.equal(retained.size, 0)
      assert.equal(stage.sent.length, 1)
      assert.equal((await begin({ options: { discovery: 'off' } })).sent.length, 0)
    })

    it('clears what was below another prefix, although the device has not said anything yet', async () => {
      await announced({ options: { discovery_prefix: 'old/ha' } })
      const stage = await begin()
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [])
      stage.announce('A', announcementOf('A', ['power', 'voltage']))
      stage.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('clears what was of another base topic, its states too', async () => {
      const before = await begin({ options: { base_topic: 'old' } })
      before.announce('A', announcementOf('A', ['power'], { topics: before.topics }))
      before.advance(LONG_MS)
      const others = ['old/bridge/state', 'old/B/state']
      for (const topic of [...others, 'old/A/state', 'old/A/availability']) retained.set(topic, 'x')
      await announced({})
      assert.deepEqual([...retained.keys()].toSorted(), [A, ...others].toSorted())
    })
  })

  describe('when the inventory is lost', () => {
    it('learns from the broker what it had announced of a device, and says what is gone', async () => {
      const first = await begin()
      first.announce('A', announcementOf('A', ['power', 'voltage']))
      first.advance(LONG_MS)
      const second = await begin({ file: join(folder, 'other.json') })
      second.announce('A', announcementOf('A', ['power']))
      second.advance(LONG_MS)
      assert.deepEqual(second.componentsAt(A).voltage, { platform: 'sensor' })
    })

    it('migrates what it finds in the other form', async () => {
      const first = await begin({ options: { discovery: 'single' } })
      first.announce('A', announcementOf('A', ['power', 'voltage']))
      first.advance(LONG_MS)
      const second = await begin({ file: join(folder, 'other.json') })
      second.announce('A', announcementOf('A', ['power']))
      second.advance(LONG_MS)
      assert.equal(second.sent.filter(({ payload }) => payload === MIGRATE_PAYLOAD).length, 2)
      assert.deepEqual([...retained.keys()], [A])
    })

    it('leaves alone what is of nobody it knows: another instance may have announced it', async () => {
      const first = await begin()
      first.announce('A', announcementOf('A', ['power']))
      first.advance(LONG_MS)
      const second = await begin({ file: join(folder, 'other.json') })
      second.announce('B', announcementOf('B', ['power']))
      second.advance(LONG_MS)
      assert.deepEqual([...retained.keys()], [A, B])
    })

    it('believes nobody who writes nonsense there', async () => {
      const origin = { name: 'Kasa Monitor for Node-RED' }
      const device = { identifiers: ['kasa_A'] }
      for (const payload of [
        'x',
        '[]',
        'null',
        '{}',
        JSON.stringify({ origin: { name: 'other' }, device, components: { x: { platform: 'sensor', a: 1 } } }),
        JSON.stringify({
          origin,
          device,
          components: { 'x y': { platform: 'sensor', a: 1 }, z: { platform: 'z' }, y: 7 },
        }),
      ]) {
        retained.clear()
        retained.set(A, payload)
        const stage = await begin({ file: join(folder, 'other.json') })
        await rm(join(folder, 'other.json'), { force: true })
        stage.announce('A', announcementOf('A', ['power']))
        stage.advance(LONG_MS)
        assert.deepEqual(Object.keys(stage.componentsAt(A)), ['power'], payload)
      }
    })
  })
})
