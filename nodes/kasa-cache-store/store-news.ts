import type { CacheStatus } from '../../src/cache/cache'
import type { Clock } from '../../src/domain/clock'
import type { ErrorCode } from '../../src/domain/errors'
import type { Status, StatusKind } from '../shared/status'

export interface NewsLog {
  warn(text: string): void
  note(text: string): void
}

type Line = readonly [StatusKind, string]

/** Why there is memory alone, in a word or two. */
const REASONS: { readonly [Code in ErrorCode]?: string } = {
  CACHE_UNAVAILABLE: 'Redis is away',
  CACHE_LOGIN_REFUSED: 'login refused',
  CACHE_UNSUPPORTED: 'not supported',
}

/** A Redis that is just too slow may go and come back all day long: the log hears of so many times in an hour. */
const TOLD_PER_HOUR = 3
const HOUR_MS = 3_600_000

/** Shows how a cache is, and puts into the log when Redis goes and comes back, when memory is short, and that a value was too large. */
export class StoreNews {
  private trouble: ErrorCode | undefined
  /** When Redis went, as the log was told. */
  private told_ms: readonly number[] = []
  private isTold = false
  private shrunk = false
  private hasToldSize = false

  constructor(
    private readonly status: Pick<Status, 'show'>,
    private readonly log: NewsLog,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** To be called at the start, and whenever the status has changed. */
  follow(now: CacheStatus): void {
    this.status.show(...lineOf(now))
    this.followRedis(now)
    this.followMemory(now)
    if (now.oversized && !this.hasToldSize) this.log.warn(now.oversized.message)
    this.hasToldSize ||= now.oversized !== undefined
  }

  private followRedis({ redis, error }: CacheStatus): void {
    if (redis === 'down' && error && error.code !== this.trouble) {
      this.trouble = error.code
      this.tell(error.message)
    }
    if (redis !== 'open' || this.trouble === undefined) return
    this.trouble = undefined
    if (this.isTold) this.log.note('Redis is back')
  }

  private tell(reason: string): void {
    const now_ms = this.clock.monotonic()
    const recent = this.told_ms.filter((told_ms) => now_ms - told_ms < HOUR_MS)
    this.isTold = recent.length < TOLD_PER_HOUR
    if (!this.isTold) return
    this.told_ms = [...recent, now_ms]
    const isLast = this.told_ms.length === TOLD_PER_HOUR
    const end = isLast ? `. It was the ${TOLD_PER_HOUR}rd time in an hour; others in it are not logged` : ''
    this.log.warn(`Memory goes on alone: ${reason}${end}`)
  }

  private followMemory({ shrunk }: CacheStatus): void {
    if (shrunk === this.shrunk) return
    this.shrunk = shrunk
    if (shrunk) this.log.warn('Memory is short: the cache has shrunk, oldest values first')
    else this.log.note('Memory is no longer short: the cache may grow again')
  }
}

/** Also what `kasa-cache` shows of it. */
export function lineOf({ redis, error, shrunk }: CacheStatus): Line {
  if (redis === 'closed') return ['idle', 'closed']
  if (redis === 'down') return ['waiting', `memory alone: ${reasonOf(error)}`]
  if (redis === 'connecting') return ['waiting', 'memory, connecting to Redis']
  const levels = redis === 'open' ? 'memory and Redis' : 'memory'
  return shrunk ? ['waiting', `${levels}, short of memory`] : ['ready', levels]
}

export function reasonOf(error: CacheStatus['error']): string {
  return (error && REASONS[error.code]) ?? error?.message ?? 'Redis is away'
}
