import { after, afterEach, before, beforeEach } from 'mocha'
import { EventEmitter, once } from 'node:events'
import { parseCacheSettings, type RedisSettings } from '../../src/cache/cache-settings'
import type { SharedState } from '../../src/cache/cache-level'
import { RedisLevel } from '../../src/cache/redis/redis-level'
import { systemClock, type Clock } from '../../src/domain/clock'
import { startRedis, whyNoRedis, type RedisServer } from './redis-servers'
import { skipWithout } from './skipping'

/** Longer than a busy machine takes: only tests of slowness want less. */
const PATIENCE_MS = 2000
export const ENTRY_BYTES = 1_000_000

export function redisSettings(url: string, given: Readonly<Record<string, unknown>> = {}): RedisSettings {
  const { redis } = parseCacheSettings({ redis_url: url, timeout_ms: PATIENCE_MS, ...given })
  if (!redis) throw new Error('no Redis')
  return redis
}

/** Its timers run a hundred times faster: for pauses of seconds and minutes. */
export const hurriedClock: Clock = {
  ...systemClock,
  setTimeout: (callback, delay_ms) => systemClock.setTimeout(callback, delay_ms / 100),
}

/** A level on a real Redis, and all that it tells. */
export class WatchedLevel {
  readonly level: RedisLevel
  readonly states: SharedState[] = []
  /** Keys; undefined for all. */
  readonly changes: (string | undefined)[] = []
  private readonly told = new EventEmitter()

  constructor(url: string, given: Readonly<Record<string, unknown>> = {}, clock: Clock = systemClock) {
    const settings = redisSettings(url, given)
    // Without chance, so that pauses are the shortest.
    this.level = new RedisLevel({ settings, clock, random: () => 0, entry_bytes: ENTRY_BYTES })
    this.level.watch({
      changed: (key) => {
        this.changes.push(key)
        this.told.emit('told')
      },
      state: (state) => {
        this.states.push(state)
        this.told.emit('told')
      },
    })
  }

  /** Started, and open. */
  static async open(url: string, given: Readonly<Record<string, unknown>> = {}): Promise<WatchedLevel> {
    const watched = new WatchedLevel(url, given)
    watched.level.start()
    await watched.becomes('open')
    return watched
  }

  becomes(state: SharedState): Promise<void> {
    return this.until(() => this.level.state === state)
  }

  hears(key: string | undefined): Promise<void> {
    return this.until(() => this.changes.includes(key))
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.told, 'told')
  }

  stop(): Promise<void> {
    return this.level.stop()
  }
}

export interface TwoUsers {
  readonly server: RedisServer
  readonly here: WatchedLevel
  readonly there: WatchedLevel
}

/** Gives each test of a suite two levels on one real Redis, which is empty. Called within a test, the result tells them. */
export function useTwoLevels(): () => TwoUsers {
  let server: RedisServer | undefined
  let users: TwoUsers | undefined

  before(async function () {
    skipWithout(whyNoRedis(), this)
    server = await startRedis()
  })

  beforeEach(async () => {
    if (!server) return
    await server.command('FLUSHALL')
    const [here, there] = await Promise.all([WatchedLevel.open(server.url), WatchedLevel.open(server.url)])
    users = { server, here, there }
  })

  afterEach(async () => {
    await Promise.all([users?.here.stop(), users?.there.stop()])
    users = undefined
  })

  after(() => server?.stop())

  return () => {
    if (!users) throw new Error('only within a test')
    return users
  }
}
