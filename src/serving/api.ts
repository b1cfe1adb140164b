import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Cache } from '../cache/cache'
import type { Clock } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { Answering } from './answers/answering'
import { Exchange } from './answers/exchange'
import { ApiCounters } from './api-counters'
import type { ApiOptions } from './api-options'
import type { ApiSources } from './api-sources'
import type { ApiStatistics } from './api-statistics'
import type { Live } from './live/live'
import { problem } from './problems/problem'
import { refuseUpgrade } from './problems/refuse-upgrade'
import { CrossOrigin } from './protection/cross-origin'
import { Gate } from './protection/gate'
import { Lookups } from './routing/lookups'
import type { Route } from './routing/route'

const NO_SUCH_PATH = 'there is no such path; /openapi.json lists all'
const FOREIGN_PAGE = 'pages of this origin may not ask'

export interface ApiParts {
  readonly options: ApiOptions
  readonly sources: ApiSources
  readonly routes: readonly Route[]
  /** Where answers are kept. Started and stopped by whoever has made it. */
  readonly cache: Cache
  readonly live?: Live
  readonly clock: Clock
  /** Gets the faults of the API itself. */
  readonly report: (error: MonitorError) => void
}

/** Answers requests over HTTP, of whatever server it is given them by. */
export class Api {
  private readonly gate: Gate
  private readonly origins: CrossOrigin
  private readonly lookups: Lookups
  private readonly answering: Answering
  private readonly counters: ApiCounters
  private isStopped = false

  constructor(private readonly parts: ApiParts) {
    const { options, sources, cache, live, clock, report } = parts
    const routes = [...parts.routes, ...(live?.routes ?? [])]
    this.gate = new Gate(options, clock)
    this.origins = new CrossOrigin(options.origins)
    this.lookups = new Lookups(routes, options, clock)
    this.counters = new ApiCounters(routes)
    const { status_ms, maximum_in_flight, body_kb } = options
    this.answering = new Answering({
      ...{ sources, cache, clock, report, lookups: this.lookups, gate: this.gate },
      ...{ status_ms, maximum_in_flight, body_kb, timeout_ms: options.timeout_s * 1000 },
    })
  }

  start(): void {
    this.parts.live?.start()
  }

  /** Ends what is under way. May be called twice. */
  stop(): void {
    this.isStopped = true
    this.answering.stop()
    this.parts.live?.stop()
  }

  /** @param target below the API's own path, with the query: `/devices?state=online` */
  handle(request: IncomingMessage, response: ServerResponse, target: string): void {
    const { clock, options } = this.parts
    const exchange = new Exchange(request, response, this.counters, clock, options.timeout_s * 1000)
    this.origins.allow(request, response)
    if (this.isStopped) return exchange.refuse(problem(503, 'the API is closed'))
    if (request.method === 'OPTIONS') return this.tellMethods(exchange, target)
    if (!isReading(request) && !this.origins.mayAct(request.headers)) return exchange.refuse(problem(403, FOREIGN_PAGE))
    const outcome = this.lookups.find(request.method === 'HEAD' ? 'GET' : (request.method ?? ''), target)
    exchange.route = outcome?.route
    const admission = this.gate.admit(request, response, outcome?.route?.right ?? 'read')
    if ('refusal' in admission) return exchange.refuse(admission.refusal)
    if (!outcome) return exchange.refuse(problem(404, NO_SUCH_PATH))
    const { found, error, allow = [] } = outcome
    if (error) return exchange.refuse(this.answering.problemOf(error))
    if (found) return void this.answering.answer(exchange, found, admission.caller)
    const Allow = allowed(allow)
    exchange.refuse(problem(405, `this path has ${Allow}`), { Allow })
  }

  /** Takes the socket. @param target as in `handle` */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, target: string): void {
    // Nobody else listens: without this, a client that goes away would end the process.
    socket.on('error', () => socket.destroy())
    const { live } = this.parts
    if (!live || this.isStopped) return refuseUpgrade(socket, problem(503, 'nothing is told live now'))
    if (!this.origins.mayAct(request.headers)) {
      return refuseUpgrade(socket, problem(403, FOREIGN_PAGE))
    }
    const admission = this.gate.admitUpgrade(request)
    if ('refusal' in admission) return refuseUpgrade(socket, admission.refusal)
    live.upgrade(request, socket, head, target, admission.caller)
  }

  statistics(): ApiStatistics {
    const { gate, answering, counters } = this
    const live = this.parts.live?.statistics()
    const { rate_limited, refused_keys } = gate
    return {
      ...counters.statistics(),
      ...{ in_flight: answering.inFlight, rate_limited, refused_keys },
      ...(live && { live }),
    }
  }

  private tellMethods(exchange: Exchange, target: string): void {
    const methods = this.lookups.methodsOf(target)
    if (!methods) return exchange.refuse(problem(404, NO_SUCH_PATH))
    const Allow = allowed(methods)
    this.origins.allowMethods(exchange.request, exchange.response, Allow)
    exchange.send(204, { Allow })
  }
}

function allowed(methods: readonly string[]): string {
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}
