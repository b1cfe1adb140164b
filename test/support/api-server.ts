import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cache } from '../../src/cache/cache'
import { parseCacheSettings } from '../../src/cache/cache-settings'
import { createCache } from '../../src/cache/create-cache'
import { systemClock, type Clock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import { Secret } from '../../src/domain/secret'
import { Api } from '../../src/serving/api'
import { parseApiOptions, type ApiKey, type ApiOptions } from '../../src/serving/api-options'
import type { ApiSources } from '../../src/serving/api-sources'
import type { Live } from '../../src/serving/live/live'
import type { Route } from '../../src/serving/routing/route'

export const READ_KEY = 'a-key-that-may-read'
export const COMMAND_KEY = 'a-key-that-may-command'
export const KEYS: readonly ApiKey[] = [
  { name: 'dashboard', right: 'read', secret: new Secret(READ_KEY) },
  { name: 'switches', right: 'command', secret: new Secret(COMMAND_KEY) },
]

/** Nothing is deployed. */
export const NO_SOURCES: ApiSources = {
  devices: () => [],
  incidents: () => [],
  health: () => [],
  log: () => Promise.resolve({ lines: [], complete: true }),
  metrics: () => Promise.resolve({ type: 'text/plain', body: '' }),
  command: () => Promise.resolve({}),
  listen: () => () => undefined,
}

const OWN_OPTIONS = { identity: 'test', instance: 'test', keys: [], is_behind_login: false, origins: [] } as const

export interface ApiServerOptions {
  readonly routes: readonly Route[]
  readonly sources?: Partial<ApiSources>
  readonly options?: Partial<ApiOptions>
  readonly cache?: Record<string, unknown>
  readonly clock?: Clock
  readonly live?: Live
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly body: string
  json<Body = Record<string, unknown>>(): Body
}

/** An API on a server of its own, on loopback. */
export class ApiServer {
  readonly api: Api
  readonly faults: MonitorError[] = []
  private readonly cache: Cache
  private readonly server: Server
  private received = 0

  private constructor({ routes, sources, options, cache = {}, clock = systemClock, live }: ApiServerOptions) {
    const settings = parseCacheSettings({ jitter_pct: 0, ...cache })
    this.cache = createCache({ settings, clock, random: Math.random })
    this.api = new Api({
      options: { ...parseApiOptions({}), ...OWN_OPTIONS, ...options },
      sources: { ...NO_SOURCES, ...sources },
      ...{ routes, clock, cache: this.cache },
      ...(live && { live }),
      report: (error) => this.faults.push(error),
    })
    this.server = createServer((request, response) => {
      this.received++
      this.api.handle(request, response, request.url ?? '')
    })
    this.server.on('upgrade', (request, socket, head) => this.api.upgrade(request, socket, head, request.url ?? ''))
  }

  static async start(options: ApiServerOptions): Promise<ApiServer> {
    const server = new ApiServer(options)
    server.cache.start()
    server.api.start()
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** On a connection of its own, with exactly these headers; what comes is not decoded. */
  ask(target: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { port } = this
      const asked = httpRequest({ host: '127.0.0.1', port, path: target, method, headers, agent: false }, (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('error', reject)
        answer.on('end', () => {
          const bytes = Buffer.concat(pieces)
          const text = bytes.toString()
          const { statusCode: status = 0, headers: told } = answer
          resolve({ status, headers: told, bytes, body: text, json: <Body>() => JSON.parse(text) as Body })
        })
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  /** Returns when so many questions have come. */
  async hasReceived(count: number): Promise<void> {
    while (this.received < count) await once(this.server, 'request')
  }

  async stop(): Promise<void> {
    this.api.stop()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    await this.cache.stop()
  }
}
