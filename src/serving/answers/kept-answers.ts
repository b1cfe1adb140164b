import type { AskOptions, Cache, Found, Turn } from '../../cache/cache'
import type { Json } from '../../cache/cache-entry'
import type { Clock } from '../../domain/clock'
import { MonitorError, toMonitorError } from '../../domain/errors'
import type { Deadline, Deadlines } from '../protection/deadline'
import { PROBLEM_TYPE, problemOf } from '../problems/problem'
import type { Keep } from '../routing/route'
import type { Origin } from './exchange'
import type { Made } from './made'
import { KeptPages } from './kept-pages'
import type { Content, Page } from './page'
import { Work } from './work'

/** What is kept in place of an answer that is too large for that: each who asks has it made anew. */
const TOO_LARGE = 'too large'
/** A mistake is told again without asking anew. */
const MISTAKE_MS = 1000
/** Keys of which it is known that something is kept. */
const MOST_KNOWN = 2000

/** Something of `Made` that is not kept comes with the deadline that it was begun under. */
export type Served =
  KeptPage | { readonly made: Exclude<Made, { readonly content: Content }>; readonly deadline: Deadline }

export interface KeptPage {
  readonly page: Page
  readonly origin: Origin
}

export interface Question {
  /** Equal for all who ask the same, and for nobody else who has the same cache. */
  readonly key: string
  readonly keep: Keep
  /** Aborts where the one who asks goes away. */
  readonly gone: () => AbortSignal
  readonly make: (deadline: Deadline) => Promise<Made>
}

export interface KeptAnswersParts {
  readonly cache: Pick<Cache, 'ask' | 'peek' | 'complete' | 'fail' | 'lifetimes_ms'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly status_ms: number
  readonly timeout_ms: number
  readonly deadlines: Deadlines
}

/** Answers that are made once for all who ask the same, and kept; encoded, once, as clients ask for it. */
export class KeptAnswers {
  private readonly works = new Map<string, Work>()
  private readonly pages: KeptPages
  /** Until when a look is worth it: the cache counts each that finds nothing as a miss. */
  private readonly known = new Map<string, number>()

  constructor(private readonly parts: KeptAnswersParts) {
    this.pages = new KeptPages(parts.cache, parts.status_ms)
  }

  /** What is kept, and known to be: at once, because most requests ask for what was asked before. */
  peek(key: string, keep: Keep): KeptPage | undefined {
    const until_ms = this.known.get(key)
    if (until_ms === undefined) return undefined
    const isDue = this.parts.clock.monotonic() >= until_ms
    const found = isDue ? undefined : this.parts.cache.peek(key, keep === 'status' ? 'live' : keep)
    if (!found || !isContent(found.value)) {
      this.known.delete(key)
      return undefined
    }
    return { page: this.pages.of(found.value, key, keep), origin: { found: 'HIT', age_ms: found.age_ms } }
  }

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
    const { key, keep } = question
    const page = this.pages.of(value, key, keep)
    if (!stale) this.remember(key, this.pages.kept_ms(keep) - age_ms)
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
      return { page: this.pages.fresh(made.content, key, question.keep), origin: { found: 'MISS', age_ms: 0 } }
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
    const deadline = this.parts.deadlines.begin(gone())
    try {
      const made = await make(deadline)
      if (!('content' in made)) return { made, deadline }
      deadline.end()
      return { page: this.pages.once(made.content, keep), origin: { found: 'MISS', age_ms: 0 } }
    } catch (thrown) {
      deadline.end()
      throw thrown
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

  private remember(key: string, for_ms: number): void {
    if (this.known.size >= MOST_KNOWN) this.known.clear()
    this.known.set(key, this.parts.clock.monotonic() + for_ms)
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
