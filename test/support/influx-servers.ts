import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerProcess, whyMissing, type ServerProgram } from './server-process'

const INFLUXD = '/usr/bin/influxd'
const VICTORIA_METRICS = '/usr/bin/victoria-metrics'

export const whyNoInfluxd = (): string | undefined => whyMissing(INFLUXD)
export const whyNoVictoriaMetrics = (): string | undefined => whyMissing(VICTORIA_METRICS)

/** Who may do everything on an influxd with `auth`. */
export const ADMINISTRATOR = { username: 'administrator', password: 'of-this-test' } as const

export interface InfluxdOptions {
  /** Asks for a login; `ADMINISTRATOR` is known. */
  readonly auth?: boolean
  readonly maximum_body_bytes?: number
}

/** InfluxDB 1.x as Debian has it. `query` fails where the server answers an error. */
export type Influxd = ServerProcess & { readonly query: (statement: string, database?: string) => Promise<unknown[][]> }

export async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const server = await ServerProcess.start(influxd(options))
  const query = (statement: string, database = '') => askInfluxd(server.url, statement, database)
  if (options.auth) {
    const { username, password } = ADMINISTRATOR
    await query(`CREATE USER "${username}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`)
  }
  return Object.assign(server, { query })
}

/** InfluxQL as the administrator; the rows of all series, one after the other. */
async function askInfluxd(url: string, statement: string, database: string): Promise<unknown[][]> {
  const { username, password } = ADMINISTRATOR
  const body = new URLSearchParams({ q: statement, db: database, epoch: 'ms' })
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const response = await fetch(`${url}/query`, { method: 'POST', body, headers: { authorization } })
  const answer = (await response.json()) as Answer
  const error = answer.error ?? answer.results?.find((result) => result.error)?.error
  if (error) throw new Error(`${statement}: ${error}`)
  return (answer.results ?? []).flatMap(({ series = [] }) => series.flatMap(({ values = [] }) => values))
}

interface Answer {
  readonly error?: string
  readonly results?: readonly {
    readonly error?: string
    readonly series?: readonly { readonly values?: unknown[][] }[]
  }[]
}

/** VictoriaMetrics as Debian has it; `auth` is a login that it asks for. */
export function startVictoriaMetrics(auth?: { readonly username: string; readonly password: string }) {
  return ServerProcess.start(victoriaMetrics(auth))
}

function influxd({ auth = false, maximum_body_bytes = 25_000_000 }: InfluxdOptions): ServerProgram {
  const configuration = (folder: string, [http, rpc]: readonly number[]) => `
    reporting-disabled = true
    bind-address = "127.0.0.1:${rpc}"
    [meta]
      dir = "${folder}/meta"
    [data]
      dir = "${folder}/data"
      wal-dir = "${folder}/wal"
    [http]
      bind-address = "127.0.0.1:${http}"
      auth-enabled = ${auth}
      max-body-size = ${maximum_body_bytes}
      log-enabled = false
    [monitor]
      store-enabled = false
    [continuous_queries]
      enabled = false
    [subscriber]
      enabled = false
  `
  const commandLine = (folder: string, ports: readonly number[]) => {
    const file = join(folder, 'influxdb.conf')
    writeFileSync(file, configuration(folder, ports))
    return ['-config', file]
  }
  const look = async (url: string) => (await fetch(`${url}/ping`)).headers.has('x-influxdb-version')
  return { file: INFLUXD, ports: 2, commandLine, look }
}

function victoriaMetrics(auth: { readonly username: string; readonly password: string } | undefined): ServerProgram {
  const commandLine = (folder: string, [port]: readonly number[]) => [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${join(folder, 'data')}`,
    '-memory.allowedBytes=64MB',
    ...(auth ? [`-httpAuth.username=${auth.username}`, `-httpAuth.password=${auth.password}`] : []),
  ]
  const look = async (url: string) => (await fetch(`${url}/health`)).status < 500
  return { file: VICTORIA_METRICS, ports: 1, commandLine, look }
}
