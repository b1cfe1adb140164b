import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { RedisExamination } from '../../../src/cache/redis/examine-redis'
import { assertNoSecret, CANARY } from '../../support/canary'
import { skipWithout } from '../../support/skipping'
import { inOneNodeRed } from '../../support/node-red'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'

inOneNodeRed('Testing a Redis in the dialog of kasa-cache-store', (nodeRed) => {
  const ask = (body: unknown) =>
    fetch(`${nodeRed().url}/kasa-monitor/caches/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const examine = async (settings: object, credentials: object = {}) => {
    const reply = await ask({ id: 'store', settings, credentials })
    const text = await reply.text()
    assert.equal(reply.status, 200, text)
    assertNoSecret({ answer: text })
    return (JSON.parse(text) as { examination: RedisExamination }).examination
  }
  const refusal = async (settings: object, credentials: object = {}) => {
    const reply = await ask({ id: 'store', settings, credentials })
    const text = await reply.text()
    assert.equal(reply.status, 400, text)
    assertNoSecret({ answer: text })
    return (JSON.parse(text) as { error: { field?: string } }).error.field
  }

  it('says that no server is there', async () => {
    const { tells_changes, code, advice } = await examine({ redis_url: 'redis://127.0.0.1:9' }, CANARY)
    assert.deepEqual([tells_changes, code], [false, 'CACHE_UNAVAILABLE'])
    assert.match(advice.join(), /^redis:\/\/127\.0\.0\.1:9\/0: no server listens there$/)
  })

  it('names what is wrong in the form, and repeats no secret', async () => {
    assert.equal(await refusal({ redis_url: '' }), 'redis_url')
    assert.equal(await refusal({ redis_url: 'elsewhere' }), 'redis_url')
    assert.equal(await refusal({ redis_url: `redis://:${CANARY.password}@127.0.0.1` }), 'redis_url')
    assert.equal(await refusal({ redis_url: 'redis://127.0.0.1', timeout_ms: 0 }), 'timeout_ms')
    assert.equal(await refusal({ redis_url: 'redis://127.0.0.1' }, { password: '${NOT_SET_ANYWHERE}' }), 'password')
    assert.equal(await refusal({ redis_url: 'redis://127.0.0.1' }, { username: CANARY.username }), 'password')
  })

  describe('with a real one', () => {
    let redis: RedisServer
    let small: RedisServer
    before(async function () {
      this.timeout(60_000)
      skipWithout(whyNoRedis(), this)
      const rules = ['on', `>${CANARY.password}`, '~kasa-monitor:*', '&*', '+@all', '-info']
      redis = await startRedis({ password: 'of-this-test', user: { name: 'kasa', rules } })
      small = await startRedis({ maxmemory: '1' })
    })
    after(() => Promise.all([redis?.stop(), small?.stop()]))

    it('says which it is, how fast it answers, and that it tells what others change; it leaves nothing there', async () => {
      const { name, latency_ms, tells_changes, advice } = await examine(
        { redis_url: redis.url },
        { password: 'of-this-test' },
      )
      assert.match(name ?? '', /^Redis \d+\.\d+\.\d+$/)
      assert.ok(Number(latency_ms) > 0)
      assert.deepEqual([tells_changes, advice], [true, []])
      assert.equal(await redis.command('DBSIZE'), '0')
    })

    it('does so with a user who may not ask for its version', async () => {
      const { name, tells_changes } = await examine(
        { redis_url: redis.url },
        { username: 'kasa', password: CANARY.password },
      )
      assert.deepEqual([name, tells_changes], ['Redis', true])
    })

    it('says that the login is refused', async () => {
      const examination = await examine({ redis_url: redis.url }, CANARY)
      assert.deepEqual([examination.code, examination.tells_changes], ['CACHE_LOGIN_REFUSED', false])
    })

    it('says that it is full', async () => {
      const { code, advice } = await examine({ redis_url: small.url })
      assert.equal(code, 'CACHE_UNAVAILABLE')
      assert.match(advice.join(), /it is full$/)
    })

    it('uses the password that was deployed where none was typed', async () => {
      const node = { id: 'store', type: 'kasa-cache-store', redis_url: redis.url }
      await nodeRed().deploy([node], { store: { password: 'of-this-test' } })
      assert.equal((await examine({ redis_url: redis.url }, { password: '__PWRD__' })).tells_changes, true)
    })
  })
})
