import { before, describe } from 'mocha'
import type { SharedLevel } from '../../../src/cache/cache-level'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { TieredLevel } from '../../../src/cache/tiered/tiered-level'
import { systemClock, type Clock } from '../../../src/domain/clock'
import { describeCacheLevel, realTime, type LevelUnderTest } from '../../contract/cache/cache-level.contract'
import { FakeClock } from '../../support/fake-clock'
import { FakeShared, FakeSharedLevel } from '../../support/fake-shared-level'
import { skipWithout } from '../../support/skipping'
import { redisSettings, WatchedLevel } from '../../support/redis-levels'
import { startRedis, whyNoRedis } from '../../support/redis-servers'

const MANY = 10_000

function started(clock: Clock, shared: SharedLevel | undefined, maximum_entries: number): TieredLevel {
  const memory = new MemoryLevel({ maximum_entries, maximum_bytes: 64e6, clock })
  const level = new TieredLevel({ memory, shared, times: redisSettings('redis://127.0.0.1'), clock })
  level.start()
  return level
}

function inFakeTime(
  make: (clock: Clock) => SharedLevel | undefined,
  maximum_entries = MANY,
): () => Promise<LevelUnderTest> {
  return () => {
    const clock = new FakeClock()
    const level = started(clock, make(clock), maximum_entries)
    const until = (moment_ms: number) => {
      clock.advance(Math.max(0, moment_ms - clock.monotonic()))
      return Promise.resolve()
    }
    return Promise.resolve({ level, time: { clock, until }, close: () => level.stop() })
  }
}

describe('memory in front of Redis', () => {
  describeCacheLevel(
    'memory without anything behind it',
    inFakeTime(() => undefined),
  )

  describeCacheLevel(
    'memory in front of what others share',
    inFakeTime((clock) => new FakeSharedLevel(new FakeShared(clock))),
  )

  describeCacheLevel(
    'memory for one value in front of what others share',
    inFakeTime((clock) => new FakeSharedLevel(new FakeShared(clock)), 1),
  )

  describeCacheLevel(
    'memory in front of a Redis that is not there',
    inFakeTime((clock) => {
      const shared = new FakeSharedLevel(new FakeShared(clock))
      shared.manual = true
      return shared
    }),
  )
})

describe('memory in front of a real Redis', () => {
  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  for (const [name, maximum_entries] of [
    ['memory and Redis', MANY],
    ['memory for one value, and Redis', 1],
  ] as const) {
    describeCacheLevel(name, async () => {
      const server = await startRedis()
      const watched = new WatchedLevel(server.url)
      const level = started(systemClock, watched.level, maximum_entries)
      await watched.becomes('open')
      const close = async () => {
        await level.stop()
        await server.stop()
      }
      return { level, time: realTime, close }
    })
  }
})
