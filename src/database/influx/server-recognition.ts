import { MonitorError } from '../../domain/errors'
import type { Answer, InfluxConnection } from './influx-connection'

export type Generation = 1 | 2 | 3

/** What answers at an address. */
export interface Server {
  readonly product: 'InfluxDB' | 'VictoriaMetrics'
  /** As it names itself: `InfluxDB 1.6.7`. */
  readonly name: string
  /** Absent where it does not tell, as InfluxDB Cloud, or where it is no InfluxDB. */
  readonly generation?: Generation
}

const VERSION = /^v?((\d{1,2})\.\d{1,4}(\.\d{1,4})?)/
const PRODUCT_VERSION = /^vm_app_version\{.*?short_version="v?([\d.]+)/m

/**
 * Asks what is there. A good answer alone proves nothing: VictoriaMetrics says 204 to `GET /write` and answers `SHOW DATABASES`.
 * @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_LOGIN_REFUSED`, `DATABASE_UNSUPPORTED`
 */
export async function recognise(connection: InfluxConnection): Promise<Server> {
  const ping = await connection.exchange({ method: 'GET', path: '/ping' })
  if (isVictoriaMetrics(ping)) return victoriaMetrics(connection)
  const build = headerOf(ping, 'x-influxdb-build')
  const version = headerOf(ping, 'x-influxdb-version')
  // Newer VictoriaMetrics name a version of InfluxDB here, but no build; so do the oldest InfluxDB.
  if (build === undefined && version !== undefined && (await hasMetricsOfVictoria(connection))) {
    return victoriaMetrics(connection)
  }
  if (version !== undefined || build !== undefined) return influxDB(version)
  assertAllowed(ping, connection.url)
  return fromHealth(connection, ping)
}

async function fromHealth(connection: InfluxConnection, ping: Answer): Promise<Server> {
  const health = await connection.exchange({ method: 'GET', path: '/health' })
  assertAllowed(health, connection.url)
  const { name, version } = namedOf(health.body)
  if (name === 'influxdb') return influxDB(version)
  // InfluxDB 3 tells its version in the answer to a ping, too; proxies drop headers that they do not know.
  const ofPing = namedOf(ping.body).version
  if (ofPing !== undefined) return influxDB(ofPing)
  throw new MonitorError('DATABASE_UNSUPPORTED', `${connection.url} is neither InfluxDB nor VictoriaMetrics`)
}

function influxDB(version: string | undefined): Server {
  const match = VERSION.exec(version ?? '')
  const generation = Number(match?.[2])
  const name = match ? `InfluxDB ${match[1]}` : 'InfluxDB'
  const isKnown = generation === 1 || generation === 2 || generation === 3
  return isKnown ? { product: 'InfluxDB', name, generation } : { product: 'InfluxDB', name }
}

async function victoriaMetrics(connection: InfluxConnection): Promise<Server> {
  const { status, body } = await connection.exchange({ method: 'GET', path: '/metrics' })
  const version = status === 200 ? PRODUCT_VERSION.exec(body)?.[1] : undefined
  return { product: 'VictoriaMetrics', name: version ? `VictoriaMetrics ${version}` : 'VictoriaMetrics' }
}

// Its server adds this to every answer, a refused login's as well.
function isVictoriaMetrics(answer: Answer): boolean {
  return answer.status < 300 && headerOf(answer, 'x-server-hostname') !== undefined
}

async function hasMetricsOfVictoria(connection: InfluxConnection): Promise<boolean> {
  const { status, body } = await connection.exchange({ method: 'GET', path: '/metrics' })
  return status === 200 && body.includes('\nvm_app_version{')
}

function assertAllowed({ status }: Answer, url: string): void {
  if (status === 401 || status === 403) {
    throw new MonitorError('DATABASE_LOGIN_REFUSED', `${url} asks for a login, and does not take the one that it got`)
  }
  if (status >= 300 && status < 400) {
    throw new MonitorError('DATABASE_UNSUPPORTED', `${url} points to another address; give that one`)
  }
  if (status >= 500) throw new MonitorError('DATABASE_UNAVAILABLE', `${url} answers ${status}`)
}

function namedOf(body: string): { readonly name?: string; readonly version?: string } {
  try {
    const { name, version } = (JSON.parse(body) ?? {}) as Record<string, unknown>
    return { ...(typeof name === 'string' && { name }), ...(typeof version === 'string' && { version }) }
  } catch {
    return {}
  }
}

function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const NAMES: Readonly<Record<Generation, string>> = { 1: 'InfluxDB 1.x', 2: 'InfluxDB 2.x', 3: 'InfluxDB 3.x' }

/** @throws MonitorError `DATABASE_UNSUPPORTED` that says what to choose instead */
export function assertFits(server: Server, chosen: Generation, url: string): void {
  // It takes lines as InfluxDB 1.x and 2.x do.
  const fits = server.product === 'VictoriaMetrics' ? chosen !== 3 : (server.generation ?? chosen) === chosen
  if (fits) return
  const better = NAMES[server.generation ?? 1]
  throw new MonitorError('DATABASE_UNSUPPORTED', `${url} is ${server.name}, not ${NAMES[chosen]}: choose ${better}`)
}
