import type { AskOptions, Cache, Found, Turn } from '../../cache/cache'
import type { Json } from '../../cache/cache-entry'
import { MonitorError, toMonitorError } from '../../domain/errors'
import type { Deadline, Deadlines } from '../protection/deadline'
import { PROBLEM_TYPE, problemOf } from '../problems/problem'
import type { Keep } from '../routing/route'
import type { Origin } from './exchange'
import type { Made } from './made'
import { Page, type Content } from './page'
import { Work } from './work'

/** What is kept in place of an answer that is too large for that: each who asks has it made anew. */
const TOO_LARGE = 'too large'
/** A mistake is told again without asking anew. */
const MISTAKE_MS = 1000
/** Pages whose maker has encoded them already, until the cache is asked for them. */
const MOST_FRESH = 100

/** Something of `Made` that is not kept comes with the deadline that it was begun under. */
export type Served =
  | { readonly page: Page; readonly origin: Origin }
  | { readonly made: Exclude<Made, { readonly content: Content }>; readonly deadline: Deadline }

export interface Question {
  /** Equal for all who ask the same, and for nobody else who has the same cache. */
  readonly key: string
  readonly keep: Keep
  /** Aborts where the one who asks goes away. */
  readonly gone: () => AbortSignal
  readonly make: (deadline: Deadline) => Promise<Made>
}

export interface KeptAnswersParts {
  readonly cache: Pick<Cache, 'ask' | 'complete' | 'fail' | 'lifetimes_ms'>
  readonly status_ms: number
  readonly timeout_ms: number
  readonly deadlines: Deadlines
}

/** Answers that are made once for all who ask the same, and kept; encoded, once, as clients ask for it. */
export class KeptAnswers {
  private readonly works = new Map<string, Work>()
  private readonly pages = new WeakMap<object, Page>()
  private readonly fresh = new Map<string, Page>()

  constructor(private readonly parts: KeptAnswersParts) {}

  /** @throws MonitorError what the answer failed with */
  async find(question: Question): Promise<Served> {
    const { key } = question
    const work = this.works.get(key)
    work?.join(question.gone())
    try {
      const { found, turn } = await this.parts.cache.ask(key, this.asked(question.keep))
      if (!turn) return await this.served(found as Found, question)
      const made = this.lead(turn, question, found !== undefined)
      if (found === undefined) return await made
      // The old one is served meanwhile; who asks next hears what became of it.
      made.catch(() => undefined)
      return await this.served(found, question)
    } catch (thrown) {
      const reason = reasonOf(thrown)
      if (reason) throw reason
      return this.alone(question)
    }
  }

  private asked(keep: Keep): AskOptions {
    const { status_ms, timeout_ms } = this.parts
    if (keep === 'status') return { kind: 'live', ttl_ms: status_ms, wait_ms: timeout_ms }
    return { kind: keep, wait_ms: timeout_ms }
  }

  private async served({ value, from, age_ms, stale }: Found, question: Question): Promise<Served> {
    if (!isContent(value)) return this.alone(question)
    const page = this.pageOf(value, question)
    return { page, origin: { found: stale ? 'STALE' : from === 'computed' ? 'MISS' : 'HIT', age_ms } }
  }

  /** Makes the answer for all who wait for it. */
  private async lead(turn: Turn, question: Question, isInBackground: boolean): Promise<Served> {
    const { key } = question
    const deadline = this.parts.deadlines.begin()
    const work = new Work(deadline)
    if (!isInBackground) work.join(question.gone())
    this.works.set(key, work)
    try {
      const made = await question.make(deadline)
      if (!('content' in made)) return this.tooLarge(turn, made, deadline)
      deadline.end()
      this.complete(turn, made.content)
      return { page: this.freshPage(made.content, question), origin: { found: 'MISS', age_ms: 0 } }
    } catch (thrown) {
      deadline.end()
      this.failed(turn, toMonitorError(thrown))
      throw thrown
    } finally {
      if (this.works.get(key) === work) this.works.delete(key)
    }
  }

  private tooLarge(turn: Turn, made: Exclude<Made, { readonly content: Content }>, deadline: Deadline): Served {
    this.complete(turn, TOO_LARGE)
    return { made, deadline }
  }

  /** Without the cache, which is in trouble, or keeps nothing that large. */
  private async alone({ make, gone, keep }: Question): Promise<Served> {
    const deadline = this.parts.deadlines.begin()
    const leave = () => deadline.abort()
    const signal = gone()
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    try {
      const made = await make(deadline)
      if (!('content' in made)) return { made, deadline }
      deadline.end()
      return { page: new Page(made.content, this.cachingOf(made.content, keep)), origin: { found: 'MISS', age_ms: 0 } }
    } catch (thrown) {
      deadline.end()
      throw thrown
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  private complete(turn: Turn, value: unknown, ttl_ms?: number): void {
    const options = ttl_ms === undefined ? {} : { ttl_ms }
    // Whoever waits gets it, whatever becomes of the cache.
    this.parts.cache.complete(turn, value, options).catch(() => undefined)
  }

  /** A mistake of whoever asks stays one; a failure is told to all who wait, unless there is an old answer. */
  private failed(turn: Turn, error: MonitorError): void {
    const problem = problemOf(error)
    if (problem.status < 500) {
      const content: Content = { status: problem.status, type: PROBLEM_TYPE, body: JSON.stringify(problem) }
      this.complete(turn, content, MISTAKE_MS)
    } else {
      this.parts.cache.fail(turn, error).catch(() => undefined)
    }
  }

  private pageOf(content: Content, { key, keep }: Question): Page {
    const known = this.pages.get(content)
    if (known) return known
    const fresh = this.fresh.get(key)
    const page = fresh?.content.body === content.body ? fresh : new Page(content, this.cachingOf(content, keep))
    this.fresh.delete(key)
    this.pages.set(content, page)
    return page
  }

  private freshPage(content: Content, { key, keep }: Question): Page {
    const page = new Page(content, this.cachingOf(content, keep))
    if (this.fresh.size >= MOST_FRESH) this.fresh.clear()
    this.fresh.set(key, page)
    return page
  }

  private cachingOf({ status: code }: Content, keep: Keep): string {
    if (code >= 400) return 'no-store'
    const { status_ms, cache } = this.parts
    const kept_ms = keep === 'status' ? status_ms : cache.lifetimes_ms[keep]
    return `private, max-age=${Math.floor(kept_ms / 1000)}`
  }
}

/** What is in the cache may have been put there by somebody else. */
function isContent(value: Json): value is Json & Content {
  const { status, type, body, next } = (value ?? {}) as Partial<Record<keyof Content, unknown>>
  if (typeof status !== 'number' || typeof type !== 'string' || typeof body !== 'string') return false
  return next === undefined || typeof next === 'string'
}

/** What the answer itself failed with, for all who waited; undefined where the cache is in trouble, or its maker went away. */
function reasonOf(thrown: unknown): MonitorError | undefined {
  const error = toMonitorError(thrown)
  if (error.code === 'CACHE_LOAD_FAILED') {
    const { cause } = error
    return cause instanceof MonitorError && cause.code !== 'CLOSED' ? cause : undefined
  }
  if (error.code === 'CACHE_TIMEOUT')
    return new MonitorError('API_TIMEOUT', 'The answer takes too long', { cause: error })
  return error.code === 'CACHE_UNAVAILABLE' || error.code === 'CLOSED' ? undefined : error
}
