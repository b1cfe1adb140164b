import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { skipWithout } from '../../support/skipping'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'
import { assertNothingLeft, resources } from '../../support/resources'
import { soon } from '../../support/soon'

const NOBODY_LISTENS = 'redis://127.0.0.1:9'

inEachNodeRed('kasa-cache-store', (current) => {
  let nodeRed: NodeRed

  beforeEach(() => void (nodeRed = current()))

  const store = (more: object = {}): FlowNode => ({ id: 'store', type: 'kasa-cache-store', ...more })
  const cache = (operation: string, more: object = {}): FlowNode => {
    return {
      id: operation,
      type: 'kasa-cache',
      store: 'store',
      operation,
      wires: [[operation + 'd'], ['missed']],
      ...more,
    }
  }
  const lines = (text: RegExp) => nodeRed.log.filter(({ msg }) => text.test(String(msg)))

  it('is memory alone where no Redis is given', async () => {
    await nodeRed.deploy([store()])
    assert.equal((await nodeRed.status('store', /^memory$/)).fill, 'green')
  })

  const wrong: [string, object, RegExp][] = [
    ['an address that is none', { redis_url: 'elsewhere' }, /^redis_url: "elsewhere" /],
    ['a prefix with braces', { redis_url: NOBODY_LISTENS, redis_prefix: 'a{b}' }, /^redis_prefix: "a\{b\}" /],
    ['no room for values', { memory_entries: 0 }, /^memory_entries: 0 .* from 1 to 1000000$/],
    ['a time that is none', { flow_s: 'soon' }, /^flow_s: "soon" .* s$/],
    ['a database that is not there', { warm_up: 'gone' }, /^warm_up: "gone" .* kasa-database node/],
    ['an environment variable that is not set', { redis_url: '${NOT_SET_ANYWHERE}' }, /^redis_url: .* not set$/],
  ]
  for (const [title, settings, message] of wrong) {
    it(`names what is wrong with ${title}, and its nodes say that they need it`, async () => {
      await nodeRed.deploy([store(settings), cache('get')])
      const [first = ''] = nodeRed.errors
      assert.match(first.replace(/^MonitorError: /, ''), message)
      await assert.rejects(nodeRed.send('get', { topic: 'a' }), { code: 'CONFIG_INVALID', message: /^store: / })
    })
  }

  it('goes on in memory where Redis is not there, and says so once', async () => {
    await nodeRed.deploy([store({ redis_url: NOBODY_LISTENS }), cache('get'), cache('set')])
    assert.equal((await nodeRed.status('store', /^memory alone: Redis is away$/)).fill, 'yellow')
    await nodeRed.status('get', /^Redis is away/)
    await nodeRed.send('set', { topic: 'a', payload: 1 })
    await nodeRed.send('get', { topic: 'a' })
    assert.equal((await nodeRed.receive('getd')).payload, 1)
    assert.equal(lines(/Memory goes on alone: redis:\/\/127\.0\.0\.1:9\/0: no server listens there/).length, 1)
    assert.deepEqual(nodeRed.errors, [])
  })

  it('is warm at once where a database has readings', async () => {
    const database = { id: 'database', type: 'kasa-database', file: `warm-${Date.now()}.sqlite` }
    const write = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
    await nodeRed.deploy([database, write])
    await nodeRed.send('write', { payload: { ...READING, timestamp: Date.now() } })
    await nodeRed.status('write', /^1 written$/)
    await nodeRed.deploy([database, store({ warm_up: 'database' }), cache('find', { pattern: 'live:*' })])
    while (lines(/to begin with: 1$/).length === 0) await new Promise((resolve) => setImmediate(resolve))
    await nodeRed.send('find', {})
    const { payload } = await nodeRed.receive('findd')
    assert.deepEqual(Object.keys(payload as object), ['live:kettle'])
  })

  describe('with a real Redis', () => {
    let redis: RedisServer
    before(async function () {
      this.timeout(60_000)
      skipWithout(whyNoRedis(), this)
      redis = await startRedis({ password: 'of-this-test' })
    })
    after(() => redis?.stop())

    const login = { store: { password: 'of-this-test' } }
    const flow = () => [store({ redis_url: redis.url, jitter_pct: 0 }), cache('get'), cache('set')]

    it('keeps values there, which are there after a redeploy', async () => {
      await nodeRed.deploy(flow(), login)
      assert.equal((await nodeRed.status('store', /^memory and Redis$/)).fill, 'green')
      await nodeRed.send('set', { topic: 'page', payload: { title: 'Hello' } })
      // What is set is in Redis a moment later; on a busy machine the moment may last.
      await soon(async () => assert.match(await redis.command('KEYS', '*page*'), /page/))
      await nodeRed.deploy(flow(), login)
      await nodeRed.status('store', /^memory and Redis$/)
      await nodeRed.send('get', { topic: 'page' })
      const { payload, cache: note } = await nodeRed.receive('getd')
      assert.deepEqual([payload, (note as { hit: string }).hit], [{ title: 'Hello' }, 'redis'])
    })

    it('says that the login is refused, and goes on in memory', async () => {
      await nodeRed.deploy(flow(), { store: { password: 'another' } })
      assert.equal((await nodeRed.status('store', /^memory alone: login refused$/)).fill, 'yellow')
      await nodeRed.send('set', { topic: 'mine', payload: 1 })
      await nodeRed.send('get', { topic: 'mine' })
      assert.equal((await nodeRed.receive('getd')).payload, 1)
    })

    it('says once that Redis has gone, and once that it is back', async function () {
      this.timeout(60_000)
      await nodeRed.deploy(flow(), login)
      await nodeRed.status('store', /^memory and Redis$/)
      await redis.kill()
      await nodeRed.status('store', /^memory alone/)
      for (let message = 0; message < 20; message++) {
        await nodeRed.send('set', { topic: 'meanwhile', payload: message })
        await nodeRed.send('get', { topic: 'meanwhile' })
        assert.equal((await nodeRed.receive('getd')).payload, message)
      }
      await redis.restart()
      await nodeRed.status('store', /^memory and Redis$/)
      assert.deepEqual([lines(/Memory goes on alone/).length, lines(/Redis is back/).length], [1, 1])
      assert.deepEqual(nodeRed.errors, [])
    })

    for (const title of ['accepted', 'refused']) {
      it(`shows its password nowhere, where that is ${title}`, async () => {
        const rule = title === 'accepted' ? `>${CANARY.password}` : '>of-somebody-else'
        await redis.command('ACL', 'SETUSER', 'kasa', 'reset', 'on', rule, '~*', '&*', '+@all')
        await nodeRed.deploy([...flow(), { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }], {
          store: { username: 'kasa', password: CANARY.password },
        })
        await nodeRed.status('store', title === 'accepted' ? /^memory and Redis$/ : /^memory alone: login refused$/)
        await nodeRed.send('get', { topic: 'never there' })
        await assert.rejects(nodeRed.send('set', { topic: 'a', payload: Buffer.alloc(1) }))
        const ids = ['store', 'get', 'set', 'missed', 'caught', 'catch']
        assertNoSecret({
          log: shown(nodeRed.log),
          ...Object.fromEntries(ids.map((id) => [`statuses of ${id}`, shown(nodeRed.statuses(id))])),
          ...Object.fromEntries(ids.map((id) => [`messages to ${id}`, shown(nodeRed.received(id))])),
          ...Object.fromEntries(['store', 'get'].map((id) => [`node ${id}`, shown(ownProperties(nodeRed.node(id)))])),
          'flow file': readFileSync(join(nodeRed.userDir, 'flows.json'), 'utf8'),
          'exported flows': await (await fetch(`${nodeRed.url}/flows`)).text(),
        })
      })
    }

    it('leaves no timer or socket behind after 50 redeploys', async function () {
      this.timeout(60_000)
      await nodeRed.deploy([])
      const before = resources()
      for (let turn = 0; turn < 50; turn++) {
        await nodeRed.deploy(flow(), login)
        await nodeRed.send('set', { topic: 'page', payload: turn })
      }
      await nodeRed.deploy([])
      await assertNothingLeft(before)
      // The one that asks.
      while ((await redis.command('CLIENT', 'LIST')).split('\n').length > 1);
    })
  })
})

const READING = {
  device_id: 'kettle',
  alias: 'Kettle',
  model: 'HS110(EU)',
  host: '192.168.1.20',
  power_w: 1800,
  source: 'poll',
  quality: 'good',
}

/** Of a node, without Node-RED's own memory of the flow: there it keeps what the editor has sent, of any node. */
function ownProperties(node: object): object {
  const { _flow, ...own } = Object.getOwnPropertyDescriptors(node) as Record<string, PropertyDescriptor>
  assert.ok(_flow)
  return Object.defineProperties({}, own)
}
