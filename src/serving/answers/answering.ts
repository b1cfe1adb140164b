import type { Clock } from '../../domain/clock'
import { toMonitorError, type MonitorError } from '../../domain/errors'
import type { ApiSources } from '../api-sources'
import type { Caller } from '../protection/caller'
import { Deadlines } from '../protection/deadline'
import type { Gate } from '../protection/gate'
import { readBody } from '../protection/request-body'
import { Slots } from '../protection/slots'
import { problem, PROBLEM_TYPE, problemOf, type Problem } from '../problems/problem'
import type { Lookup, Lookups } from '../routing/lookups'
import type { Part } from '../routing/route'
import { mistakeIn, validatorsOf } from '../routing/validators'
import type { Cache } from '../../cache/cache'
import type { Exchange } from './exchange'
import { formatFor } from './format-for'
import { KeptAnswers, type Served } from './kept-answers'
import { Making, type Order } from './making'
import { Page, type Content } from './page'
import { stream } from './stream'

const KILOBYTE = 1024

export interface AnsweringParts {
  readonly sources: ApiSources
  readonly cache: Cache
  readonly lookups: Lookups
  readonly gate: Gate
  readonly clock: Clock
  readonly status_ms: number
  readonly timeout_ms: number
  readonly maximum_in_flight: number
  readonly body_kb: number
  /** Of faults of our own. */
  readonly report: (error: MonitorError) => void
}

/** Answers requests that were let in: from what is kept, or anew. */
export class Answering {
  private readonly deadlines: Deadlines
  private readonly slots: Slots
  private readonly making: Making
  private readonly kept: KeptAnswers

  constructor(private readonly parts: AnsweringParts) {
    const { sources, clock, cache, status_ms, timeout_ms } = parts
    this.deadlines = new Deadlines(timeout_ms, clock)
    this.slots = new Slots(parts.maximum_in_flight)
    const ask = (target: string, caller: Caller, signal: AbortSignal) => this.part(target, caller, signal)
    this.making = new Making({ sources, clock, slots: this.slots, ask })
    this.kept = new KeptAnswers({ cache, clock, status_ms, timeout_ms, deadlines: this.deadlines })
  }

  get inFlight(): number {
    return this.slots.inUse
  }

  stop(): void {
    this.deadlines.stop()
  }

  /** Never rejects; what is kept is sent at once. */
  async answer(exchange: Exchange, lookup: Lookup, caller: Caller): Promise<void> {
    try {
      const format = formatFor(lookup, exchange.header('accept'))
      if (format === undefined) return exchange.refuse(problem(406, 'the answer has no form that is accepted'))
      const { keep, keys } = lookup
      const kept = keep && this.kept.peek(keys[format], keep)
      if (kept && exchange.readyPage(kept.page, kept.origin)) return
      await this.find(exchange, { lookup, format, caller })
    } catch (thrown) {
      exchange.refuse(this.problemOf(thrown))
    }
  }

  private async find(exchange: Exchange, order: Order): Promise<void> {
    const { lookup, format } = order
    const { keep, keys } = lookup
    if (keep === undefined) return this.answerAnew(exchange, order)
    const served = await this.kept.find({
      ...{ key: keys[format], keep, gone: () => exchange.gone },
      make: (deadline) => this.making.make(order, deadline),
    })
    return this.serve(exchange, served)
  }

  private async serve(exchange: Exchange, served: Served): Promise<void> {
    if ('page' in served) return exchange.page(served.page, served.origin)
    const { made, deadline } = served
    if ('stream' in made) return stream(exchange, made.stream, deadline)
    deadline.end()
    exchange.serve(made)
  }

  /** What changes something, and what is true only now. */
  private async answerAnew(exchange: Exchange, order: Order): Promise<void> {
    const deadline = this.deadlines.begin(exchange.gone)
    try {
      const body = await deadline.within(this.bodyOf(exchange, order.lookup))
      if ('problem' in body) return exchange.refuse(body.problem, body.headers)
      const made = await this.making.make({ ...order, body: body.value }, deadline)
      if (!('content' in made)) return await this.serve(exchange, { made, deadline })
      const caching = order.lookup.route.method === 'GET' ? 'no-cache' : 'no-store'
      await exchange.page(new Page(made.content, caching))
    } finally {
      deadline.end()
    }
  }

  private async bodyOf({ request }: Exchange, { route }: Lookup) {
    const { validateBody } = validatorsOf(route)
    if (!validateBody) return { value: undefined }
    const body = await readBody(request, this.parts.body_kb * KILOBYTE)
    // What was not read is not to be taken for the next request.
    if ('problem' in body) return { ...body, headers: { Connection: 'close' } }
    if (!validateBody(body.value)) throw mistakeIn(validateBody, 'body')
    return body
  }

  /** One of several requests in one. Never rejects. */
  private async part(target: string, caller: Caller, signal: AbortSignal): Promise<Part> {
    try {
      const { found: lookup, error } = this.parts.lookups.find('GET', target) ?? {}
      if (error) throw error
      if (!lookup) return partOf(problem(404, 'there is no such path for GET'))
      const refusal = this.parts.gate.admitPart(caller, lookup.route.right)
      if (refusal) return partOf(refusal)
      return await this.content(lookup, caller, signal)
    } catch (thrown) {
      return partOf(this.problemOf(thrown))
    }
  }

  private async content(lookup: Lookup, caller: Caller, signal: AbortSignal): Promise<Part> {
    const format = formatFor(lookup, undefined) ?? 'json'
    const order = { lookup, format, caller }
    const { keep, keys } = lookup
    if (keep === undefined) {
      const deadline = this.deadlines.begin(signal)
      const made = await this.making.makePart(order, deadline).finally(() => deadline.end())
      return 'content' in made ? made.content : this.notInPart({ made, deadline })
    }
    const served = await this.kept.find({
      ...{ key: keys[format], keep, gone: () => signal },
      make: (deadline) => this.making.makePart(order, deadline),
    })
    return 'page' in served ? served.page.content : this.notInPart(served)
  }

  private async notInPart(served: Exclude<Served, { readonly page: Page }>): Promise<Part> {
    served.deadline.end()
    if ('stream' in served.made) await served.made.stream.end()
    return partOf(problem(413, 'the answer is too large for a part of a request; ask for it alone'))
  }

  /** Of faults of our own the log says more. */
  problemOf(thrown: unknown): Problem {
    const error = toMonitorError(thrown)
    if (error.code === 'INTERNAL') this.parts.report(error)
    return problemOf(error)
  }
}

function partOf(problem: Problem): Part & Content {
  return { status: problem.status, type: PROBLEM_TYPE, body: JSON.stringify(problem) }
}
