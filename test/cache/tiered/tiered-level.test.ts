import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { REDIS_OPTIONS } from '../../../src/cache/cache-options'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { TieredLevel } from '../../../src/cache/tiered/tiered-level'
import { FakeClock } from '../../support/fake-clock'
import { FakeShared, FakeSharedLevel } from '../../support/fake-shared-level'

const LIFE_MS = 3_600_000
const GATHER_MS = REDIS_OPTIONS.gather_ms.default
const TIMEOUT_MS = REDIS_OPTIONS.timeout_ms.default
const MEMORY_MS = REDIS_OPTIONS.memory_s.default * 1000

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('memory in front of what others share', () => {
  let clock: FakeClock
  let shared: FakeShared
  let [here, there]: User[] = []

  class User {
    readonly link = new FakeSharedLevel(shared)
    readonly memory = new MemoryLevel({ maximum_entries: 100_000, maximum_bytes: 1e9, clock })
    readonly level = new TieredLevel({ memory: this.memory, shared: this.link, clock })
    readonly news: (string | undefined)[] = []

    constructor() {
      this.level.watch({ changed: (key) => this.news.push(key), state: (state) => this.news.push(`is ${state}`) })
      this.level.start()
    }

    textOf = async (key: string) => (await this.level.get(key))?.text
  }

  const entry = (text: string, fields: Partial<CacheEntry> = {}): CacheEntry =>
    new CacheEntry(
      { kind: 'flow', tags: [], stored_ms: clock.monotonic(), fresh_ms: LIFE_MS, stale_ms: 0, ...fields },
      text,
    )
  const users = () => {
    assert.ok(here && there)
    return { here, there }
  }
  const gathered = async () => {
    clock.advance(GATHER_MS)
    await turn()
  }

  beforeEach(() => {
    clock = new FakeClock()
    shared = new FakeShared(clock)
    ;[here, there] = [new User(), new User()]
  })

  describe('changes', () => {
    it('are in memory at once, and reach others together, the latest of each key', async () => {
      const { here, there } = users()
      here.level.put('a', entry('1'))
      here.level.put('a', entry('2'))
      here.level.put('b', entry('3'))
      assert.equal(here.level.peek('a')?.text, '2')
      assert.equal(here.level.pending, 2)
      assert.equal(await there.textOf('a'), undefined)
      await gathered()
      assert.equal(here.link.writes.length, 1)
      assert.equal(here.level.pending, 0)
      assert.deepEqual([await there.textOf('a'), await there.textOf('b')], ['2', '3'])
    })

    it('wait while Redis is away, and are written when it returns, before anything is told', async () => {
      const { here, there } = users()
      here.level.put('known', entry('0'))
      await gathered()
      here.link.disconnect(0)
      here.level.put('a', entry('1'))
      clock.advance(MEMORY_MS / 2)
      assert.equal(await here.textOf('a'), '1')
      assert.equal(await here.textOf('known'), '0')
      there.level.put('known', entry('2'))
      await gathered()
      here.link.connect()
      await turn()
      assert.equal(await there.textOf('a'), '1')
      assert.equal(await here.textOf('known'), '2')
      assert.deepEqual(here.news.slice(-3), ['is down', undefined, 'is open'])
    })

    it('are written again where Redis refuses them, without a word from it', async () => {
      const { here, there } = users()
      here.link.refuses = true
      here.level.put('a', entry('1'))
      await gathered()
      assert.equal(here.level.pending, 1)
      here.link.refuses = false
      clock.advance(1000)
      await turn()
      assert.equal(here.level.pending, 0)
      assert.equal(await there.textOf('a'), '1')
    })

    it('leave nothing of an older value behind, where their own time has passed before Redis took them', async () => {
      const { here, there } = users()
      there.level.put('a', entry('old'))
      await gathered()
      here.link.disconnect(0)
      here.level.put('a', entry('new', { fresh_ms: 1000 }))
      clock.advance(2000)
      here.link.connect()
      await turn()
      assert.equal(await there.textOf('a'), undefined)
    })

    it('are all written before it stops, and it stops within a second where Redis takes none', async () => {
      const { here, there } = users()
      here.level.put('a', entry('1'))
      await here.level.stop()
      await here.level.stop()
      assert.equal(shared.get('a')?.text, '1')
      there.link.refuses = true
      there.level.put('b', entry('1'))
      const stopped = there.level.stop()
      await clock.advanceSlowly(1000)
      await stopped
      assert.equal(clock.pending, 0)
    })

    it('are bounded: what does not fit is deleted instead', async () => {
      const { here, there } = users()
      const COUNT = 10_100
      there.level.put('key 10099', entry('old'))
      await gathered()
      here.link.disconnect(0)
      for (let index = 0; index < COUNT; index++) here.level.put(`key ${index}`, entry('new'))
      assert.equal(await here.textOf('key 10099'), 'new')
      here.link.connect()
      await clock.advanceSlowly(1000)
      assert.equal(here.level.pending, 0)
      assert.equal(await there.textOf('key 9999'), 'new')
      assert.equal(await there.textOf('key 10099'), undefined)
      assert.equal(await here.textOf('key 10099'), undefined)
    })
  })

  describe('deletions', () => {
    it('act at once on what only others have had', async () => {
      const { here, there } = users()
      for (const key of ['a', 'b', 'c']) there.level.put(key, entry('1', { tags: [`tag ${key}`] }))
      await gathered()
      assert.equal(await here.level.delete(['a']), 1)
      assert.equal(await here.level.deleteMatching('b*'), 1)
      assert.equal(await here.level.deleteTagged('tag c'), 1)
      for (const key of ['a', 'b', 'c']) assert.equal(await there.textOf(key), undefined)
    })

    it('hold while Redis is away, and are carried out on its return', async () => {
      const { here, there } = users()
      for (const key of ['a', 'b', 'c', 'd']) there.level.put(key, entry('1', { tags: [`tag ${key}`] }))
      await gathered()
      here.link.disconnect(0)
      assert.equal(await here.level.delete(['a']), 0)
      for (let times = 0; times < 2000; times++) await here.level.deleteMatching('b*')
      await here.level.deleteTagged('tag c')
      here.level.put('c', entry('2'))
      assert.equal(here.level.pending, 4)
      here.link.manual = true
      here.link.connect()
      const found = Promise.all(['a', 'b'].map(here.textOf))
      while (here.link.isBusy) {
        while (here.link.execute());
        while (here.link.deliver());
        await turn()
      }
      assert.deepEqual(await found, [undefined, undefined])
      const texts = await Promise.all(['a', 'b', 'c', 'd'].map(there.textOf))
      assert.deepEqual(texts, [undefined, undefined, '2', '1'])
    })

    it('take everything where there are too many to remember', async () => {
      const { here, there } = users()
      there.level.put('a', entry('1'))
      await gathered()
      here.link.disconnect(0)
      for (let index = 0; index < 1100; index++) await here.level.deleteMatching(`key ${index}*`)
      here.level.put('own', entry('2'))
      assert.ok(here.level.pending < 200)
      here.link.connect()
      await turn()
      assert.equal(await there.textOf('a'), undefined)
      assert.equal(await there.textOf('own'), '2')
    })

    it('delete what has been changed since an equal one was sent', async () => {
      const { here } = users()
      here.level.put('a', entry('1'))
      await gathered()
      here.link.manual = true
      void here.level.deleteMatching('a*')
      here.level.put('a', entry('2'))
      void here.level.deleteMatching('a*')
      here.link.manual = false
      for (let left = 10; left > 0; left--) {
        here.link.execute()
        here.link.deliver()
        await turn()
      }
      assert.equal(shared.get('a'), undefined)
      assert.equal(here.link.sent.filter((name) => name === 'deleteMatching').length, 2)
    })
  })

  describe('questions', () => {
    it('are answered by memory, and once for all who ask at a time by Redis', async () => {
      const { here, there } = users()
      there.level.put('a', entry('1'))
      await gathered()
      const asked = await Promise.all(Array.from({ length: 100 }, () => here.level.locate('a')))
      assert.deepEqual(new Set(asked.map((found) => found?.from)), new Set(['redis']))
      assert.deepEqual(here.link.sent, ['get'])
      assert.equal((await here.level.locate('a'))?.from, 'memory')
      assert.equal(there.level.peek('a')?.text, '1')
    })

    it('go to Redis again when the time of memory is over, and never beyond the life of a value', async () => {
      const { here, there } = users()
      there.level.put('long', entry('1'))
      there.level.put('short', entry('1', { fresh_ms: 1000 }))
      await gathered()
      await Promise.all(['long', 'short'].map(here.textOf))
      clock.advance(1000)
      assert.equal(here.level.peek('short'), undefined)
      assert.equal(here.level.peek('long')?.text, '1')
      clock.advance(MEMORY_MS)
      assert.equal(here.level.peek('long'), undefined)
      assert.equal(there.level.peek('long'), undefined)
      assert.equal((await here.level.locate('long'))?.from, 'redis')
    })

    it('are misses where Redis fails, and reject nothing', async () => {
      const { here } = users()
      here.link.refuses = true
      assert.equal(await here.level.locate('a'), undefined)
      assert.deepEqual(await here.level.find('*', 10), new Map())
      const deleted = Promise.all([
        here.level.delete(['a']),
        here.level.deleteMatching('*'),
        here.level.deleteTagged('t'),
      ])
      await turn()
      assert.deepEqual(await deleted, [0, 0, 0])
      assert.equal(await here.level.lease('a', [], 1000), 'alone')
    })

    it('wait for a Redis that answers nothing no longer than its timeout', async () => {
      const { here } = users()
      here.link.manual = true
      const asked = [here.level.set('a', entry('1')), here.level.delete(['b']), here.level.lease('c', [], 1000)]
      await turn()
      clock.advance(TIMEOUT_MS)
      await Promise.all(asked)
      assert.equal(here.level.peek('a')?.text, '1')
    })

    it('wait for nothing once Redis is known to be away', async () => {
      const { here } = users()
      here.link.manual = true
      const asked = [here.level.find('*', 10), here.level.deleteMatching('*'), here.level.deleteTagged('t')]
      await turn()
      here.link.disconnect(0)
      await Promise.all(asked)
      assert.equal(here.level.pending, 2)
    })

    it('find what memory, Redis and what waits for it have together', async () => {
      const { here, there } = users()
      for (const key of ['a1', 'a2', 'a3', 'b']) there.level.put(key, entry('1'))
      await gathered()
      here.level.put('a2', entry('2'))
      here.level.put('a4', entry('2'))
      here.link.manual = true
      void here.level.delete(['a3'])
      here.link.manual = false
      const finding = here.level.find('a*', 10)
      for (let left = 10; left > 0; left--) {
        here.link.execute()
        here.link.deliver()
        await turn()
      }
      const found = [...(await finding)].map(([key, { text }]) => [key, text] as const).sort()
      assert.deepEqual(found, [
        ['a1', '1'],
        ['a2', '2'],
        ['a4', '2'],
      ])
      assert.equal((await here.level.find('*', 2)).size, 2)
    })
  })

  describe('what others change', () => {
    it('is forgotten at once, and told', async () => {
      const { here, there } = users()
      there.level.put('a', entry('1'))
      await gathered()
      assert.equal(await here.textOf('a'), '1')
      here.news.length = 0
      there.level.put('a', entry('2'))
      await gathered()
      assert.deepEqual(here.news, ['a'])
      assert.equal(here.level.peek('a'), undefined)
      assert.equal(await here.textOf('a'), '2')
      shared.flushAll()
      await turn()
      assert.deepEqual(here.news, ['a', undefined])
      assert.equal(here.level.peek('a'), undefined)
    })

    for (const order of ['before', 'after'] as const) {
      it(`is not kept where it was told in the same moment, ${order} the reply`, async () => {
        const { here, there } = users()
        there.level.put('a', entry('1'))
        await gathered()
        here.link.manual = true
        const asked = here.textOf('a')
        if (order === 'before') here.link.execute()
        there.level.put('a', entry('2'))
        await gathered()
        if (order === 'after') here.link.execute()
        while (here.link.deliver());
        assert.ok(['1', '2'].includes((await asked) ?? ''))
        assert.equal(here.level.peek('a'), undefined)
      })

      it(`is not hidden by a change here that was under way, executed ${order} it`, async () => {
        const { here, there } = users()
        here.link.manual = true
        here.level.put('a', entry('here'))
        clock.advance(GATHER_MS)
        if (order === 'before') here.link.execute()
        there.level.put('a', entry('there'))
        await gathered()
        if (order === 'after') here.link.execute()
        while (here.link.deliver());
        await turn()
        here.link.manual = false
        const truth = order === 'before' ? 'there' : 'here'
        assert.equal(await here.textOf('a'), truth)
        assert.equal(await there.textOf('a'), truth)
      })
    }
  })

  describe('leases', () => {
    const leased = async (user: User) => {
      const lease = await user.level.lease('a', [], 1000)
      assert.ok(typeof lease === 'object')
      return lease
    }

    it('are given to one at a time; what is committed is in memory and reaches others', async () => {
      const { here, there } = users()
      const lease = await leased(here)
      assert.equal(await there.level.lease('a', [], 1000), 'taken')
      assert.equal(await lease.renew(), true)
      assert.equal(await lease.commit(entry('1')), true)
      assert.equal(here.level.peek('a')?.text, '1')
      assert.equal(await there.textOf('a'), '1')
      await (await leased(there)).release()
      await (await leased(here)).release()
    })

    it('are lost where somebody deletes the key meanwhile', async () => {
      const { here, there } = users()
      const lease = await leased(here)
      await there.level.delete(['a'])
      assert.equal(await lease.renew(), false)
      assert.equal(await lease.commit(entry('1')), false)
      assert.equal(here.level.peek('a'), undefined)
    })

    it('come after the changes that were made before', async () => {
      const { here } = users()
      here.level.put('a', entry('1'))
      const lease = await leased(here)
      assert.equal(await lease.commit(entry('2')), true)
      await gathered()
      assert.equal(shared.get('a')?.text, '2')
    })

    it('end in memory alone where Redis has gone', async () => {
      const { here } = users()
      const lease = await leased(here)
      here.link.disconnect(0)
      assert.equal(await lease.renew(), true)
      assert.equal(await lease.commit(entry('1')), true)
      await lease.release()
      assert.equal(here.level.peek('a')?.text, '1')
      assert.equal(await here.level.lease('b', [], 1000), 'alone')
      here.link.connect()
      assert.equal(here.level.peek('a'), undefined)
    })
  })
})
