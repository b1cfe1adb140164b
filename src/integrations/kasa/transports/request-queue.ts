import { MonitorError } from '../../../domain/errors'
import type { Exchange, ExchangeOwner, Transport } from './exchange'

/** More than a strip with all its outlets, statistics and a few commands ever has waiting. */
const MAXIMUM_WAITING = 64
const NONE: readonly Exchange[] = []

/** Codes that would meet whatever waits behind the failed request as well. */
const UNREACHABLE: ReadonlySet<string> = new Set(['CONNECT_FAILED', 'CONNECT_TIMEOUT', 'HOST_UNREACHABLE'])

/** One host's requests: one in flight, urgent ones first. */
export class RequestQueue implements ExchangeOwner {
  private current: Exchange | undefined
  private waiting: readonly Exchange[] = NONE
  private closed: MonitorError | undefined

  constructor(
    private readonly transportOf: (exchange: Exchange) => Transport,
    /** Told of each exchange that failed in flight, before its owner is. */
    private readonly onFailure?: (error: MonitorError) => void,
  ) {}

  add(exchange: Exchange): void {
    if (this.closed) {
      refuse(exchange, this.closed)
    } else if (!this.current) {
      this.start(exchange)
    } else if (this.waiting.length >= MAXIMUM_WAITING) {
      refuse(exchange, new MonitorError('QUEUE_FULL', 'too many requests wait'))
    } else {
      const place = exchange.urgent ? this.waiting.findIndex((other) => !other.urgent) : -1
      this.waiting = this.waiting.toSpliced(place < 0 ? this.waiting.length : place, 0, exchange)
    }
  }

  /** Ends an exchange of this queue, in flight or waiting. */
  fail(exchange: Exchange, error: MonitorError): void {
    if (exchange === this.current) {
      exchange.transport?.fail(exchange, error)
    } else if (this.waiting.includes(exchange)) {
      this.waiting = this.waiting.filter((other) => other !== exchange)
      exchange.done(error, '', exchange)
    }
  }

  /** Ends every exchange, those to come included. */
  close(error: MonitorError): void {
    this.closed = error
    const waiting = this.waiting
    this.waiting = NONE
    if (this.current) this.fail(this.current, error)
    for (const exchange of waiting) exchange.done(error, '', exchange)
  }

  onEnd(exchange: Exchange, error: MonitorError | undefined, reply: string): void {
    this.current = undefined
    if (error) this.onFailure?.(error)
    const given_up = error && UNREACHABLE.has(error.code) ? this.takePolls() : NONE
    const next = this.waiting[0]
    if (next) {
      this.waiting = this.waiting.length === 1 ? NONE : this.waiting.slice(1)
      this.start(next)
    }
    exchange.done(error, reply, exchange)
    for (const poll of given_up) poll.done(error, '', poll)
  }

  private start(exchange: Exchange): void {
    this.current = exchange
    exchange.transport = this.transportOf(exchange)
    exchange.transport.start(exchange)
  }

  private takePolls(): readonly Exchange[] {
    const polls = this.waiting.filter((exchange) => !exchange.urgent)
    this.waiting = this.waiting.filter((exchange) => exchange.urgent)
    return polls
  }
}

/** Later, because nobody is called back from inside the own call. */
function refuse(exchange: Exchange, error: MonitorError): void {
  queueMicrotask(() => exchange.done(error, '', exchange))
}
