import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { recentReading } from '../../../nodes/kasa-fleet/recent-reading'
import type { Cache } from '../../../src/cache/cache'
import { liveKey } from '../../../src/cache/keys'
import type { RecentReading } from '../../../src/polling/reads'
import { FakeClock } from '../../support/fake-clock'
import { memoryCache } from '../../support/memory-cache'
import { reading } from '../../support/readings'

const KEY = liveKey('plug-1')

describe('A reading that another fleet has kept', () => {
  let clock: FakeClock
  let cache: Cache
  let recent: RecentReading
  const kept = (age_ms = 0) => reading({ timestamp: clock.now() - age_ms, source: 'cache' })

  beforeEach(() => {
    clock = new FakeClock()
    cache = memoryCache(clock)
    recent = recentReading(cache, clock)
  })

  afterEach(() => cache.stop())

  it('is found while it is young', async () => {
    const given = kept()
    cache.set(KEY, given, { kind: 'live' })
    assert.deepEqual(await recent('plug-1', 1000), given)
    clock.advance(999)
    assert.deepEqual(await recent('plug-1', 1000), given)
    clock.advance(1)
    assert.equal(await recent('plug-1', 1000), undefined)
  })

  it('is not there for a device that nobody polls', async () => {
    assert.equal(await recent('plug-1', 1000), undefined)
  })

  it('is not taken for young where it came from a database just now', async () => {
    cache.set(KEY, kept(5000), { kind: 'live' })
    assert.equal(await recent('plug-1', 1000), undefined)
  })

  it('is young although the clock of whoever has read it is ahead', async () => {
    const given = kept(-30_000)
    cache.set(KEY, given, { kind: 'live' })
    assert.deepEqual(await recent('plug-1', 1000), given)
    clock.advance(1000)
    assert.equal(await recent('plug-1', 1000), undefined)
  })

  it('is refused where a flow has put something else in its place', async () => {
    cache.set(KEY, { power_w: 'much' })
    await assert.rejects(recent('plug-1', 1000), { code: 'INPUT_INVALID' })
  })
})
