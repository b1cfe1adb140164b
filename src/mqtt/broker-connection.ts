import type { Clock, Random, Timer } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { BackOff } from './back-off'
import type { Farewell, ReceivedMessage } from './broker'
import { BrokerSession } from './broker-session'
import { brokerError, isEndWithoutReason, isVersionRefused, turnedAwayError } from './mqtt-errors'
import type { Version } from './mqtt-library'
import type { MqttSettings } from './mqtt-settings'
import { VersionChoice, type Failure } from './version-choice'

/** Open for so long, a connection has been a good one. */
const STEADY_MS = 60_000
/** One that somebody else wants as well, who may pause for a minute too: the two must not begin anew with each other's pause. */
const CONTESTED_STEADY_MS = 600_000
/** MQTT 3.1.1 cannot say that somebody else has come with our id: connections end soon after they have been opened. */
const SHORT_MS = 10_000
const SHORT_IN_A_ROW = 3

export interface ConnectionOptions {
  readonly settings: MqttSettings
  readonly client_id: string
  readonly will?: Farewell
  readonly clock: Clock
  readonly random: Random
  readonly events: {
    opened(session: BrokerSession, version: Version): void
    received(message: ReceivedMessage): void
    dropped(): void
    /** `isNew`: a trouble of its own, rather than the one that was before. */
    lost(error: MonitorError, isNew: boolean): void
  }
}

/** Keeps a session with the broker open: makes another one whenever it ends, for ever, after a pause. */
export class BrokerConnection {
  private readonly backOff: BackOff
  private readonly versions: VersionChoice
  private session: BrokerSession | undefined
  private timer: Timer | undefined
  private isRunning = false
  private opened_ms: number | undefined
  private short_in_a_row = 0
  private isContested = false

  constructor(private readonly options: ConnectionOptions) {
    this.backOff = new BackOff(options.random)
    this.versions = new VersionChoice(options.settings.version)
  }

  start(): void {
    if (this.isRunning) return
    this.isRunning = true
    this.connect()
  }

  /** An open session is left by `leave`, which has to come to an end. */
  async stop(leave: (session: BrokerSession) => Promise<void>): Promise<void> {
    const { session, opened_ms } = this
    this.isRunning = false
    this.session = undefined
    this.opened_ms = undefined
    this.clearTimer()
    if (session && opened_ms !== undefined) await leave(session)
    session?.end()
    await session?.gone()
  }

  private connect(): void {
    const { settings, clock, events, ...rest } = this.options
    const { version } = this.versions
    const isOurs = () => this.session === session
    const session: BrokerSession = new BrokerSession({
      ...rest,
      settings,
      version,
      clock,
      events: {
        opened: () => isOurs() && this.open(session, version),
        received: (message) => isOurs() && events.received(message),
        dropped: () => isOurs() && events.dropped(),
        lost: (thrown) => isOurs() && this.lose(thrown),
      },
    })
    this.session = session
    this.timer = clock.setTimeout(() => this.lose(this.silence()), settings.connect_ms)
    session.open()
  }

  private open(session: BrokerSession, version: Version): void {
    this.clearTimer()
    this.versions.opened()
    this.opened_ms = this.options.clock.monotonic()
    this.options.events.opened(session, version)
  }

  private lose(thrown: unknown): void {
    const { clock, events } = this.options
    const { session, opened_ms } = this
    this.session = undefined
    this.opened_ms = undefined
    this.clearTimer()
    session?.end()
    if (opened_ms === undefined && this.versions.failed(failureOf(thrown))) {
      this.timer = clock.setTimeout(() => this.connect(), 0)
      return
    }
    const lived_ms = opened_ms === undefined ? 0 : clock.monotonic() - opened_ms
    const error = this.errorOf(thrown, opened_ms !== undefined, lived_ms)
    if (error.code === 'BROKER_ID_TAKEN') this.isContested = true
    const isNew = lived_ms >= (this.isContested ? CONTESTED_STEADY_MS : STEADY_MS)
    if (isNew) {
      this.backOff.reset()
      this.isContested = error.code === 'BROKER_ID_TAKEN'
    }
    this.timer = clock.setTimeout(() => this.connect(), this.backOff.next())
    events.lost(error, isNew)
  }

  private errorOf(thrown: unknown, was_open: boolean, lived_ms: number): MonitorError {
    const { settings, client_id } = this.options
    const has_no_reason = isEndWithoutReason(thrown)
    if (has_no_reason && !was_open) return turnedAwayError(settings)
    if (lived_ms >= STEADY_MS) this.short_in_a_row = 0
    const is_short = was_open && lived_ms < SHORT_MS && has_no_reason
    if (is_short) this.short_in_a_row++
    if (!is_short || this.short_in_a_row < SHORT_IN_A_ROW) return brokerError(thrown, settings)
    const message =
      `${settings.url}: it ends connections soon after they are open; another client may use the client id ` +
      `${client_id}, or the user may not publish what we do`
    return new MonitorError('BROKER_ID_TAKEN', message)
  }

  private silence(): MonitorError {
    const { url, connect_ms } = this.options.settings
    return new MonitorError('BROKER_UNAVAILABLE', `${url}: it did not answer within ${connect_ms / 1000} s`)
  }

  private clearTimer(): void {
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
  }
}

function failureOf(thrown: unknown): Failure {
  if (isVersionRefused(thrown)) return 'version'
  return isEndWithoutReason(thrown) ? 'silence' : 'other'
}
