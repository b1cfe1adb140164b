import type { Device } from '../../domain/device'
import { MonitorError, type ErrorCode } from '../../domain/errors'
import { isSameDialect, type Dialect } from './dialect'
import { TPAP_REASON } from './discovery/announced-dialect'
import type { Link } from './link'

export interface TrialsOptions {
  readonly host: string
  /** What was spoken until there was reason for doubt. It stays the caller's. */
  readonly known: Link | undefined
  /** Whether the host has proved before that it can do without the password itself, which `aes` gives away. */
  readonly isAboveAes: boolean
  readonly createLink: (dialect: Dialect) => Link
}

export interface FoundLink {
  readonly link: Link
  readonly devices: readonly Device[]
}

interface Trial {
  readonly dialect: Dialect
  readonly error: MonitorError
}

/** Only a host that is spoken to rightly says so, or nobody waits any more: the search ends with it. */
const CONCLUSIVE: ReadonlySet<ErrorCode> = new Set(['CLOSED', 'IDENTITY_MISMATCH', 'LOGIN_REFUSED'])
/** In a guess these may as well say that the guess was wrong. */
const CONCLUSIVE_UNLESS_GUESSED: ReadonlySet<ErrorCode> = new Set([
  'DEVICE_UNSUPPORTED',
  'DEVICE_REFUSED',
  'SESSION_REFUSED',
])
/** Nothing listens there: other words will not help. */
const CLOSED_PORT: ReadonlySet<ErrorCode> = new Set(['CONNECT_FAILED', 'CONNECT_TIMEOUT', 'HOST_UNREACHABLE'])
/** Silence: whoever lives would have refused, or said something. */
const DEAD: ReadonlySet<ErrorCode> = new Set(['CONNECT_TIMEOUT', 'HOST_UNREACHABLE', 'REPLY_TIMEOUT'])
/** Worth more to a person than what failed first, in this order. */
const TELLING: readonly ErrorCode[] = ['DEVICE_UNSUPPORTED', 'LOGIN_REFUSED']

/** Speaks to a host in one dialect after the other, in each once at most. */
export class Trials {
  private readonly failures: Trial[] = []
  private link: Link | undefined
  private stopped: MonitorError | undefined

  constructor(private readonly options: TrialsOptions) {}

  /** Whether the host has said anything at all so far. */
  get isAlive(): boolean {
    return this.failures.some(({ error }) => !DEAD.has(error.code))
  }

  /**
   * In a dialect that there is reason to expect; undefined where the host does not speak it, or it was tried before.
   * @throws MonitorError what makes further trials useless
   */
  async expect(dialect: Dialect): Promise<FoundLink | undefined> {
    if (this.errorOf(dialect)) return undefined
    if (this.givesAway(dialect)) {
      this.failures.push({ dialect, error: this.downgraded() })
      return undefined
    }
    const found = await this.speak(dialect)
    const code = this.errorOf(dialect)?.code
    if (code && (CONCLUSIVE.has(code) || CONCLUSIVE_UNLESS_GUESSED.has(code))) throw this.errorOf(dialect)
    return found
  }

  /**
   * In a dialect that is as good as another; undefined likewise, and where it makes no sense after what failed.
   * @throws MonitorError what makes further trials useless
   */
  async guess(dialect: Dialect): Promise<FoundLink | undefined> {
    if (this.errorOf(dialect) || this.givesAway(dialect) || this.isRuledOut(dialect)) return undefined
    const found = await this.speak(dialect)
    const code = this.errorOf(dialect)?.code
    if (code && CONCLUSIVE.has(code)) throw this.errorOf(dialect)
    return found
  }

  /** The failure that tells a person most. `announced`: what the host itself says to speak. */
  verdict(announced: Dialect | undefined): MonitorError {
    const errors = this.failures.map(({ error }) => error)
    for (const code of TELLING) {
      const telling = errors.find((error) => error.code === code)
      if (telling) return telling
    }
    const expected = announced && this.errorOf(announced)
    if (expected && expected.code !== 'PROTOCOL_CHANGED') return expected
    const has = (code: ErrorCode) => errors.some((error) => error.code === code)
    const first = errors.find(({ code }) => code !== 'PROTOCOL_CHANGED')
    if (first && (this.options.known || !(has('PROTOCOL_CHANGED') || has('SESSION_REFUSED')))) return first
    // 403 to whoever knocks, and no announcement that would say why: that is how TPAP firmware treats strangers.
    if (has('SESSION_REFUSED')) return this.error('DEVICE_UNSUPPORTED', TPAP_REASON)
    return this.error('REPLY_INVALID', 'it answers, but in no protocol of Kasa or Tapo devices')
  }

  /** Ends what is under way. May be called twice. */
  stop(error: MonitorError): void {
    this.stopped = error
    this.link?.stop(error)
  }

  private async speak(dialect: Dialect): Promise<FoundLink | undefined> {
    const { known, createLink } = this.options
    if (this.stopped) throw this.stopped
    const own = known && isSameDialect(known.dialect, dialect) ? undefined : createLink(dialect)
    this.link = own
    const link = own ?? (known as Link)
    const { error, devices } = await described(link)
    this.link = undefined
    if (devices && !this.stopped) return { link, devices }
    const failure = this.stopped ?? error ?? this.error('REPLY_INVALID', 'it describes nothing')
    own?.stop(failure)
    this.failures.push({ dialect, error: failure })
    return undefined
  }

  private errorOf(dialect: Dialect): MonitorError | undefined {
    return this.failures.find((trial) => isSameDialect(trial.dialect, dialect))?.error
  }

  private isRuledOut({ port, transport }: Dialect): boolean {
    return this.failures.some(({ dialect, error }) => {
      if (dialect.port !== port) return false
      return CLOSED_PORT.has(error.code) || (dialect.transport === transport && error.code === 'PROTOCOL_CHANGED')
    })
  }

  private givesAway({ transport }: Dialect): boolean {
    return transport === 'aes' && this.options.isAboveAes
  }

  private downgraded(): MonitorError {
    const text =
      'it asks for the password itself, which it has not needed before, so it does not get it; if the device was ' +
      'reset or replaced, deploy again'
    return this.error('LOGIN_REFUSED', text)
  }

  private error(code: ErrorCode, text: string): MonitorError {
    const { host } = this.options
    return new MonitorError(code, `${host}: ${text}`, { details: { host } })
  }
}

interface Described {
  readonly error: MonitorError | undefined
  readonly devices: readonly Device[] | undefined
}

function described(link: Link): Promise<Described> {
  return new Promise((resolve) => link.describe((error, devices) => resolve({ error, devices })))
}
