import assert from 'node:assert/strict'
import { after, before, beforeEach, it } from 'mocha'
import { skipWithout } from '../../support/influx-servers'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'

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
    const history = {
      id: 'latest',
      type: 'kasa-history',
      operation: 'latest',
      database: 'database',
      wires: [['known']],
    }
    await nodeRed.deploy([database, write, history])
    await nodeRed.send('write', { payload: { ...READING, timestamp: Date.now() } })
    do await nodeRed.send('latest', {})
    while (((await nodeRed.receive('known')).payload as unknown[]).length === 0)
    await nodeRed.deploy([database, store({ warm_up: 'database' }), cache('find', { pattern: 'live:*' })])
    do await nodeRed.send('find', {})
    while (nodeRed.received('findd').length === 0)
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

    it('leaves no timer or socket behind after 50 redeploys', async function () {
      this.timeout(60_000)
      await nodeRed.deploy([])
      const before = resources()
      for (let turn = 0; turn < 50; turn++) {
        await nodeRed.deploy(flow(), login)
        await nodeRed.send('set', { topic: 'page', payload: turn })
      }
      await nodeRed.deploy([])
      const clients = async () =>
        (await redis.command('CLIENT', 'LIST'))
          .split('\n')
          .filter((line) => line.includes('tracking=1') || /name=|flags=t/.test(line))
      assert.deepEqual(resources(), before)
      assert.ok((await clients()).length <= 1)
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

/** What keeps this process alive, but for what Node-RED comes and goes with by itself. */
function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /Worker|Port|Timeout|TCP|UDP/.test(name))
}
