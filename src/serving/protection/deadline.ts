import { setMaxListeners } from 'node:events'
import type { Clock, Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'

/** The end of one piece of work: aborts its signal where it takes too long, or nobody wants it any more. */
export class Deadline {
  private readonly controller = new AbortController()
  private timer: Timer | undefined

  constructor(
    private readonly limit_ms: number,
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
    private readonly ended: (deadline: Deadline) => void,
    /** Aborts where nobody wants it any more. */
    private readonly gone?: AbortSignal,
  ) {
    // The parts of one request may be many.
    setMaxListeners(0, this.signal)
    this.extend()
    if (gone?.aborted) this.abort()
    else gone?.addEventListener('abort', this.leave)
  }

  /** Its reason is the `MonitorError` that says why. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** The time begins anew. */
  extend(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    if (!this.signal.aborted) this.timer = this.clock.setTimeout(() => this.abort(this.late()), this.limit_ms)
  }

  private readonly leave = () => this.abort()

  abort(reason = new MonitorError('CLOSED', 'Nobody waits for the answer any more')): void {
    this.end()
    this.controller.abort(reason)
  }

  /** It is done. May be called twice. */
  end(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.gone?.removeEventListener('abort', this.leave)
    this.ended(this)
  }

  /** What `work` brings; rejects at the end of its time, even where `work` does not listen to the signal. */
  within<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this
    return new Promise<Result>((resolve, reject) => {
      const abort = () => reject(signal.reason as MonitorError)
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort, { once: true })
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
  }

  private late(): MonitorError {
    return new MonitorError('API_TIMEOUT', `The answer takes longer than ${this.limit_ms / 1000} s`)
  }
}

/** All that run, so that none outlives the API. */
export class Deadlines {
  private readonly running = new Set<Deadline>()
  private isStopped = false

  constructor(
    private readonly limit_ms: number,
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ) {}

  /** @param gone aborts where nobody wants it any more */
  begin(gone?: AbortSignal): Deadline {
    const deadline = new Deadline(this.limit_ms, this.clock, (ended) => this.running.delete(ended), gone)
    this.running.add(deadline)
    if (this.isStopped) deadline.abort(closed())
    return deadline
  }

  /** Ends all of them, and those that begin from now on. */
  stop(): void {
    this.isStopped = true
    for (const deadline of this.running) deadline.abort(closed())
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The API is closed')
}
