import { InfluxDB, ResultError } from 'influx'
import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { connectionError, ServerTimeout } from '../influx/connection-errors'
import type { Influx1Options } from '../influx/influx-options'

/** One series of an answer, as the server sends it. */
export interface Series {
  readonly tags?: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  readonly values?: readonly (readonly unknown[])[]
}

// The package would ask a host for nothing, for up to 10 s after a failure, on timers that nobody can end.
const NO_BACKOFF = { getDelay: () => 0, next: () => NO_BACKOFF, reset: () => NO_BACKOFF }

/** Administration of InfluxDB 1.x, through the package `influx`. */
export class Influx1Client {
  // The package keeps the login in clear.
  readonly #client: InfluxDB

  constructor(
    private readonly options: Influx1Options,
    private readonly clock: Clock,
    /** Ends what is under way. */
    private readonly ended: AbortSignal,
  ) {
    this.#client = clientOf(options)
  }

  /**
   * The series that each of some statements gives, in the database of the settings.
   * @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_LOGIN_REFUSED`, `DATABASE_MISSING`, `DATABASE_UNSUPPORTED`, `CLOSED`
   */
  async ask(...statements: readonly string[]): Promise<readonly (readonly Series[])[]> {
    const { url, timeout_ms, database } = this.options
    const late = new AbortController()
    const timer = this.clock.setTimeout(() => late.abort(), timeout_ms)
    const signal = AbortSignal.any([late.signal, this.ended])
    try {
      // The package waits for ever where an answer breaks off.
      const asked = this.#client.queryRaw([...statements], { database, method: 'POST', signal }) as Promise<unknown>
      return seriesOf(await Promise.race([asked, aborted(signal)]))
    } catch (thrown) {
      if (this.ended.aborted) throw new MonitorError('CLOSED', 'The database is closed')
      throw late.signal.aborted ? new ServerTimeout(url, timeout_ms) : errorOf(thrown, url)
    } finally {
      this.clock.clearTimeout(timer)
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(new Error('aborted'))
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
}

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}

function clientOf({ url, login, timeout_ms, verify_certificate }: Influx1Options): InfluxDB {
  const { protocol, hostname, port, pathname } = new URL(url)
  const isHttps = protocol === 'https:'
  const host = {
    protocol: isHttps ? ('https' as const) : ('http' as const),
    host: hostname,
    port: port === '' ? (isHttps ? 443 : 80) : Number(port),
    path: pathname.replace(/\/$/, ''),
    // A connection of its own for each question: they are rare, and none stays behind.
    options: { agent: false, rejectUnauthorized: verify_certificate === 'yes' },
  }
  // Without a name it would log in as root.
  const [username, password] = login ? [login.username, login.password.reveal()] : ['', '']
  const pool = { maxRetries: 0, requestTimeout: timeout_ms, backoff: NO_BACKOFF }
  return new InfluxDB({ hosts: [host], username, password, pool })
}

function seriesOf(answer: unknown): Series[][] {
  const { results = [] } = answer as { results?: readonly { error?: string; series?: Series[] }[] }
  return results.map(({ error, series = [] }) => {
    if (error !== undefined) throw refused(error)
    return series
  })
}

/** The errors of the package hold the request, and with it the login: they are not passed on. */
function errorOf(thrown: unknown, url: string): MonitorError {
  if (!(thrown instanceof Error)) return connectionError(thrown, url)
  const { message, code, res } = thrown as NodeJS.ErrnoException & { readonly res?: { readonly statusCode?: number } }
  const status = res?.statusCode
  if (status === 401) return new MonitorError('DATABASE_LOGIN_REFUSED', `${url} does not know this user and password`)
  if (status === 403) return new MonitorError('DATABASE_LOGIN_REFUSED', `${url} does not allow this user to do this`)
  if (status !== undefined || thrown instanceof ResultError) return refused(message)
  // Of a 5xx the package keeps the words alone.
  return code === undefined
    ? new MonitorError('DATABASE_UNAVAILABLE', `${url}: ${message}`)
    : connectionError(thrown, url)
}

function refused(reason: string): MonitorError {
  const code = /(database|retention policy) not found/.test(reason) ? 'DATABASE_MISSING' : 'DATABASE_UNSUPPORTED'
  return new MonitorError(code, `The server refuses a statement: ${reason.slice(0, 300)}`)
}
