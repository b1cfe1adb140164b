import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client'
import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { WriteAnswer as Answer } from '../sending/answer-table'
import { connectionError, isLostConnection, ServerTimeout } from './connection-errors'

const MEGABYTE = 1024 * 1024
const MAXIMUM_ANSWER_BYTES = 64 * MEGABYTE
// Below it, packing costs more than it saves.
const GZIP_FROM_BYTES = 1000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

export interface ConnectionOptions {
  readonly url: string
  readonly timeout_ms: number
  /** At a time. */
  readonly connections: number
  readonly verify_certificate: 'yes' | 'no'
  /** The header, made anew for each request so that the secret is nowhere else in clear. */
  readonly authorization: () => string | undefined
  readonly clock: Clock
}

export type { Answer }

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below the address of the server, with its query. */
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** At most the time-out of the settings. */
  readonly timeout_ms?: number
}

/**
 * A few kept-alive connections to one server, on the transport of `@influxdata/influxdb-client`. Its `WriteApi` is not used: it
 * takes a 200 for a failure, hides what a 201 says of lines that it left out, and does not end a request that timed out.
 */
export class InfluxConnection {
  // Hidden from whoever prints this: requests under way hold the header.
  readonly #agent: HttpAgent
  readonly #transport: Transport
  private readonly running = new Set<AbortController>()
  private readonly gzip: { readonly gzipThreshold?: number }
  private stopped = false
  private opened = 0

  constructor(private readonly options: ConnectionOptions) {
    const { protocol, hostname } = new URL(options.url)
    const [pool, count] = [{ keepAlive: true, maxSockets: options.connections }, () => void this.opened++]
    const rejectUnauthorized = options.verify_certificate === 'yes'
    this.#agent = protocol === 'https:' ? new HttpsAgent({ ...pool, rejectUnauthorized }) : new HttpAgent(pool)
    countConnections(this.#agent, count)
    // Its own time-out only tells that time is over, and keeps the connection.
    const { transport } = new InfluxDB({ url: options.url, timeout: 0, transportOptions: { agent: this.#agent } })
    this.#transport = transport
    this.gzip = isLoopback(hostname) ? {} : { gzipThreshold: GZIP_FROM_BYTES }
  }

  get url(): string {
    return this.options.url
  }

  get timeout_ms(): number {
    return this.options.timeout_ms
  }

  /** Connections that it may have at a time. */
  get pool(): number {
    return this.options.connections
  }

  /** Connections made so far: it tells whether the server may have been another one in between. */
  get connections(): number {
    return this.opened
  }

  /** @throws MonitorError `DATABASE_UNAVAILABLE` where there is no whole answer in time, `CLOSED` */
  async exchange(exchange: Exchange): Promise<Answer> {
    if (this.stopped) throw closed()
    const controller = new AbortController()
    const { clock, timeout_ms, url } = this.options
    const limit_ms = Math.min(timeout_ms, exchange.timeout_ms ?? timeout_ms)
    const timer = clock.setTimeout(() => controller.abort(), limit_ms)
    this.running.add(controller)
    try {
      return await this.attempt(exchange, controller)
    } catch (thrown) {
      if (this.stopped) throw closed()
      if (thrown instanceof MonitorError) throw thrown
      throw controller.signal.aborted ? new ServerTimeout(url, limit_ms) : connectionError(thrown, url)
    } finally {
      clock.clearTimeout(timer)
      this.running.delete(controller)
    }
  }

  /** Ends what is under way. May be called twice. */
  stop(): void {
    this.stopped = true
    for (const controller of this.running) controller.abort()
    this.#agent.destroy()
  }

  /** A server may end a connection that it kept just when it is used: everything sent here may be sent twice. */
  private async attempt(exchange: Exchange, controller: AbortController): Promise<Answer> {
    try {
      return await this.send(exchange, controller)
    } catch (thrown) {
      if (controller.signal.aborted || !isLostConnection(thrown)) throw thrown
      return this.send(exchange, controller)
    }
  }

  private send({ method, path, body = '', headers }: Exchange, controller: AbortController): Promise<Answer> {
    const authorization = this.options.authorization()
    const all = { 'content-type': 'text/plain; charset=utf-8', ...headers, ...(authorization && { authorization }) }
    return new Promise((resolve, reject) => {
      const answer = new Answering(() => controller.abort())
      this.#transport.send(
        path,
        body,
        { method, headers: all, signal: controller.signal, ...this.gzip },
        {
          responseStarted: (received, status = 0) => answer.begin(status, received),
          next: (chunk) => answer.add(chunk),
          complete: () => (answer.refused ? reject(answer.refused) : resolve(answer.end())),
          error: (error) => (error instanceof HttpError ? resolve(answerOf(error)) : reject(answer.refused ?? error)),
        },
      )
    })
  }
}

/** Gathers an answer, up to a bound. */
class Answering {
  refused: MonitorError | undefined
  private readonly chunks: Uint8Array[] = []
  private bytes = 0
  private status = 0
  private headers: Answer['headers'] = {}

  constructor(private readonly abort: () => void) {}

  begin(status: number, headers: Answer['headers']): void {
    this.status = status
    this.headers = headers
    if (Number(headers['content-length'] ?? 0) > MAXIMUM_ANSWER_BYTES) this.refuse()
  }

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (this.bytes > MAXIMUM_ANSWER_BYTES) this.refuse()
    else this.chunks.push(chunk)
  }

  end(): Answer {
    return { status: this.status, headers: this.headers, body: Buffer.concat(this.chunks).toString('utf8') }
  }

  private refuse(): void {
    this.chunks.length = 0
    this.refused ??= new MonitorError('DATABASE_UNAVAILABLE', `The answer is larger than ${MAXIMUM_ANSWER_BYTES} bytes`)
    this.abort()
  }
}

function answerOf({ statusCode, headers = {}, body = '' }: HttpError): Answer {
  return { status: statusCode, headers, body }
}

function countConnections(agent: HttpAgent, count: () => void): void {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (...given: Parameters<typeof connect>) => {
    count()
    return connect(...given)
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The database is closed')
}

/** Whether it names the machine that asks. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}
