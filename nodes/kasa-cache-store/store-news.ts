import type { CacheStatus } from '../../src/cache/cache'
import type { Clock } from '../../src/domain/clock'
import type { ErrorCode } from '../../src/domain/errors'
import { Seldom } from '../shared/seldom'
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

/** Shows how a cache is, and puts into the log when Redis goes and comes back, when memory is short, and that a value was too large. */
export class StoreNews {
  private trouble: ErrorCode | undefined
  /** A Redis that is just too slow may go and come back all day long. */
  private readonly seldom: Seldom
  private isTold = false
  private shrunk = false
  private hasToldSize = false

  constructor(
    private readonly status: Pick<Status, 'show'>,
    private readonly log: NewsLog,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.seldom = new Seldom(clock)
  }

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
    const line = this.seldom.pass(`Memory goes on alone: ${reason}`)
    this.isTold = line !== undefined
    if (line !== undefined) this.log.warn(line)
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
