import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'

/** Owns the waiting for work that may never end. */
export class Deadlines {
  private readonly ends = new Set<(error: MonitorError) => void>()
  private stopped: MonitorError | undefined

  constructor(
    private readonly clock: Clock,
    private readonly limit_ms: number,
  ) {}

  /** Rejects with what the work does, with `REPLY_TIMEOUT` when it takes too long, and with what `stop` was given. */
  wait<Value>(work: () => Promise<Value>): Promise<Value> {
    const { clock, limit_ms, ends, stopped } = this
    if (stopped) return Promise.reject(stopped)
    return new Promise((resolve, reject) => {
      const settle = () => {
        clock.clearTimeout(timer)
        ends.delete(fail)
      }
      const fail = (thrown: unknown) => {
        settle()
        reject(thrown as Error)
      }
      const timer = clock.setTimeout(
        () => fail(new MonitorError('REPLY_TIMEOUT', `nothing was confirmed within ${limit_ms} ms`)),
        limit_ms,
      )
      ends.add(fail)
      const done = (value: Value) => {
        settle()
        resolve(value)
      }
      Promise.resolve().then(work).then(done, fail)
    })
  }

  /** May be called twice. */
  stop(error: MonitorError): void {
    this.stopped = error
    for (const end of [...this.ends]) end(error)
  }
}
