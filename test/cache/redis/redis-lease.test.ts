import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { useTwoLevels, type WatchedLevel } from '../../support/redis-levels'

const LONG_MS = 600_000

const entry = (text: string, tags: readonly string[] = []): CacheEntry =>
  new CacheEntry({ kind: 'flow', tags, stored_ms: systemClock.monotonic(), fresh_ms: LONG_MS, stale_ms: 0 }, text)

describe('the lease of a computation in Redis', () => {
  const users = useTwoLevels()

  /** One that is held, and is ended in some way before what it computed is kept. */
  const lost = async (
    end: (levels: { here: WatchedLevel; there: WatchedLevel }) => Promise<unknown>,
  ): Promise<void> => {
    const lease = await users().here.level.lease('key', ['group'], LONG_MS)
    assert.ok(lease)
    await end(users())
    assert.equal(await lease.renew(), false)
    assert.equal(await lease.commit(entry('"old"')), false)
  }

  it('is given to one of all who ask, in all processes', async () => {
    const { here, there } = users()
    const asked = Array.from({ length: 50 }, () => [here, there].map(({ level }) => level.lease('key', [], LONG_MS)))
    const leases = (await Promise.all(asked.flat())).filter((lease) => lease !== undefined)
    assert.equal(leases.length, 1)
  })

  it('ends with what it was for, which others are told of', async () => {
    const { here, there } = users()
    const lease = await here.level.lease('key', [], LONG_MS)
    assert.equal(await there.level.lease('key', [], LONG_MS), undefined)
    await there.hears('key')
    there.changes.length = 0
    assert.equal(await lease?.commit(entry('"computed"')), true)
    await there.hears('key')
    assert.equal((await there.level.get('key'))?.value, 'computed')
    assert.ok(await there.level.lease('key', [], LONG_MS))
  })

  it('is free again once it is given back', async () => {
    const { here, there } = users()
    await (await here.level.lease('key', [], LONG_MS))?.release()
    await there.hears('key')
    assert.ok(await there.level.lease('key', [], LONG_MS))
  })

  it('is lost where the key is deleted, by name, pattern or tag, and keeps nothing', async () => {
    await lost(({ there }) => there.level.delete(['key']))
    await lost(({ here }) => here.level.delete(['key']))
    await lost(({ there }) => there.level.deleteMatching('k*'))
    await lost(({ there }) => there.level.deleteTagged('group'))
    await lost(() => users().server.command('FLUSHALL'))
    assert.equal(await users().there.level.get('key'), undefined)
  })

  it('is lost where another value is set meanwhile, which stays', async () => {
    await lost(({ there }) => there.level.set('key', entry('"new"')))
    assert.equal((await users().here.level.get('key'))?.value, 'new')
  })

  it('passes to another when its holder is gone', async () => {
    const { here, there } = users()
    const lease = await here.level.lease('key', [], 200)
    assert.equal(await there.level.lease('key', [], LONG_MS), undefined)
    await here.stop()
    await there.until(() => there.changes.filter((key) => key === 'key').length >= 2)
    const next = await there.level.lease('key', [], LONG_MS)
    assert.equal(await next?.commit(entry('"next"')), true)
    await assert.rejects(lease?.commit(entry('"late"')) ?? Promise.resolve(), { code: 'CACHE_UNAVAILABLE' })
    assert.equal((await there.level.get('key'))?.value, 'next')
  })

  it('lasts as long as it is renewed', async () => {
    const lease = await users().here.level.lease('key', [], LONG_MS)
    await users().server.command('PEXPIRE', 'kasa-monitor:l:{key}', '5000')
    assert.equal(await lease?.renew(), true)
    assert.ok(Number(await users().server.command('PTTL', 'kasa-monitor:l:{key}')) > 5000)
  })

  it('is not held up by what somebody else has put in its place', async () => {
    await users().server.command('SET', 'kasa-monitor:l:{key}', 'for ever')
    await users().server.command('HSET', 'kasa-monitor:l:{hash}', 'for', 'ever')
    const { here } = users()
    for (const key of ['key', 'hash']) {
      const lease = await here.level.lease(key, [], LONG_MS)
      assert.equal(await lease?.commit(entry('1')), true)
    }
    assert.equal(here.level.counters.rubbish, 2)
  })
})
