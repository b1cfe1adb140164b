import type { Clock, Timer } from '../../domain/clock'
import type { Turn } from '../cache'
import type { CacheEntry } from '../cache-entry'
import type { HeldLease } from './held-lease'
import { News } from './news'
import type { Request } from './request'
import { Waiters, type Outcome } from './waiters'

/**
 * `searching`: it is being found out whether anybody has the value, or the right to bring it. `elsewhere`: another process
 * has that right. `turn`: somebody here has it. `overdue`: their time has passed, and nobody else has it yet. `keeping`: the
 * value is on its way to Redis. `resting`: an old value could not be refreshed, and that is not tried again at once.
 */
export type Phase = 'searching' | 'elsewhere' | 'turn' | 'overdue' | 'keeping' | 'resting' | 'over'

/** The computation of one key, with all who wait for it in this process. */
export class Flight {
  phase: Phase = 'searching'
  readonly waiters: Waiters
  /** Of the key in Redis. */
  readonly news: News
  /** Of whoever is to bring the value, `since_ms` by the monotonic clock. */
  turn: (Turn & { readonly since_ms: number; readonly wait_ms: number }) | undefined
  lease: HeldLease | undefined
  /** Its key was deleted or changed after the turn began: what it brings is answered, and not kept. */
  isVoid = false
  /** What was brought, while `keeping`. */
  brought: CacheEntry | undefined
  /** How often the key was deleted here. */
  deletions = 0
  private timer: Timer | undefined

  constructor(
    readonly request: Request,
    /** What may be served until its end where nothing better comes. */
    public served: CacheEntry | undefined,
    private readonly clock: Clock,
  ) {
    this.waiters = new Waiters(request.key, clock, () => this.usable())
    this.news = new News(clock)
  }

  get key(): string {
    return this.request.key
  }

  /** Whether whoever asks now has part in it. */
  get isOpen(): boolean {
    if (this.phase === 'resting') return this.usable() !== undefined
    return !this.isVoid && this.phase !== 'overdue'
  }

  /** What may be served now of what there was. */
  usable(): CacheEntry | undefined {
    return this.served && this.clock.monotonic() < this.served.ends_ms ? this.served : undefined
  }

  /** What whoever asks now need not wait for. */
  known(): Outcome | undefined {
    if (this.brought) return { entry: this.brought, from: 'computed' }
    const entry = this.usable()
    return entry && { entry, from: 'memory' }
  }

  /** There is one timer: what its phase waits for. */
  setTimer(delay_ms: number, callback: () => void): void {
    this.clearTimer()
    this.timer = this.clock.setTimeout(callback, delay_ms)
  }

  clearTimer(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  /** For good. What is brought after that goes nowhere. */
  end(): void {
    this.phase = 'over'
    this.lease = undefined
    this.clearTimer()
    this.news.tell()
  }
}
