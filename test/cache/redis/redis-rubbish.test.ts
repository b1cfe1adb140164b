import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { skipWithout } from '../../support/skipping'
import { ENTRY_BYTES, WatchedLevel } from '../../support/redis-levels'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'

const NAME = 'kasa-monitor:e:{key}'

const entry = (value: unknown): CacheEntry =>
  new CacheEntry(
    { kind: 'flow', tags: ['tag'], stored_ms: systemClock.monotonic(), fresh_ms: 600_000, stale_ms: 0 },
    JSON.stringify(value),
  )

describe('rubbish in Redis under our names', () => {
  let server: RedisServer
  let level: WatchedLevel

  before(async function () {
    skipWithout(whyNoRedis(), this)
    server = await startRedis()
    level = await WatchedLevel.open(server.url)
  })

  after(async () => {
    await level?.stop()
    await server?.stop()
  })

  beforeEach(async () => {
    await server.command('FLUSHALL')
    level.level.counters.rubbish = 0
  })

  const RUBBISH: Readonly<Record<string, readonly string[]>> = {
    'text that is no JSON': ['SET', NAME, 'hello', 'PX', '60000'],
    'nothing at all': ['SET', NAME, '', 'PX', '60000'],
    'JSON of another shape': ['SET', NAME, '{"power_w":1}', 'PX', '60000'],
    'a pickle': ['SET', NAME, "cos\nsystem\n(S'true'\ntR.", 'PX', '60000'],
    'a list': ['RPUSH', NAME, 'a'],
    'a hash': ['HSET', NAME, 'a', 'b'],
    'a sorted set': ['ZADD', NAME, '1', 'a'],
  }
  for (const [what, command] of Object.entries(RUBBISH)) {
    it(`is a miss, is counted, and is written over: ${what}`, async () => {
      await server.command(...command)
      assert.equal(await level.level.get('key'), undefined)
      assert.equal(level.level.counters.rubbish, 1)
      assert.equal((await level.level.find('*', 10)).size, 0)
      await level.level.set('key', entry('mended'))
      assert.equal((await level.level.get('key'))?.value, 'mended')
    })
  }

  it('is a miss where a value of ours lives for ever', async () => {
    await level.level.set('key', entry(1))
    await server.command('PERSIST', NAME)
    assert.equal(await level.level.get('key'), undefined)
  })

  it('is a miss where a value of ours is called by another name', async () => {
    await level.level.set('other', entry(1))
    await server.command('RENAME', 'kasa-monitor:e:{other}', NAME)
    assert.equal(await level.level.get('key'), undefined)
  })

  it('is a miss where it is larger than allowed, and does not leave Redis', async () => {
    await server.command('SETRANGE', NAME, String(50 * ENTRY_BYTES), 'x')
    await server.command('PEXPIRE', NAME, '60000')
    const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await server.command('INFO', 'stats'))?.[1])
    const before_bytes = await sent()
    assert.equal(await level.level.get('key'), undefined)
    assert.equal((await level.level.find('*', 10)).size, 0)
    assert.ok((await sent()) - before_bytes < ENTRY_BYTES)
  })

  it('is not what is written: a value that is too large takes away the one before', async () => {
    await level.level.set('key', entry(1))
    await level.level.set('key', entry('x'.repeat(4 * ENTRY_BYTES)))
    assert.equal(await level.level.get('key'), undefined)
    assert.equal(level.level.counters.rubbish, 0)
  })

  it('is no group, and is replaced by one', async () => {
    await server.command('SET', 'kasa-monitor:t:tag', 'no group')
    assert.equal(await level.level.deleteTagged('tag'), 0)
    await server.command('SET', 'kasa-monitor:t:tag', 'no group')
    await level.level.set('key', entry(1))
    assert.equal(await level.level.deleteTagged('tag'), 1)
    assert.equal(level.level.counters.rubbish, 2)
  })

  it('is left alone where its name is none of ours', async () => {
    const names = ['kasa-monitor:e:key', 'kasa-monitor:e:{%41}', 'kasa-monitor:e:{a', 'other']
    for (const name of names) await server.command('SET', name, 'x')
    assert.equal(await level.level.deleteMatching('*'), 0)
    assert.equal((await level.level.find('*', 10)).size, 0)
    assert.equal(await server.command('DBSIZE'), String(names.length))
  })

  it('keeps groups no longer than what is in them', async () => {
    await level.level.set('key', entry(1))
    const left_ms = Number(await server.command('PTTL', 'kasa-monitor:t:tag'))
    assert.ok(left_ms > 500_000 && left_ms <= 600_000, String(left_ms))
  })
})
