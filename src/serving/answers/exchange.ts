import { setMaxListeners } from 'node:events'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Clock } from '../../domain/clock'
import { slowWatch } from '../../domain/slow-watch'
import type { ApiCounters } from '../api-counters'
import { PROBLEM_TYPE, type Problem } from '../problems/problem'
import type { Route } from '../routing/route'
import type { OwnAnswer } from './answer'
import { encodingFor } from './negotiation'
import { VARY, type Bytes, type EncodedPage, type Page } from './page'

const RETRY_AFTER_S = 1

/** Where a page comes from, as `X-Cache` and `Age` tell it. */
export interface Origin {
  readonly found: 'HIT' | 'STALE' | 'MISS'
  readonly age_ms: number
}

/** One request, and how it is answered. */
export class Exchange {
  /** Undefined: none of ours. */
  route: Route | undefined
  private readonly started_ms: number
  private leaving: AbortController | undefined
  private isHandedOver = false

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly counters: ApiCounters,
    private readonly clock: Pick<Clock, 'monotonic'>,
    /** How long a client may take to read nothing of its answer. */
    private readonly patience_ms: number,
  ) {
    this.started_ms = clock.monotonic()
  }

  /** Aborts when the client goes away before it has its answer. */
  get gone(): AbortSignal {
    if (this.leaving) return this.leaving.signal
    const leaving = new AbortController()
    setMaxListeners(0, leaving.signal)
    this.leaving = leaving
    const { response } = this
    const leave = () => {
      if (response.writableFinished || this.isHandedOver) return
      this.counters.gone++
      leaving.abort()
    }
    if (response.destroyed) leave()
    else response.once('close', leave)
    return leaving.signal
  }

  /** Has somebody write and end the response himself, however long that takes. */
  serve({ serve, status = 200 }: OwnAnswer): void {
    if (this.request.method === 'HEAD') return this.send(status, { Vary: VARY, 'Cache-Control': 'no-store' })
    this.isHandedOver = true
    serve(this.response)
    this.count(this.response.statusCode, 0)
  }

  /** Encoded as the client likes it; nothing where it has it already. */
  async page(page: Page, origin?: Origin): Promise<void> {
    if (this.readyPage(page, origin)) return
    this.encoded(page, await page.encode(encodingFor(this.header('accept-encoding'))), origin)
  }

  /** The same at once; false where it has to be encoded first. */
  readyPage(page: Page, origin?: Origin): boolean {
    const ready = page.ready(encodingFor(this.header('accept-encoding')))
    if (ready) this.encoded(page, ready, origin)
    return ready !== undefined
  }

  refuse(problem: Problem, headers: OutgoingHttpHeaders = {}): void {
    const retry = problem.status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {}
    const body = Buffer.from(JSON.stringify(problem))
    this.send(
      problem.status,
      { ...common(PROBLEM_TYPE, body.length), 'Cache-Control': 'no-store', ...retry, ...headers },
      body,
    )
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Bytes = ''): void {
    const { response } = this
    if (response.headersSent) return void response.destroy()
    response.writeHead(status, headers)
    response.end(body, 'latin1')
    this.count(status, this.request.method === 'HEAD' ? 0 : body.length)
    // The client reads more slowly than it is sent. One that does not read at all holds it no longer than this.
    if (response.writableLength > 0) response.setTimeout(this.patience_ms, () => response.destroy())
  }

  count(status: number, bytes: number): void {
    const duration_ms = this.clock.monotonic() - this.started_ms
    this.counters.answered(this.route, status, duration_ms, bytes)
    if (duration_ms >= slowWatch.from_ms) this.tellSlow(status, duration_ms)
  }

  header(name: 'accept' | 'accept-encoding' | 'if-none-match'): string | undefined {
    const value = this.request.headers[name]
    return typeof value === 'string' ? value : undefined
  }

  private get isReading(): boolean {
    const { method } = this.request
    return method === 'GET' || method === 'HEAD'
  }

  private tellSlow(status: number, duration_ms: number): void {
    // The path of its route: what else a URL may hold is nobody's business.
    const what = `${this.request.method} ${this.route?.path ?? 'no path of ours'}: ${status}`
    slowWatch.tell({ part: 'api', what, duration_ms })
  }

  private encoded(page: Page, encoded: EncodedPage, origin: Origin | undefined): void {
    if (this.response.headersSent) return void this.response.destroy()
    const { etag, body } = encoded
    const headers = this.headersOf(encoded, origin)
    if (page.status === 200 && this.isReading && isKnown(this.header('if-none-match'), etag)) {
      this.send(304, unchanged(headers))
    } else {
      this.send(page.status, headers, body)
    }
  }

  /** Headers are most of what an answer costs that is kept: those of most answers are made for all who ask. */
  private headersOf(encoded: EncodedPage, origin: Origin | undefined): OutgoingHttpHeaders {
    if (!origin) return encoded.headers
    const { response, counters } = this
    const age_s = Math.floor(origin.age_ms / 1000)
    if (origin.found === 'HIT') {
      counters.hits++
      return encoded.headersOfKept(age_s)
    }
    if (age_s > 0) response.setHeader('Age', age_s)
    response.setHeader('X-Cache', origin.found)
    if (origin.found === 'STALE') counters.stale_hits++
    else counters.misses++
    return encoded.headers
  }
}

function common(type: string, length: number): OutgoingHttpHeaders {
  return { 'Content-Type': type, 'Content-Length': length, Vary: VARY, 'X-Content-Type-Options': 'nosniff' }
}

/** What RFC 9110 wants of those that the page would have. */
function unchanged(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const told = ['ETag', 'Cache-Control', 'Vary', 'Age', 'X-Cache'].map((name) => [name, headers[name]] as const)
  return Object.fromEntries(told.filter(([, value]) => value !== undefined))
}

/** `"one", W/"other"`, or `*`. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header === etag || header === '*') return true
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
