import { toMonitorError, type MonitorError } from '../../../../domain/errors'
import type { Done } from '../../link'
import { listOf, numberOf } from '../../json'
import { Exchange } from '../../transports/exchange'
import { meansNoBatches } from './smart-error'
import { LIST_KEYS, Query, type Method } from './smart-query'
import { readReply, type Answer, type Answers } from './smart-reply'

/** More than this in one request makes some firmware answer nothing at all (python-kasa). */
export const LARGEST_BATCH = 5
/** Of a list, over all its pages; more than any hub takes in. */
export const MAXIMUM_ITEMS = 64

/** How much a device takes in one request, learned from what it refuses; its children may differ from it. */
export class BatchSizes {
  own = LARGEST_BATCH
  children = LARGEST_BATCH

  of({ child_id }: Query): number {
    return child_id === undefined ? this.own : this.children
  }

  limit({ child_id }: Query, size: number): void {
    if (child_id === undefined) this.own = size
    else this.children = size
  }

  reset(): void {
    this.own = this.children = LARGEST_BATCH
  }
}

export interface InquiryOptions {
  readonly query: Query
  readonly urgent: boolean
  readonly sizes: BatchSizes
  readonly send: (exchange: Exchange) => void
  /** Told of an error in a reply that concerns the whole conversation, before `done` is. */
  readonly onRefused: (error: MonitorError) => void
  readonly done: Done<Answers>
}

/** A query with its answers: in one request where the device can, in as many as it takes where not. Used once. */
export class Inquiry {
  /** By the monotonic clock. */
  started_at: number | undefined
  private readonly answers = new Map<Method, Answer>()
  private largest = LARGEST_BATCH
  /** The device has refused a batch, which may have been for what was in it. */
  private doubtsBatches = false

  constructor(private readonly options: InquiryOptions) {}

  /** Asks for what has no answer yet. Each round brings an answer, or makes the next round smaller. */
  start(): void {
    const { query, sizes } = this.options
    const open = query.questions.filter(({ method }) => !this.answers.has(method))
    const size = Math.min(this.largest, sizes.of(query))
    if (open.length === 0) this.readOn()
    else if (open.length === query.questions.length && open.length <= size) this.ask(query)
    else this.ask(new Query(open.slice(0, size), query.child_id))
  }

  private ask(query: Query): void {
    this.send(query, (error, text) => {
      if (error) this.onFailure(query, error)
      else if (this.take(query, text)) this.start()
    })
  }

  private send(query: Query, done: (error: MonitorError | undefined, text: string) => void): void {
    const exchange = new Exchange(query, this.options.urgent, (error, text) => {
      this.started_at ??= exchange.started_at
      done(error, text)
    })
    this.options.send(exchange)
  }

  private onFailure(query: Query, error: MonitorError): void {
    const asked = query.questions.length
    if (error.code !== 'QUERY_TOO_LARGE' || asked === 1) {
      this.options.done(error, undefined)
      return
    }
    this.options.sizes.limit(query, Math.ceil(asked / 2))
    this.start()
  }

  /** Returns false where the reply has ended the inquiry. */
  private take(query: Query, text: string): boolean {
    try {
      const { answers, batch_error_code } = readReply(text, query)
      for (const [method, answer] of answers) this.answers.set(method, answer)
      if (answers.size === 0) this.largest = 1
      if (batch_error_code !== undefined) this.doubtsBatches = meansNoBatches(batch_error_code)
      else if (this.doubtsBatches && isAnyGiven(answers)) this.options.sizes.limit(query, 1)
      return true
    } catch (thrown) {
      const error = toMonitorError(thrown)
      if (error.code === 'REPLY_INVALID' && this.isolate(query)) return true
      this.options.onRefused(error)
      this.options.done(error, undefined)
      return false
    }
  }

  /**
   * Finds the question whose answer makes a reply no JSON, and goes on without it: a P410M cannot write what its meter says
   * of power that is fed in (python-kasa #1758). Returns false where nothing can be read.
   */
  private isolate({ questions: [first, ...more] }: Query): boolean {
    if (more.length > 0) {
      this.largest = 1
      return true
    }
    if (!first || this.answers.size === 0) return false
    this.answers.set(first.method, { kind: 'refused', error_code: undefined })
    return true
  }

  /** Lists longer than a page are read to their end before they are handed over. */
  private readOn(): void {
    const { query, done } = this.options
    for (const { method } of query.questions) {
      const key = LIST_KEYS.get(method)
      const answer = this.answers.get(method)
      if (key === undefined || answer?.kind !== 'given') continue
      const items = listOf(answer.value[key])
      const sum = Math.min(numberOf(answer.value.sum) ?? 0, MAXIMUM_ITEMS)
      if (items.length < sum) {
        this.readPage(new Query([{ method, params: { start_index: items.length } }], query.child_id), key, items)
        return
      }
    }
    done(undefined, this.answers)
  }

  private readPage(query: Query, key: string, before: readonly unknown[]): void {
    const [question] = query.questions
    this.send(query, (error, text) => {
      if (error || !question) this.options.done(error, undefined)
      else if (this.take(query, text)) {
        const { method } = question
        const page = this.answers.get(method)
        if (page?.kind === 'given') {
          const items = listOf(page.value[key])
          // A page without items is the end, whatever the device's sum says.
          const sum = items.length > 0 ? numberOf(page.value.sum) : 0
          this.answers.set(method, { kind: 'given', value: { [key]: [...before, ...items], sum } })
        }
        this.readOn()
      }
    })
  }
}

function isAnyGiven(answers: Answers): boolean {
  return [...answers.values()].some(({ kind }) => kind === 'given')
}
