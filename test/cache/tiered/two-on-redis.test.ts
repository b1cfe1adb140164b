import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { TieredLevel } from '../../../src/cache/tiered/tiered-level'
import { systemClock } from '../../../src/domain/clock'
import { skipWithout } from '../../support/skipping'
import { redisSettings, WatchedLevel } from '../../support/redis-levels'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'

const CHANGES = 500
/** What the other may still serve it for, from the moment in which Redis has it. */
const STALE_MS = 100
/** Failures in a row after which Redis is not asked any more. */
const THRESHOLD = 3
const KEYS = Array.from({ length: 40 }, (_, index) => `key ${index}`)
const TAGS = ['even', 'odd']

let versions = 0
const entry = (): CacheEntry => {
  const tags = [TAGS[++versions % 2] as string]
  const stored_ms = systemClock.monotonic()
  return new CacheEntry({ kind: 'flow', tags, stored_ms, fresh_ms: 600_000, stale_ms: 0 }, String(versions))
}
const some = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item

/** One process that uses Redis. */
class User {
  readonly redis: WatchedLevel
  readonly level: TieredLevel

  constructor(url: string, given: Readonly<Record<string, unknown>>) {
    this.redis = new WatchedLevel(url, given)
    const memory = new MemoryLevel({ maximum_entries: 10_000, maximum_bytes: 64e6, clock: systemClock })
    const times = redisSettings(url, given)
    this.level = new TieredLevel({ memory, shared: this.redis.level, times, clock: systemClock })
  }

  async open(): Promise<void> {
    this.level.start()
    await this.redis.becomes('open')
  }

  textOf = async (key: string) => (await this.level.get(key))?.text

  /** Does one thing or another. */
  async act(): Promise<void> {
    const kind = Math.random()
    if (kind < 0.5) await this.level.locate(some(KEYS))
    else if (kind < 0.9) this.level.put(some(KEYS), entry())
    else if (kind < 0.95) await this.level.delete([some(KEYS)])
    else if (kind < 0.97) await this.level.deleteTagged(some(TAGS))
    else if (kind < 0.98) await this.level.deleteMatching(`${some(KEYS)}*`)
    else await this.level.find('key 1*', 10)
  }

  async settled(): Promise<void> {
    await this.redis.becomes('open')
    while (this.level.pending > 0 && this.level.state !== 'closed') await pause(5)
  }
}

describe('two processes on one Redis', function () {
  this.timeout(60_000)
  let server: RedisServer
  let users: User[] = []

  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  beforeEach(async () => {
    server = await startRedis()
  })

  afterEach(async () => {
    server.thaw()
    await Promise.all(users.map(({ level }) => level.stop()))
    users = []
    await server.stop()
  })

  const two = async (given: Readonly<Record<string, unknown>> = {}) => {
    const [here, there] = [new User(server.url, given), new User(server.url, given)]
    users = [here, there]
    await Promise.all(users.map((user) => user.open()))
    return { here, there }
  }

  it(`never serve for longer than ${STALE_MS} ms what the other has changed`, async () => {
    const { here, there } = await two()
    const delays_ms: number[] = []
    const held = monitorEventLoopDelay({ resolution: 5 })
    held.enable()
    for (let change = 0; change < CHANGES; change++) {
      const key = some(KEYS)
      const old = await there.textOf(key)
      const told = new Promise<number>((resolve) => {
        const unwatch = there.level.watch({
          changed: (changed) => {
            if (changed !== key) return
            unwatch()
            resolve(systemClock.monotonic())
          },
          state: () => {},
        })
      })
      const next = entry()
      held.reset()
      await here.level.set(key, next)
      const written_ms = systemClock.monotonic()
      // While this process stands still, it serves nothing.
      delays_ms.push((await told) - written_ms - held.max / 1e6)
      assert.ok(old === undefined || there.level.peek(key)?.text !== old)
      assert.equal(await there.textOf(key), next.text)
    }
    held.disable()
    assert.equal(delays_ms.length, CHANGES)
    const longest_ms = Math.max(...delays_ms)
    assert.ok(longest_ms <= STALE_MS, `${longest_ms} ms`)
  })

  it('serve nothing old to who asks after Redis has answered them anything later', async () => {
    const { here, there } = await two()
    for (let change = 0; change < CHANGES; change++) {
      const key = some(KEYS)
      await there.textOf(key)
      const next = entry()
      await here.level.set(key, next)
      await there.redis.level.get('anything')
      assert.equal(await there.textOf(key), next.text)
    }
  })

  const disturbances: Readonly<Record<string, () => Promise<unknown>>> = {
    'is killed and comes back empty': () => server.restart(),
    'hangs for a while': async () => {
      server.freeze()
      await pause(300)
      server.thaw()
    },
    'loses everything': () => server.command('FLUSHALL'),
    'closes all connections': () => server.command('CLIENT', 'KILL', 'TYPE', 'normal'),
  }
  for (const [name, disturb] of Object.entries(disturbances)) {
    it(`agree with it, and with each other, after it ${name} in the midst of their work`, async () => {
      // With the time that users give it, so that a busy machine is a slow Redis now and then.
      const { here, there } = await two({ timeout_ms: 4, gather_ms: 2 })
      const truth = await WatchedLevel.open(server.url)
      for (let round = 0; round < 3; round++) {
        let isOver = false
        const work = async (user: User) => {
          while (!isOver && user.level.state !== 'closed') {
            await user.act()
            if (Math.random() < 0.2) await new Promise((resolve) => setImmediate(resolve))
          }
        }
        const working = [here, here, there, there].map(work)
        await pause(50)
        await disturb()
        await pause(50)
        isOver = true
        await Promise.all(working)
        await Promise.all([here.settled(), there.settled(), truth.becomes('open')])
        // What was told before has come with the answer.
        await Promise.all([here, there].map(({ redis }) => redis.level.get('anything').catch(() => undefined)))
        for (const key of KEYS) {
          const text = (await truth.level.get(key))?.text
          for (const { level } of [here, there]) {
            const kept = level.peek(key)?.text
            assert.ok(kept === undefined || kept === text, `${key} is ${kept}, and in Redis ${text}`)
          }
        }
      }
      await truth.stop()
    })
  }

  it('go on alone while it hangs, after a few have waited for it, and find it again', async () => {
    const { here, there } = await two({ timeout_ms: 100 })
    await here.level.set('known', entry())
    await there.textOf('known')
    let asked = 0
    const get = here.redis.level.get.bind(here.redis.level)
    here.redis.level.get = (key) => {
      asked++
      return get(key)
    }
    server.freeze()
    for (let question = 0; question < 1000; question++) {
      assert.equal(await here.level.locate(`unknown ${question}`), undefined)
      assert.ok(await here.level.locate('known'))
      here.level.put('own', entry())
    }
    assert.ok(asked <= THRESHOLD, `${asked} waited`)
    assert.equal(here.redis.level.state, 'down')
    assert.equal(await here.level.lease('unknown', [], 1000), 'alone')
    server.thaw()
    await here.settled()
    await there.redis.becomes('open')
    await there.redis.hears('own')
    assert.equal(await there.textOf('own'), await here.textOf('own'))
  })
})
