import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { useTwoLevels, WatchedLevel } from '../../support/redis-levels'

const LONG_MS = 600_000

const entry = (text = '1', fresh_ms = LONG_MS, tags: readonly string[] = []): CacheEntry =>
  new CacheEntry({ kind: 'flow', tags, stored_ms: systemClock.monotonic(), fresh_ms, stale_ms: 0 }, text)

describe('changes in Redis', () => {
  const users = useTwoLevels()

  it('are told to others when a value is set, replaced, deleted and expires', async () => {
    const { here, there } = users()
    await there.level.set('set', entry())
    await here.hears('set')
    await there.level.write([
      ['set', entry('2')],
      ['written', entry('3')],
    ])
    await here.hears('written')
    await there.level.delete(['set'])
    await here.until(() => here.changes.filter((key) => key === 'set').length === 3)
    await there.level.set('expires', entry('4', 50))
    await here.until(() => here.changes.filter((key) => key === 'expires').length >= 2)
  })

  it('are told to others by the keys that a pattern or a tag takes away', async () => {
    const { here, there } = users()
    await there.level.write([
      ['a{1}', entry('1', LONG_MS, ['group'])],
      ['b%', entry()],
    ])
    await here.hears('b%')
    here.changes.length = 0
    await there.level.deleteTagged('group')
    await there.level.deleteMatching('b*')
    await here.hears('b%')
    assert.deepEqual(here.changes, ['a{1}', 'b%'])
  })

  it('are told when somebody deletes a name by hand, or everything', async () => {
    const { here, there } = users()
    await there.level.set('by hand', entry())
    await here.hears('by hand')
    here.changes.length = 0
    await users().server.command('DEL', 'kasa-monitor:e:{by hand}')
    await here.hears('by hand')
    await users().server.command('FLUSHALL')
    await here.hears(undefined)
    await there.hears(undefined)
  })

  it('are not told to the one who makes them, whatever way it makes them in', async () => {
    const { here, there } = users()
    await here.level.set('own', entry('1', LONG_MS, ['group']))
    await here.level.delete(['own'])
    const lease = await here.level.lease('own', ['group'], LONG_MS)
    assert.equal(await lease?.renew(), true)
    assert.equal(await lease?.commit(entry('2', LONG_MS, ['group'])), true)
    await (await here.level.lease('own', [], LONG_MS))?.release()
    assert.equal((await here.level.get('own'))?.value, 2)
    await here.level.deleteTagged('group')
    await here.level.deleteMatching('*')
    await there.level.set('another', entry())
    await here.hears('another')
    assert.deepEqual(here.changes, ['another'])
  })

  it('are told where they come from another prefix only to those who share it', async () => {
    const { here } = users()
    const apart = await WatchedLevel.open(users().server.url, { redis_prefix: 'kasa-monitor' })
    await apart.level.set('apart', entry())
    assert.equal(await here.level.get('apart'), undefined)
    const { there } = users()
    await there.level.set('together', entry())
    await here.hears('together')
    assert.deepEqual(here.changes, ['together'])
    assert.deepEqual(apart.changes, [])
    await apart.stop()
  })
})
