import type { Clock, Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { FoundIn, Turn } from '../cache'
import type { CacheEntry } from '../cache-entry'
import type { HeldLease } from './held-lease'
import type { Request } from './request'

/**
 * `searching`: it is being found out whether anybody has the value, or the right to compute it. `elsewhere`: another process
 * has that right. `turn`: somebody here has it. `overdue`: their time has passed, and nobody else has it yet. `keeping`: the
 * value is on its way to Redis. `resting`: an old value could not be refreshed, and that is not tried again at once.
 */
export type Phase = 'searching' | 'elsewhere' | 'turn' | 'overdue' | 'keeping' | 'resting' | 'over'

/** How a question ended: with a value, or with the turn to bring it, and perhaps an old value that may be served meanwhile. */
export type Outcome =
  | { readonly entry: CacheEntry; readonly from: FoundIn }
  | { readonly turn: Turn; readonly served: CacheEntry | undefined }

interface Waiter {
  readonly wait_ms: number
  readonly timer: Timer
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: MonitorError) => void
}

/** The computation of one key, with all who wait for it here. */
export class Flight {
  phase: Phase = 'searching'
  /** What may be served until its end where nothing better comes. */
  served: CacheEntry | undefined
  turn: Turn | undefined
  lease: HeldLease | undefined
  /** When the turn began, by the monotonic clock. */
  since_ms = 0
  /** Its key was deleted or changed after the turn began: what it brings is answered, and not kept. */
  isVoid = false
  /** What was brought, while `keeping`. */
  brought: CacheEntry | undefined
  /** Called when the turn passes without a value. */
  onPassed: ((error: MonitorError) => void) | undefined
  /** How often the key was deleted here while it was searched for. */
  deletions = 0
  private readonly waiters = new Set<Waiter>()
  private timer: Timer | undefined
  private onWoken: (() => void) | undefined
  private isWoken = false

  constructor(
    readonly request: Request,
    private readonly clock: Clock,
  ) {}

  get key(): string {
    return this.request.key
  }

  get waiting(): number {
    return this.waiters.size
  }

  /** Whether whoever asks now has part in it. */
  get isOpen(): boolean {
    if (this.phase === 'resting') return this.usable() !== undefined
    return !this.isVoid && this.phase !== 'overdue'
  }

  /** What whoever asks now need not wait for. */
  known(): Outcome | undefined {
    if (this.brought) return { entry: this.brought, from: 'computed' }
    const entry = this.usable()
    return entry && { entry, from: 'memory' }
  }

  /** @throws MonitorError `CACHE_TIMEOUT`, or why nobody brings it */
  join(wait_ms: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(() => {
        this.waiters.delete(waiter)
        this.refuse(waiter, timedOut(this.key, wait_ms))
      }, wait_ms)
      const waiter: Waiter = { wait_ms, timer, resolve, reject }
      this.waiters.add(waiter)
    })
  }

  /** Whoever waits longest, and no longer does. */
  takeFirst(): Waiter | undefined {
    const [first] = this.waiters
    if (first) this.take(first)
    return first
  }

  answer(entry: CacheEntry, from: FoundIn): void {
    for (const waiter of this.takeAll()) waiter.resolve({ entry, from })
  }

  /** All but the one who is to bring a better one. */
  answerOthers(entry: CacheEntry, from: FoundIn): void {
    for (const waiter of [...this.waiters].slice(1)) {
      this.take(waiter)
      waiter.resolve({ entry, from })
    }
  }

  /** Those who can be served with what there was get that. */
  reject(makeError: () => MonitorError): void {
    for (const waiter of this.takeAll()) this.refuse(waiter, makeError())
  }

  /** Nobody brings it in time. */
  disappoint(makeError: () => MonitorError): void {
    this.reject(makeError)
    this.onPassed?.(makeError())
  }

  /** What may be served now of what there was. */
  usable(): CacheEntry | undefined {
    return this.served && this.clock.monotonic() < this.served.ends_ms ? this.served : undefined
  }

  /** There may be news of the key. */
  wake(): void {
    this.isWoken = true
    this.onWoken?.()
  }

  /** From here on, what is woken does not sleep. */
  listen(): void {
    this.isWoken = false
  }

  /** Returns when it was woken since `listen`, and after `longest_ms` at the latest. */
  async sleep(longest_ms: number): Promise<void> {
    if (this.isWoken) return
    await new Promise<void>((resolve) => {
      this.onWoken = resolve
      this.setTimer(longest_ms, resolve)
    })
    this.onWoken = undefined
    this.clearTimer()
  }

  /** It has one timer: what its phase waits for. */
  setTimer(delay_ms: number, callback: () => void): void {
    this.clearTimer()
    this.timer = this.clock.setTimeout(callback, delay_ms)
  }

  clearTimer(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private takeAll(): Waiter[] {
    const all = [...this.waiters]
    for (const waiter of all) this.take(waiter)
    return all
  }

  private take(waiter: Waiter): void {
    this.waiters.delete(waiter)
    this.clock.clearTimeout(waiter.timer)
  }

  private refuse(waiter: Waiter, error: MonitorError): void {
    const entry = this.usable()
    if (entry) waiter.resolve({ entry, from: 'memory' })
    else waiter.reject(error)
  }
}

export function timedOut(key: string, wait_ms: number): MonitorError {
  return new MonitorError('CACHE_TIMEOUT', `${key}: nobody has brought its value within ${wait_ms} ms`)
}
