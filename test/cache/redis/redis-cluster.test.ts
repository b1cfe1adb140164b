import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { describeCacheLevel, realTime } from '../../contract/cache/cache-level.contract'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { skipWithout } from '../../support/skipping'
import { startRedisCluster, type RedisCluster } from '../../support/redis-clusters'
import { WatchedLevel } from '../../support/redis-levels'
import { whyNoRedis, type RedisServer } from '../../support/redis-servers'

const KEYS = Array.from({ length: 50 }, (_, index) => `key{${index}}`)
const { password } = CANARY

const entry = (value: unknown = 1): CacheEntry =>
  new CacheEntry(
    { kind: 'flow', tags: ['tag'], stored_ms: systemClock.monotonic(), fresh_ms: 600_000, stale_ms: 0 },
    JSON.stringify(value),
  )

describe('Redis as a cluster', function () {
  this.timeout(60_000)

  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  describeCacheLevel('a cluster of Redis', async () => {
    const cluster = await startRedisCluster()
    const { level } = await WatchedLevel.open(cluster.url)
    const close = async () => {
      await level.stop()
      await cluster.stop()
    }
    return { level, time: realTime, close }
  })

  const withCluster = async (run: (cluster: RedisCluster, open: () => Promise<WatchedLevel>) => Promise<void>) => {
    const cluster = await startRedisCluster({ password })
    const levels: WatchedLevel[] = []
    const open = async () => {
      // Some of the servers that were given are gone.
      const url = cluster.url.replace(/127/, '127.0.0.1:1,127').concat(',127.0.0.1:2')
      const level = await WatchedLevel.open(url, { password })
      levels.push(level)
      return level
    }
    try {
      await run(cluster, open)
    } finally {
      await Promise.all(levels.map((level) => level.stop()))
      await cluster.stop()
    }
  }

  it('tells changes of all its keys, gives leases, and shows its password to nobody', () =>
    withCluster(async ({ masters }, open) => {
      const [here, there] = [await open(), await open()]
      await there.level.write(KEYS.map((key) => [key, entry()]))
      for (const key of KEYS) await here.hears(key)
      for (const { command } of masters.map((master) => ({ command: master.command.bind(master) }))) {
        assert.ok(Number(await command('DBSIZE')) > 0)
      }
      const leases = await Promise.all(KEYS.map((key) => here.level.lease(key, ['tag'], 60_000)))
      assert.equal(await there.level.deleteTagged('tag'), KEYS.length)
      for (const lease of leases) assert.equal(await lease?.commit(entry('old')), false)
      const lease = await here.level.lease('key', ['tag'], 60_000)
      assert.equal(await there.level.lease('key', ['tag'], 60_000), undefined)
      assert.equal(await lease?.renew(), true)
      here.changes.length = 0
      assert.equal(await lease?.commit(entry('new')), true)
      assert.equal((await there.level.get('key'))?.value, 'new')
      assert.deepEqual(here.changes, [])
      assertNoSecret({ level: shown(here.level) })
    }))

  it('is down while a part of it is, and open when that is back', () =>
    withCluster(async ({ masters }, open) => {
      const level = await open()
      await masters[1]?.kill()
      await level.becomes('down')
      await assert.rejects(level.level.get('key'), { code: 'CACHE_UNAVAILABLE' })
      await masters[1]?.restart()
      // Its servers find out one after the other that it is whole again.
      for (let is_whole = false; !is_whole;) {
        await level.becomes('open')
        is_whole = await level.level.write(KEYS.map((key) => [key, entry()])).then(
          () => true,
          () => false,
        )
      }
      assert.equal((await level.level.find('*', 100)).size, KEYS.length)
    }))

  it('follows keys that move to another server', () =>
    withCluster(async ({ masters }, open) => {
      const [here, there] = [await open(), await open()]
      await here.level.write(KEYS.map((key) => [key, entry()]))
      const [from, to] = await Promise.all(masters.slice(0, 2).map((master) => master.command('CLUSTER', 'MYID')))
      const [first, second] = masters
      const keysOf = async (master?: RedisServer) => Number(await master?.command('DBSIZE'))
      const before = await keysOf(second)
      // The fewest that hold some of the keys: each is moved by itself, which takes long on a busy machine.
      const move = ['--cluster-from', from ?? '', '--cluster-to', to ?? '', '--cluster-slots', '600', '--cluster-yes']
      await first?.command('--cluster', 'reshard', `127.0.0.1:${first.port}`, ...move)
      assert.ok((await keysOf(second)) > before)
      for (const key of KEYS) assert.equal((await here.level.get(key))?.value, 1)
      there.changes.length = 0
      await here.level.write(KEYS.map((key) => [key, entry(2)]))
      for (const key of KEYS) assert.equal((await there.level.get(key))?.value, 2)
      here.changes.length = 0
      await there.level.write(KEYS.map((key) => [key, entry(3)]))
      for (const key of KEYS) await here.hears(key)
    }))

  it('is told apart from a single Redis', async () => {
    const cluster = await startRedisCluster()
    const level = new WatchedLevel(cluster.url.replace('-cluster', '').replace(/,.*/, ''))
    level.level.start()
    await level.becomes('down')
    assert.equal(level.level.error?.code, 'CACHE_UNSUPPORTED')
    assert.match(level.level.error.message, /begins with redis-cluster:/)
    await level.stop()
    await cluster.stop()
  })
})
