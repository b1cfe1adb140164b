import type { Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { Histogram } from '../../domain/histogram'
import { CircuitBreaker } from '../../polling/circuit-breaker'
import type { SharedState } from '../cache-level'
import { inTime } from './in-time'
import { RedisConnection, type ConnectionOptions } from './redis-connection'
import { redisError } from './redis-errors'
import type { RedisSession } from './redis-session'
import { redisName } from './redis-target'

/** In a row, until messages are no longer made to wait. */
const THRESHOLD = 3
const MAXIMUM_PAUSE_MS = 5000
/** A connection on which nothing has come for so long, although something was asked, is as good as lost. */
const SILENCE_MS = 3000
const MAXIMUM_UNDER_WAY = 10_000
const LONG_MS = 5000

/** @param isOver whether nobody waits for it any more: it takes no further step then */
export type Exchange<T> = (session: RedisSession, isOver: () => boolean) => Promise<T>

export interface LinkOptions extends Omit<ConnectionOptions, 'events'> {
  readonly events: {
    changed(name: string | undefined): void
    state(state: SharedState): void
  }
}

/** What all questions to Redis pass through: it bounds how long they wait and how many there are, and gives up for a while. */
export class RedisLink {
  readonly counters = { errors: 0, rubbish: 0, latency: new Histogram() }
  state: SharedState = 'closed'
  /** Why it is not open. */
  error: MonitorError | undefined
  private readonly connection: RedisConnection
  private breaker: CircuitBreaker
  private session: RedisSession | undefined
  private timer: Timer | undefined
  private under_way = 0
  /** While a probe is. */
  private probe_since_ms: number | undefined

  constructor(private readonly options: LinkOptions) {
    const events = {
      opened: (session: RedisSession) => this.opened(session),
      changed: options.events.changed,
      lost: (error: MonitorError) => this.lost(error),
    }
    this.breaker = this.newBreaker()
    this.connection = new RedisConnection({ ...options, events })
  }

  start(): void {
    if (this.state !== 'closed') return
    this.become('connecting')
    this.connection.start()
  }

  stop(): void {
    if (this.state === 'closed') return
    this.forget()
    this.connection.stop()
    this.become('closed')
  }

  /**
   * What somebody waits for: it takes `timeout_ms` at most.
   * @throws MonitorError `CACHE_UNAVAILABLE`, at once where Redis is not open
   */
  async ask<T>(exchange: Exchange<T>): Promise<T> {
    const { clock, settings } = this.options
    const begun_ms = clock.monotonic()
    const reply = await this.within(settings.timeout_ms, exchange)
    this.counters.latency.add(clock.monotonic() - begun_ms)
    return reply
  }

  /** What takes many steps, or nobody waits for. @throws MonitorError `CACHE_UNAVAILABLE` */
  carryOut<T>(exchange: Exchange<T>): Promise<T> {
    return this.within(LONG_MS, exchange)
  }

  private async within<T>(limit_ms: number, exchange: Exchange<T>): Promise<T> {
    const { session } = this
    if (this.state !== 'open' || !session) throw this.unavailable(this.error?.message)
    if (this.under_way >= MAXIMUM_UNDER_WAY) throw this.failed(session, this.late('has too many questions to answer'))
    let is_over = false
    try {
      const reply = this.counted(exchange(session, () => is_over))
      const answer = await inTime(reply, limit_ms, this.options.clock, () => this.late('answers too late'))
      if (this.session === session) this.breaker.succeeded()
      return answer
    } catch (thrown) {
      throw this.failed(session, thrown)
    } finally {
      is_over = true
    }
  }

  private async counted<T>(reply: Promise<T>): Promise<T> {
    this.under_way++
    try {
      return await reply
    } finally {
      this.under_way--
    }
  }

  /** What a question failed with. Where Redis said it, the next ones would hear the same. */
  private failed(session: RedisSession, thrown: unknown): MonitorError {
    this.counters.errors++
    const error = redisError(thrown, this.name)
    if (this.session !== session || this.state !== 'open') return this.unavailable(error.message)
    const now_ms = this.options.clock.monotonic()
    do this.breaker.failed(now_ms)
    while (!(thrown instanceof Late) && this.breaker.state === 'closed')
    if (this.breaker.state === 'open') this.goDown(error)
    return this.unavailable(error.message)
  }

  private opened(session: RedisSession): void {
    this.forget()
    this.session = session
    this.become('open')
  }

  private lost(error: MonitorError): void {
    this.forget()
    this.goDown(error)
  }

  private goDown(error: MonitorError): void {
    this.become('down', error)
    if (this.session) this.schedule()
  }

  private schedule(): void {
    const { clock } = this.options
    this.timer = clock.setTimeout(() => this.probe(), Math.max(0, this.breaker.retry_at_ms - clock.monotonic()))
  }

  /** One at a time: where a probe is not answered at all, another one says nothing new. */
  private probe(): void {
    const { session, options } = this
    const { clock, settings } = options
    const now_ms = clock.monotonic()
    if (!session) return
    // Timers may fire a little early.
    if (!this.breaker.allows(now_ms)) return this.schedule()
    if (this.probe_since_ms !== undefined) {
      this.breaker.failed(now_ms)
      if (now_ms - this.probe_since_ms >= SILENCE_MS) this.connection.replace(this.unavailable('it no longer answers'))
      else this.schedule()
      return
    }
    this.probe_since_ms = now_ms
    const outcome = options.tryOut(session)
    const answered = () => {
      if (this.session === session) this.probe_since_ms = undefined
    }
    outcome.then(answered, answered)
    inTime(outcome, settings.timeout_ms, clock, () => this.late('answers too late')).then(
      () => this.session === session && this.recovered(),
      (thrown: unknown) => this.session === session && this.stillDown(thrown),
    )
  }

  private recovered(): void {
    this.breaker.succeeded()
    this.become('open')
  }

  private stillDown(thrown: unknown): void {
    this.breaker.failed(this.options.clock.monotonic())
    this.become('down', redisError(thrown, this.name))
    this.schedule()
  }

  private forget(): void {
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.session = undefined
    this.probe_since_ms = undefined
    this.breaker = this.newBreaker()
  }

  /** Told where the state is another one, or the kind of its reason: an outage is told once. */
  private become(state: SharedState, error?: MonitorError): void {
    const is_known = state === this.state && error?.code === this.error?.code
    this.state = state
    this.error = error
    if (!is_known) this.options.events.state(state)
  }

  private newBreaker(): CircuitBreaker {
    return new CircuitBreaker(THRESHOLD, this.options.random, MAXIMUM_PAUSE_MS)
  }

  private get name(): string {
    return redisName(this.options.settings.target)
  }

  private late(what: string): Late {
    return new Late('CACHE_UNAVAILABLE', `${this.name}: it ${what}`)
  }

  private unavailable(message = 'not connected'): MonitorError {
    return new MonitorError('CACHE_UNAVAILABLE', message.startsWith(this.name) ? message : `${this.name}: ${message}`)
  }
}

class Late extends MonitorError {}
