import type { Clock, Random, Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { CONNECT_MS } from './redis-client'
import { redisError } from './redis-errors'
import type { OpenSession, RedisSession } from './redis-session'
import type { RedisSettings } from './redis-settings'
import { redisName } from './redis-target'

const PAUSE = { minimum_ms: 100, maximum_ms: 5000 } as const
/** Where somebody has to change something first. */
const REFUSED_MS = 60_000
const SPREAD = 0.2

export interface ConnectionOptions {
  readonly settings: RedisSettings
  readonly tracked: readonly string[]
  readonly clock: Clock
  readonly random: Random
  readonly openSession: OpenSession
  /** Does once all that will be asked for, so that it is refused now rather than then. Rejects with what it was refused with. */
  readonly tryOut: (session: RedisSession) => Promise<unknown>
  readonly events: {
    opened(session: RedisSession): void
    changed(name: string | undefined): void
    lost(error: MonitorError): void
  }
}

/** Keeps a session with Redis open: makes another one whenever it ends, for ever, after a pause. */
export class RedisConnection {
  private session: RedisSession | undefined
  private timer: Timer | undefined
  private failures = 0

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    this.connect()
  }

  stop(): void {
    this.drop()
    this.failures = 0
  }

  /** Gives up what it has, which is as good as lost. */
  replace(error: MonitorError): void {
    if (this.session) this.fail(this.session, error)
  }

  private connect(): void {
    const { settings, tracked, clock, openSession, events } = this.options
    const session: RedisSession = openSession({
      settings,
      tracked,
      events: {
        changed: (name) => this.session === session && events.changed(name),
        lost: (thrown) => this.fail(session, thrown),
      },
    })
    this.session = session
    this.timer = clock.setTimeout(() => this.fail(session, this.silent()), CONNECT_MS)
    this.open(session).catch((thrown: unknown) => this.fail(session, thrown))
  }

  private async open(session: RedisSession): Promise<void> {
    await session.open()
    await this.options.tryOut(session)
    if (this.session !== session) return
    this.clearTimer()
    this.failures = 0
    this.options.events.opened(session)
  }

  private fail(session: RedisSession, thrown: unknown): void {
    if (this.session !== session) return
    this.drop()
    const error = redisError(thrown, redisName(this.options.settings.target))
    this.timer = this.options.clock.setTimeout(() => this.connect(), this.pause(error))
    this.options.events.lost(error)
  }

  private drop(): void {
    this.clearTimer()
    const { session } = this
    this.session = undefined
    session?.end()
  }

  /** Spread, because many that lost one Redis must not come back to it together. */
  private pause(error: MonitorError): number {
    const { random } = this.options
    if (error.code !== 'CACHE_UNAVAILABLE') return REFUSED_MS * (1 - SPREAD + 2 * SPREAD * random())
    const ceiling_ms = Math.min(PAUSE.maximum_ms, 2 * PAUSE.minimum_ms * 2 ** this.failures++)
    return PAUSE.minimum_ms + random() * (ceiling_ms - PAUSE.minimum_ms)
  }

  private silent(): MonitorError {
    const name = redisName(this.options.settings.target)
    return new MonitorError('CACHE_UNAVAILABLE', `${name}: it did not answer within ${CONNECT_MS / 1000} s`)
  }

  private clearTimer(): void {
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
  }
}
