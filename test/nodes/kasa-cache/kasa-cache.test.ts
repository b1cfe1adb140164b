import assert from 'node:assert/strict'
import { beforeEach, it } from 'mocha'
import type { CacheStatistics } from '../../../src/cache/cache-statistics'
import { inEachNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { assertNothingLeft, resources } from '../../support/resources'

interface Note {
  key?: string
  hit?: string | false
  turn?: string
  [key: string]: unknown
}

const store: FlowNode = { id: 'store', type: 'kasa-cache-store', jitter_pct: 0 }
const node = (operation: string, more: object = {}): FlowNode => {
  return { id: operation, type: 'kasa-cache', store: 'store', operation, wires: [['out'], ['other']], ...more }
}
const get = node('get', { wires: [['hit'], ['miss']] })
const set = node('set', { wires: [['kept'], ['failed']] })
const caught: FlowNode = { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }
const noteOf = ({ cache }: Message) => cache as Note

inEachNodeRed('kasa-cache', (current) => {
  let nodeRed: NodeRed

  beforeEach(() => void (nodeRed = current()))

  const deploy = (...more: FlowNode[]) => nodeRed.deploy([store, get, set, ...more])
  const keep = async (topic: string, payload: unknown, more: object = {}) => {
    await nodeRed.send('set', { topic, payload, ...more })
    await nodeRed.receive('kept')
  }
  /** What a get gives for a key that is there. */
  const kept = async (topic: string) => {
    await nodeRed.send('get', { topic })
    return nodeRed.receive('hit')
  }
  const miss = async (given: Message) => {
    await nodeRed.send('get', given)
    return nodeRed.receive('miss')
  }

  it('lets a message that misses out by the second output as it came', async () => {
    await deploy()
    const { payload, other, cache } = await miss({ topic: 'page', payload: { a: 1 }, other: 'mine' })
    assert.deepEqual([payload, other], [{ a: 1 }, 'mine'])
    const { turn, ...rest } = cache as Note
    assert.deepEqual(rest, { key: 'page', hit: false })
    assert.equal(typeof turn, 'string')
    await nodeRed.status('get', /^0 % of 1 hit$/)
  })

  it('keeps what comes to a set behind a miss, and sends it on', async () => {
    await deploy()
    const message = await miss({ topic: 'page' })
    await nodeRed.send('set', { ...message, topic: 'changed on the way', payload: { title: 'Hello' } })
    const after = await nodeRed.receive('kept')
    assert.deepEqual([after.payload, after.cache], [{ title: 'Hello' }, { key: 'page', kept: true }])
    const { payload, cache } = await kept('page')
    const { age_ms, ...rest } = cache as Note
    assert.deepEqual([payload, rest], [{ title: 'Hello' }, { key: 'page', hit: 'memory', stale: false }])
    assert.ok(Number(age_ms) >= 0)
    await nodeRed.status('set', /^1 kept$/)
  })

  it('sends one of a thousand equal misses to bring the value; the others wait, and leave in their order', async function () {
    this.timeout(20_000)
    await deploy()
    const numbers = Array.from({ length: 1000 }, (_, number) => number)
    const all = Promise.all(numbers.map((number) => nodeRed.send('get', { topic: 'page', number })))
    const first = await nodeRed.receive('miss')
    await nodeRed.status('get', /999 waiting/)
    await nodeRed.send('set', { ...first, payload: 'the page' })
    await all
    const others = await Promise.all(numbers.slice(1).map(() => nodeRed.receive('hit')))
    assert.deepEqual(
      others.map(({ number }) => number),
      numbers.filter((number) => number !== first.number),
    )
    assert.ok(others.every(({ payload, cache }) => payload === 'the page' && (cache as Note).hit === 'computed'))
    assert.deepEqual(nodeRed.received('miss'), [])
    await nodeRed.status('get', /^99 % of 1,000 hit$/)
  })

  it('ends a message that waits too long in CACHE_TIMEOUT, which a Catch node hears, and lets the next one try', async () => {
    await nodeRed.deploy([store, { ...get, wait_s: 0.2 }, set, caught])
    await miss({ topic: 'page' })
    await assert.rejects(nodeRed.send('get', { topic: 'page' }), { code: 'CACHE_TIMEOUT' })
    assert.equal(((await nodeRed.receive('caught')).error as { code: string }).code, 'CACHE_TIMEOUT')
    await miss({ topic: 'page' })
  })

  it('lets every message out that misses where nobody is to wait', async () => {
    await nodeRed.deploy([store, { ...get, wait_s: 0 }, set])
    const [one] = await Promise.all([1, 2].map(() => miss({ topic: 'page' })))
    assert.deepEqual(one?.cache, { key: 'page', hit: false })
    await nodeRed.send('set', { ...one, topic: 'changed on the way', payload: 'the page' })
    assert.equal((await kept('page')).payload, 'the page')
  })

  it('tells a Complete node of the one that misses and of each that waited', async () => {
    await deploy({ id: 'complete', type: 'complete', scope: ['get'], wires: [['completed']] })
    const all = ['a', 'b', 'c'].map((number) => nodeRed.send('get', { topic: 'page', number }))
    await nodeRed.send('set', { ...(await nodeRed.receive('miss')), payload: 1 })
    await Promise.all(all)
    const numbers = [1, 2, 3].map(() => nodeRed.receive('completed'))
    assert.deepEqual(
      (await Promise.all(numbers)).map(({ number }) => number),
      ['a', 'b', 'c'],
    )
  })

  it('tells those who wait at once that there will be no value, when a Catch node says so to the set', async () => {
    const failing: FlowNode = { id: 'load', type: 'function', func: 'throw new Error("source is down")', wires: [[]] }
    await nodeRed.deploy([
      store,
      { ...get, wires: [['hit'], ['load']] },
      failing,
      set,
      { ...caught, scope: ['load'], wires: [['set']] },
    ])
    const [first, ...others] = [1, 2, 3].map((number) => nodeRed.send('get', { topic: 'page', number }))
    await first
    for (const other of others) {
      await assert.rejects(other, { code: 'CACHE_LOAD_FAILED', message: /source is down/ })
    }
    const { number, error, cache } = await nodeRed.receive('failed')
    assert.deepEqual([number, cache], [1, { key: 'page', kept: false }])
    assert.match((error as Error).message, /source is down/)
    await nodeRed.status('set', /^1 failed$/)
  })

  it('keeps nothing of a message with an error, also where it is to bring nothing', async () => {
    await deploy()
    await nodeRed.send('set', { topic: 'page', payload: 'half a page', error: { message: 'cut short' } })
    await nodeRed.receive('failed')
    await miss({ topic: 'page' })
  })

  it('refuses a buffer, saying what to choose instead, and tells those who wait', async () => {
    await deploy(caught)
    const waiting = [1, 2].map((number) => nodeRed.send('get', { topic: 'page', number }))
    const message = await nodeRed.receive('miss')
    await assert.rejects(nodeRed.send('set', { ...message, payload: Buffer.from('page') }), {
      code: 'INPUT_INVALID',
      message: /^payload: a value of type Buffer .* "a parsed JSON object"/,
    })
    await waiting[0]
    await assert.rejects(waiting[1] as Promise<void>, { code: 'CACHE_LOAD_FAILED', message: /Buffer/ })
    assert.deepEqual(nodeRed.received('kept'), [])
  })

  it('gives copies, so that no flow can change what is kept', async () => {
    await deploy()
    const given = { list: [1, 2] }
    await keep('page', given)
    given.list.push(3)
    const { payload } = await kept('page')
    assert.deepEqual(payload, { list: [1, 2] })
    ;(payload as typeof given).list.push(4)
    assert.deepEqual((await kept('page')).payload, { list: [1, 2] })
  })

  it('serves an old value while a copy of the message brings a new one, which is not sent on', async function () {
    this.timeout(20_000)
    await nodeRed.deploy([{ ...store, stale_s: 60 }, get, { ...set, ttl_s: 0.1 }])
    await keep('page', 'old')
    let served = await kept('page')
    while (!noteOf(served).stale) served = await kept('page')
    assert.deepEqual([served.payload, noteOf(served).hit], ['old', 'memory'])
    const copy = await nodeRed.receive('miss')
    assert.equal(noteOf(copy).refresh, true)
    // Others are served the old one meanwhile, and bring nothing.
    assert.equal((await kept('page')).payload, 'old')
    assert.deepEqual(nodeRed.received('miss'), [])
    await nodeRed.send('set', { ...copy, payload: 'new' })
    assert.equal((await kept('page')).payload, 'new')
    assert.deepEqual(nodeRed.received('kept'), [])
  })

  it('goes on serving the old value where the new one could not be brought', async function () {
    this.timeout(20_000)
    await nodeRed.deploy([{ ...store, stale_s: 60 }, get, { ...set, ttl_s: 0.1 }])
    await keep('page', 'old')
    while (!noteOf(await kept('page')).stale);
    await nodeRed.send('set', { ...(await nodeRed.receive('miss')), error: { message: 'down' } })
    assert.equal((await kept('page')).payload, 'old')
    assert.deepEqual(nodeRed.received('failed'), [])
  })

  it('lets one miss lead to another', async () => {
    await nodeRed.deploy([
      store,
      get,
      set,
      { ...get, id: 'get login', key: 'login', property: 'login', wires: [['logged in'], ['log in']] },
      { ...set, id: 'set login', property: 'login', wires: [['logged in']] },
    ])
    const page = await miss({ topic: 'page' })
    await nodeRed.send('get login', page)
    await nodeRed.send('set login', { ...(await nodeRed.receive('log in')), login: 'token' })
    const ready = await nodeRed.receive('logged in')
    await nodeRed.send('set', { ...ready, payload: 'the page' })
    assert.equal((await kept('page')).payload, 'the page')
    assert.equal((await kept('login')).payload, 'token')
    // The login is known by now.
    await nodeRed.send('get login', await miss({ topic: 'second page' }))
    await nodeRed.send('set', { ...(await nodeRed.receive('logged in')), payload: 'another' })
    assert.equal((await kept('second page')).payload, 'another')
  })

  it('keeps further values under keys of their own while a miss is on its way', async () => {
    await deploy({ ...set, id: 'note', key: 'last status', wires: [['noted']] })
    await nodeRed.send('note', { ...(await miss({ topic: 'page' })), payload: 200 })
    await nodeRed.send('set', { ...(await nodeRed.receive('noted')), payload: 'the page' })
    assert.equal((await kept('page')).payload, 'the page')
    assert.equal((await kept('last status')).payload, 200)
  })

  it('does not keep what was on its way when its key was deleted, and sends it on nevertheless', async () => {
    await deploy(node('delete'))
    const message = await miss({ topic: 'page' })
    await nodeRed.send('delete', { topic: 'page' })
    await nodeRed.send('set', { ...message, payload: 'old' })
    assert.equal(noteOf(await nodeRed.receive('kept')).kept, false)
    await miss({ topic: 'page' })
  })

  it('does not keep what was on its way when a tag was deleted that both get and set have', async () => {
    await deploy(node('delete-tagged'))
    const message = await miss({ topic: 'page', tags: 'site' })
    await nodeRed.send('delete-tagged', { tag: 'site' })
    await nodeRed.send('set', { ...message, payload: 'old' })
    assert.equal(noteOf(await nodeRed.receive('kept')).kept, false)
  })

  it('gets all that match a pattern as one object, and misses where none does', async () => {
    await deploy(node('find', { pattern: 'live:*' }))
    await nodeRed.send('find', { payload: 'as it was' })
    const { payload, cache } = await nodeRed.receive('other')
    assert.deepEqual([payload, cache], ['as it was', { pattern: 'live:*', hit: false, count: 0 }])
    for (const [topic, power_w] of [
      ['live:kettle', 1800],
      ['live:fridge', 90],
      ['device:fridge', 0],
    ] as const)
      await keep(topic, { power_w })
    await nodeRed.send('find', {})
    const found = await nodeRed.receive('out')
    assert.deepEqual(found.payload, { 'live:kettle': { power_w: 1800 }, 'live:fridge': { power_w: 90 } })
    assert.deepEqual(found.cache, { pattern: 'live:*', hit: 'memory', count: 2 })
  })

  it('deletes a key, all that match, or a tag, and leaves the payload alone', async () => {
    await deploy(
      node('delete'),
      node('delete-matching', { pattern: 'live:*' }),
      node('delete-tagged', { tag: 'kitchen' }),
    )
    const fill = async () => {
      await keep('live:kettle', 1, { tags: ['kitchen', 'hot'] })
      await keep('live:fridge', 2, { tags: 'kitchen' })
      await keep('other', 3)
    }
    const deleted = async (operation: string, given: Message = {}) => {
      await nodeRed.send(operation, { payload: 'mine', ...given })
      const { payload, cache } = await nodeRed.receive('out')
      assert.equal(payload, 'mine')
      return (cache as Note).deleted
    }
    await fill()
    assert.equal(await deleted('delete', { topic: 'live:kettle' }), 1)
    assert.equal(await deleted('delete', { topic: 'live:kettle' }), 0)
    assert.equal(await deleted('delete-tagged'), 1)
    await fill()
    assert.equal(await deleted('delete-matching'), 2)
    assert.equal((await kept('other')).payload, 3)
    await nodeRed.status('delete-tagged', /^1 deleted$/)
  })

  it('takes a star in a key for a star', async () => {
    await deploy(node('delete'))
    await keep('SELECT * FROM a', 1)
    await keep('SELECT b FROM a', 2)
    assert.equal((await kept('SELECT * FROM a')).payload, 1)
    await nodeRed.send('delete', { topic: 'SELECT * FROM a' })
    assert.equal((await kept('SELECT b FROM a')).payload, 2)
  })

  it('takes keys of any length', async () => {
    await deploy()
    const topic = `query ${'x'.repeat(10_000)}`
    await nodeRed.send('set', { ...(await miss({ topic })), payload: 1 })
    assert.equal((await kept(topic)).payload, 1)
    await assert.rejects(nodeRed.send('get', { topic: 'x'.repeat(100_000) }), {
      code: 'INPUT_INVALID',
      message: /^key: /,
    })
  })

  it('sends on what is too large to keep, and says so', async () => {
    await nodeRed.deploy([{ ...store, entry_kb: 1 }, get, set])
    const payload = 'x'.repeat(2000)
    for (const message of [{ topic: 'set alone' }, await miss({ topic: 'behind a miss' })]) {
      await nodeRed.send('set', { ...message, payload })
      const after = await nodeRed.receive('kept')
      assert.deepEqual([after.payload, noteOf(after).kept], [payload, false])
    }
    await nodeRed.status('set', /^2 not kept$/)
    assert.equal(nodeRed.log.filter(({ msg }) => /is not kept/.test(String(msg))).length, 1)
  })

  it('gives statistics', async () => {
    await deploy(node('statistics'))
    await nodeRed.send('set', { ...(await miss({ topic: 'page' })), payload: 1 })
    await kept('page')
    await nodeRed.send('statistics', {})
    const { kinds, hit_rate } = (await nodeRed.receive('out')).payload as CacheStatistics
    const { hits_memory, misses, loads, entries } = kinds.flow
    assert.deepEqual(
      { hits_memory, misses, loads, entries, hit_rate },
      { hits_memory: 1, misses: 1, loads: 1, entries: 1, hit_rate: 0.5 },
    )
  })

  it('puts values into the property that the dialog names, and takes them from there', async () => {
    await nodeRed.deploy([store, { ...get, property: 'answer.body' }, { ...set, property: 'answer.body' }])
    await nodeRed.send('set', { ...(await miss({ topic: 'page' })), payload: 'mine', answer: { body: 'the page' } })
    await nodeRed.send('get', { topic: 'page', payload: 'mine' })
    const { payload, answer } = await nodeRed.receive('hit')
    assert.deepEqual([payload, answer], ['mine', { body: 'the page' }])
  })

  it('keeps a value no longer than the message says, and the dialog goes before the message', async () => {
    await nodeRed.deploy([
      { ...store, flow_s: 3600 },
      { ...get, wait_s: 0 },
      set,
      { ...set, id: 'set long', ttl_s: 3600 },
    ])
    await nodeRed.send('set long', { topic: 'long', payload: 1, ttl_s: 0.1 })
    await keep('short', 1, { ttl_s: 0.1 })
    while (nodeRed.received('miss').length === 0) {
      await nodeRed.send('get', { topic: 'short' })
      await delivered()
    }
    await nodeRed.send('get', { topic: 'long' })
    while ((await nodeRed.receive('hit')).topic !== 'long');
  })

  const wrong: [string, string, Message, RegExp][] = [
    ['no key', 'get', {}, /^key: .* in msg\.key or in msg\.topic$/],
    ['a key that is no text', 'get', { key: { a: 1 } }, /^key: \{"a":1\} /],
    ['a key with a control character', 'set', { key: 'a\nb', payload: 1 }, /^key: /],
    ['a tag that is no text', 'set', { topic: 'a', payload: 1, tags: [7] }, /^tags: /],
    ['an empty tag', 'set', { topic: 'a', payload: 1, tags: [''] }, /^tag: /],
    ['a time in the past', 'set', { topic: 'a', payload: 1, ttl_s: -1 }, /^ttl_s: -1 /],
    ['no payload', 'set', { topic: 'a' }, /^payload: a value of type undefined /],
    ['no tag', 'delete-tagged', {}, /^tag: /],
    ['no pattern', 'delete-matching', {}, /^pattern: /],
  ]
  for (const [title, id, message, error] of wrong) {
    it(`names the field where there is ${title}`, async () => {
      await deploy(node('delete-tagged'), node('delete-matching'))
      await assert.rejects(nodeRed.send(id, message), { code: 'INPUT_INVALID', message: error })
      assert.equal(nodeRed.statuses(id).at(-1)?.fill, 'red')
    })
  }

  it('says that it needs a store', async () => {
    await nodeRed.deploy([{ ...get, store: '' }])
    await assert.rejects(nodeRed.send('get', { topic: 'a' }), { code: 'CONFIG_INVALID', message: /^store: / })
  })

  const closings: [string, (flow: object[]) => object[], 'full' | 'nodes'][] = [
    ['everything is deployed anew', (flow) => flow, 'full'],
    [
      'it is changed itself',
      (flow) => flow.map((each) => ('wait_s' in each ? { ...each, wait_s: 31 } : each)),
      'nodes',
    ],
    [
      'its store is changed',
      (flow) => flow.map((each) => ('flow_s' in each ? { ...each, flow_s: 61 } : each)),
      'nodes',
    ],
    ['it is taken away', (flow) => flow.filter((each) => !('wait_s' in each)), 'nodes'],
  ]
  for (const [title, change, type] of closings) {
    it(`ends every message that waits when ${title}`, async () => {
      const at = { x: 1, y: 1, z: 'tab' }
      const flow = [
        { id: 'tab', type: 'tab' },
        { ...store, flow_s: 60 },
        { ...get, ...at, wait_s: 30, wires: [[], ['miss']] },
        { id: 'miss', type: 'debug', active: false, ...at, wires: [] },
      ]
      await nodeRed.deployAsIs(flow)
      const [first, ...others] = Array.from({ length: 50 }, () => nodeRed.send('get', { topic: 'page' }))
      await first
      const ends = others.map((other) => assert.rejects(other, { code: 'CLOSED' }))
      await Promise.all([nodeRed.deployAsIs(change(flow), type), ...ends])
    })
  }

  it('leaves no timer or socket behind after 200 redeploys', async function () {
    this.timeout(60_000)
    await nodeRed.deploy([])
    const before = resources()
    for (let turn = 0; turn < 200; turn++) {
      await deploy()
      await nodeRed.send('get', { topic: 'page' })
    }
    await nodeRed.deploy([])
    await assertNothingLeft(before)
  })
})

/** Node-RED hands messages on in a later turn. */
function delivered(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
