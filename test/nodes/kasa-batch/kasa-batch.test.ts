import assert from 'node:assert/strict'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, it } from 'mocha'
import type { BatchReason } from '../../../src/serving/batching/waiting-batch'
import { inEachNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'
import { assertNothingLeft, resources } from '../../support/resources'
import { soon } from '../../support/soon'

interface Told {
  count: number
  reason: BatchReason
  first_at: number
  last_at: number
  topics?: string[]
}

const HOUR_MS = 3_600_000
const batch: FlowNode = { id: 'batch', type: 'kasa-batch', maximum_ms: HOUR_MS, wires: [['out']] }
const told = ({ batch }: Message) => batch as Told

inEachNodeRed('kasa-batch', (current) => {
  let nodeRed: NodeRed
  let number = 0
  beforeEach(() => {
    nodeRed = current()
    // What a test leaves in a file is not for the next one.
    number++
  })

  const named = (more: object = {}): FlowNode => ({ ...batch, id: `batch-${number}`, ...more })
  const deploy = (more: object = {}, ...others: FlowNode[]) => nodeRed.deploy([named(more), ...others])
  /** Resolves when the message is done. */
  const give = (message: Message) => nodeRed.send(`batch-${number}`, message)
  const next = async () => {
    const message = await nodeRed.receive('out')
    return { ...told(message), payload: message.payload, topic: message.topic }
  }

  it('sends ten messages as one without any setting; each is done when the batch is sent, not before', async () => {
    await nodeRed.deploy([{ id: `batch-${number}`, type: 'kasa-batch', maximum_ms: HOUR_MS, wires: [['out']] }])
    let done = 0
    const began = Date.now()
    const giving = Array.from({ length: 9 }, async (_, index) => {
      await give({ topic: 'plug', payload: index })
      done++
    })
    await new Promise(setImmediate)
    assert.equal(done, 0)
    await Promise.all([...giving, give({ topic: 'plug', payload: 9 })])
    const { payload, topic, count, reason, first_at, last_at } = await next()
    assert.deepEqual([payload, topic, count, reason], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'plug', 10, 'count'])
    assert.ok(began <= first_at && first_at <= last_at && last_at <= Date.now())
    await nodeRed.status(`batch-${number}`, /^0 waiting, 10 sent$/)
  })

  it('sends what there is when the time is over', async () => {
    await deploy({ maximum_ms: 50 })
    await Promise.all([give({ payload: 1 }), give({ payload: 2 })])
    const { payload, reason } = await next()
    assert.deepEqual([payload, reason], [[1, 2], 'time'])
  })

  it('takes numbers from the environment as text', async () => {
    await deploy({ maximum_count: '2', maximum_bytes: '1000', maximum_ms: '3600000' })
    await Promise.all([give({ payload: 1 }), give({ payload: 2 })])
    assert.equal((await next()).reason, 'count')
  })

  it('lets what is critical go at once, with what waits of its topic', async () => {
    await deploy({ group_by: 'topic' })
    const giving = [give({ topic: 'a', payload: { power_w: 5 } }), give({ topic: 'b', payload: 'other' })]
    await give({ topic: 'a', payload: { severity: 'critical' } })
    const { payload, reason } = await next()
    assert.deepEqual([payload, reason], [[{ power_w: 5 }, { severity: 'critical' }], 'critical'])
    await give({ flush: true })
    await Promise.all(giving)
    assert.deepEqual((await next()).payload, ['other'])
  })

  it('lets what has a property that is true overtake, where that is chosen', async () => {
    await deploy({ critical_property: 'urgent', critical_value: '', critical_order: 'ahead' })
    const giving = [give({ payload: 1, urgent: 'true' }), give({ payload: 2, urgent: false })]
    await give({ payload: 3, urgent: true })
    assert.deepEqual((await next()).payload, [3])
    await give({ flush: true })
    await Promise.all(giving)
    assert.deepEqual((await next()).payload, [1, 2])
  })

  it('lets nothing be critical where a message has no such property, or none is named', async () => {
    await deploy({ critical_property: 'payload.alarm.level', maximum_count: 5 })
    const payloads = [undefined, null, 'text', { alarm: null }, { alarm: { level: { deep: 1 } } }]
    await Promise.all(payloads.map((payload) => give({ payload })))
    assert.equal((await next()).reason, 'count')
    await deploy({ critical_property: ' ', maximum_count: 1 })
    await give({ payload: { severity: 'critical' } })
    assert.equal((await next()).reason, 'count')
  })

  it('refuses a critical property that no message can have', async () => {
    await deploy({ critical_property: 'payload..severity' })
    await assert.rejects(give({ payload: 1 }), { code: 'CONFIG_INVALID', message: /^critical_property/ })
  })

  it('sends when it is asked to, a topic or everything; the asking is no part of it', async () => {
    await deploy({ group_by: 'topic' })
    const giving = ['a', 'b', 'c'].map((topic) => give({ topic, payload: topic }))
    await give({ topic: 'b', flush: true, payload: 'not gathered' })
    const { payload, reason } = await next()
    assert.deepEqual([payload, reason], [['b'], 'flush'])
    await give({ topic: '', flush: 1 })
    await Promise.all(giving)
    assert.deepEqual([(await next()).payload, (await next()).payload], [['a'], ['c']])
  })

  it('discards when it is asked to: each message has an error for a Catch node', async () => {
    const caught: FlowNode = { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }
    await deploy({}, caught)
    const giving = [1, 2].map((payload) => assert.rejects(give({ payload }), { code: 'DISCARDED' }))
    await give({ reset: true })
    await Promise.all(giving)
    assert.deepEqual([(await nodeRed.receive('caught')).payload, (await nodeRed.receive('caught')).payload], [1, 2])
    assert.deepEqual(nodeRed.received('out'), [])
  })

  it('loses nothing at a deploy, of everything or of the node alone, and sends it once', async () => {
    const payloads = [{ a: 1 }, Buffer.from('b'), new Date(7)]
    for (const type of ['full', 'nodes'] as const) {
      const flow = (name: string) => [
        { id: 'tab', type: 'tab' },
        { ...named({ name }), x: 0, y: 0, z: 'tab' },
        { id: 'out', type: 'debug', active: false, x: 0, y: 0, z: 'tab', wires: [] },
      ]
      await nodeRed.deployAsIs(flow('before'))
      const giving = payloads.map((payload) => give({ topic: 'plug', payload }))
      await nodeRed.deployAsIs(flow('after'), type)
      await Promise.all(giving)
      const { payload, topic, reason, count } = await next()
      assert.deepEqual([payload, topic, reason, count], [payloads, 'plug', 'close', 3])
      await nodeRed.deployAsIs(flow('once more'), type)
      // Had anything been left, it would come first.
      const another = give({ payload: 'new' })
      await give({ flush: true })
      await another
      assert.deepEqual((await next()).payload, ['new'])
    }
  })

  it('keeps at once what is durable, so that a crash does not lose it', async () => {
    await deploy({ durable: true })
    const file = (name: string) => join(nodeRed.userDir, 'kasa-monitor', `batch-${name}.json`)
    const giving = [1, 2].map((payload) => give({ topic: 'plug', payload }))
    await soon(() => {
      const { messages } = JSON.parse(readFileSync(file(`batch-${number}`), 'utf8')) as { messages: unknown[] }
      assert.equal(messages.length, 2)
    })
    // As another Node-RED finds it after this one has crashed.
    copyFileSync(file(`batch-${number}`), file(`crashed-${number}`))
    await give({ flush: true })
    await Promise.all(giving)
    await next()
    await deploy({ id: `crashed-${number}` })
    const { payload, reason } = await next()
    assert.deepEqual([payload, reason], [[1, 2], 'close'])
  })

  it('makes of readings what kasa-write, kasa-alert, kasa-cache and kasa-homeassistant take', async () => {
    const high = { id: 'high', name: 'High power', condition: { kind: 'above', key: 'power_w', value: 1000 } }
    const takers = ['write', `alert-${number}`, 'cache', `home-${number}`, 'out']
    await deploy(
      { maximum_count: 3, wires: [takers] },
      { id: 'database', type: 'kasa-database', file: `batch-${number}.sqlite` },
      { id: 'write', type: 'kasa-write', database: 'database', wires: [] },
      { id: `alert-${number}`, type: 'kasa-alert', rules: [high], group_wait_s: 0, wires: [[], ['changed'], [], []] },
      { id: 'store', type: 'kasa-cache-store' },
      { id: 'cache', type: 'kasa-cache', store: 'store', operation: 'set', key: 'newest', wires: [['kept'], []] },
      { id: `home-${number}`, type: 'kasa-homeassistant', base_topic: `batch-${number}`, wires: [['mqtt'], [], []] },
      { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
    )
    const now = Date.now()
    const readings = ['plug-1', 'plug-2', 'plug-3'].map((device_id) => reading({ device_id, timestamp: now }))
    await Promise.all([give({ payload: readings[0] }), give({ payload: readings.slice(1) })])
    const { payload, count } = await next()
    assert.deepEqual([payload, count], [readings, 3])
    await nodeRed.status('write', /^3 written$/)
    assert.deepEqual((await nodeRed.receive('kept')).payload, readings)
    const changed = []
    for (let device = 0; device < 3; device++) changed.push(await nodeRed.receive('changed'))
    assert.equal(changed.length, 3)
    for (let states = 0; states < 3;) {
      if (/plug-[123]\/state$/.test(String((await nodeRed.receive('mqtt')).topic))) states++
    }
    assert.deepEqual([nodeRed.received('caught'), nodeRed.errors], [[], []])
  })

  it('leaves nothing behind when it is taken away', async () => {
    await nodeRed.deploy([])
    const before = resources()
    await deploy({ durable: true })
    const giving = give({ payload: 1 })
    await nodeRed.deploy([])
    await giving
    await assertNothingLeft(before)
  })
})
