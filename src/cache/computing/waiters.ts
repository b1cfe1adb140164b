import type { Clock, Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { FoundIn, Turn } from '../cache'
import type { CacheEntry } from '../cache-entry'

/** How a question ended: with a value, or with the turn to bring it, and perhaps an old value that may be served meanwhile. */
export type Outcome =
  | { readonly entry: CacheEntry; readonly from: FoundIn }
  | { readonly turn: Turn; readonly served: CacheEntry | undefined }

export interface Waiter {
  readonly wait_ms: number
  readonly timer: Timer
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: MonitorError) => void
}

/** All in this process who wait for the value of one key, in the order in which they came. */
export class Waiters {
  private readonly all = new Set<Waiter>()

  constructor(
    private readonly key: string,
    private readonly clock: Clock,
    /** What those get for whom there is nothing better. */
    private readonly usable: () => CacheEntry | undefined,
  ) {}

  get size(): number {
    return this.all.size
  }

  /** @throws MonitorError `CACHE_TIMEOUT`, or why nobody brings it */
  join(wait_ms: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const onTimeout = () => {
        this.all.delete(waiter)
        this.disappoint(waiter, timedOut(this.key, wait_ms))
      }
      const waiter: Waiter = { wait_ms, timer: this.clock.setTimeout(onTimeout, wait_ms), resolve, reject }
      this.all.add(waiter)
    })
  }

  /** Whoever has waited longest, and no longer does. */
  takeFirst(): Waiter | undefined {
    const [first] = this.all
    if (first) this.take(first)
    return first
  }

  answer(entry: CacheEntry, from: FoundIn): void {
    this.answerFrom(0, entry, from)
  }

  /** All but the one who is to bring a better one. */
  answerOthers(entry: CacheEntry, from: FoundIn): void {
    this.answerFrom(1, entry, from)
  }

  reject(makeError: () => MonitorError): void {
    for (const waiter of [...this.all]) {
      this.take(waiter)
      this.disappoint(waiter, makeError())
    }
  }

  private answerFrom(index: number, entry: CacheEntry, from: FoundIn): void {
    for (const waiter of [...this.all].slice(index)) {
      this.take(waiter)
      waiter.resolve({ entry, from })
    }
  }

  private take(waiter: Waiter): void {
    this.all.delete(waiter)
    this.clock.clearTimeout(waiter.timer)
  }

  private disappoint(waiter: Waiter, error: MonitorError): void {
    const entry = this.usable()
    if (entry) waiter.resolve({ entry, from: 'memory' })
    else waiter.reject(error)
  }
}

export function timedOut(key: string, wait_ms: number): MonitorError {
  return new MonitorError('CACHE_TIMEOUT', `${key}: nobody has brought its value within ${wait_ms} ms`)
}
