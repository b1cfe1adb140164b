import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { warmUp } from '../../../nodes/kasa-cache-store/warm-up'
import type { Cache, CacheStatus } from '../../../src/cache/cache'
import { liveKey } from '../../../src/cache/keys'
import type { Database } from '../../../src/database/database'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { FakeClock } from '../../support/fake-clock'
import { FakeDatabase } from '../../support/fake-database'
import { memoryCache } from '../../support/memory-cache'
import { reading } from '../../support/readings'

const LIVE_MS = 60_000

describe('The warm-up of a cache', () => {
  let clock: FakeClock
  let cache: Cache
  let stored: Reading[]
  let opened: () => Promise<Database>
  let lines: [string, unknown][]

  beforeEach(() => {
    clock = new FakeClock()
    cache = memoryCache(clock)
    lines = []
    stored = [reading({ timestamp: clock.now() - 20_000 })]
    const database = new FakeDatabase()
    database.latest = () => Promise.resolve(stored)
    opened = () => Promise.resolve(database)
  })

  afterEach(() => cache.stop())

  const begin = (given: Pick<Cache, 'find' | 'peek' | 'set' | 'status' | 'watch'> = cache) =>
    warmUp({
      cache: given,
      database: { opened: () => opened() },
      live_ms: LIVE_MS,
      clock,
      log: { log: (text: unknown) => lines.push(['log', text]), warn: (text: unknown) => lines.push(['warn', text]) },
    })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const live = (device_id = 'plug-1') => cache.peek(liveKey(device_id))

  it('keeps the newest readings for the rest of their time, marked as cached', async () => {
    begin()
    await settle()
    assert.deepEqual(live()?.value, { ...stored[0], source: 'cache' })
    clock.advance(LIVE_MS - 20_000 - 1)
    assert.notEqual(live(), undefined)
    clock.advance(2)
    assert.equal(live(), undefined)
    assert.deepEqual(lines, [['log', 'Readings of the database to begin with: 1']])
  })

  it('leaves out what is older than a live reading, or from the future', async () => {
    stored = [
      reading({ device_id: 'old', timestamp: clock.now() - LIVE_MS }),
      reading({ device_id: 'early', timestamp: clock.now() + 1 }),
    ]
    begin()
    await settle()
    assert.deepEqual([live('old'), live('early')], [undefined, undefined])
  })

  it('does not replace what has been read since', async () => {
    const newer = reading({ timestamp: clock.now(), power_w: 5, source: 'cache' })
    cache.set(liveKey('plug-1'), newer, { kind: 'live' })
    begin()
    await settle()
    assert.deepEqual(live()?.value, newer)
  })

  it('waits until the database is open, and holds up nothing', async () => {
    let open: (database: Database) => void = () => {}
    const database = await opened()
    opened = () => new Promise((resolve) => (open = resolve))
    begin()
    await settle()
    assert.equal(live(), undefined)
    open(database)
    await settle()
    assert.notEqual(live(), undefined)
  })

  it('says in one line that the database cannot be opened', async () => {
    opened = () => Promise.reject(new MonitorError('SPOOL_LOCKED', 'another process has it'))
    begin()
    await settle()
    assert.deepEqual(lines, [['warn', 'Begins without the readings of the database: another process has it']])
  })

  it('does nothing any more once it has ended', async () => {
    begin()()
    await settle()
    assert.equal(live(), undefined)
    assert.deepEqual(lines, [])
  })

  describe('in front of a Redis', () => {
    let status: CacheStatus
    let told: () => void
    let isWatched: boolean

    beforeEach(() => {
      status = { redis: 'connecting', shrunk: false }
      told = () => assert.fail('nobody watches')
      isWatched = false
    })

    const beginWithRedis = () =>
      begin({
        find: (pattern) => cache.find(pattern),
        peek: (...given) => cache.peek(...given),
        set: (...given) => cache.set(...given),
        status: () => status,
        watch: (watcher) => {
          isWatched = true
          told = () => watcher(status)
          return () => void (isWatched = false)
        },
      })

    it('waits until that has been asked: it may have newer ones', async () => {
      beginWithRedis()
      await settle()
      assert.equal(live(), undefined)
      status = { redis: 'open', shrunk: false }
      told()
      await settle()
      assert.notEqual(live(), undefined)
      assert.equal(isWatched, false)
    })

    it('does nothing where that is away, and says so', async () => {
      beginWithRedis()
      status = { redis: 'down', error: new MonitorError('CACHE_UNAVAILABLE', 'Redis is away'), shrunk: false }
      await settle()
      told()
      await settle()
      assert.equal(live(), undefined)
      assert.deepEqual(lines, [['warn', 'Begins without the readings of the database: Redis is away']])
    })
  })
})
