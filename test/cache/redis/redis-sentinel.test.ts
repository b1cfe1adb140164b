import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { describeCacheLevel, realTime } from '../../contract/cache/cache-level.contract'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { skipWithout } from '../../support/skipping'
import { startRedisSentinel } from '../../support/redis-clusters'
import { WatchedLevel } from '../../support/redis-levels'
import { whyNoRedis } from '../../support/redis-servers'

const { password } = CANARY

const entry = (value: unknown): CacheEntry =>
  new CacheEntry(
    { kind: 'flow', tags: [], stored_ms: systemClock.monotonic(), fresh_ms: 600_000, stale_ms: 0 },
    JSON.stringify(value),
  )

describe('Redis behind sentinels', function () {
  this.timeout(60_000)

  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  describeCacheLevel('Redis behind a sentinel', async () => {
    const sentinel = await startRedisSentinel()
    const { level } = await WatchedLevel.open(sentinel.url)
    const close = async () => {
      await level.stop()
      await sentinel.stop()
    }
    return { level, time: realTime, close }
  })

  it('goes over to the new master when the old one is gone', async () => {
    const sentinel = await startRedisSentinel({ password })
    // The first of them is not there.
    const url = sentinel.url.replace('//', '//127.0.0.1:1,')
    const [here, there] = [await WatchedLevel.open(url, { password }), await WatchedLevel.open(url, { password })]
    await here.level.set('key', entry('before'))
    await there.hears('key')
    const old = await sentinel.master()
    await sentinel.servers.find(({ port }) => port === old)?.kill()
    await Promise.all([here.becomes('down'), there.becomes('down')])
    await Promise.all([here.becomes('open'), there.becomes('open')])
    assert.notEqual(await sentinel.master(), old)
    await here.level.set('key', entry('after'))
    assert.equal((await there.level.get('key'))?.value, 'after')
    there.changes.length = 0
    await here.level.delete(['key'])
    await there.hears('key')
    assertNoSecret({ level: shown(here.level) })
    await Promise.all([here.stop(), there.stop()])
    await sentinel.stop()
  })

  it('says that the sentinels do not know the master', async () => {
    const sentinel = await startRedisSentinel()
    const level = new WatchedLevel(sentinel.url.replace('/main', '/other'))
    level.level.start()
    await level.becomes('down')
    assert.equal(level.level.error?.code, 'CACHE_UNAVAILABLE')
    assert.match(level.level.error.message, /know no master other$/)
    await level.stop()
    await sentinel.stop()
  })
})
