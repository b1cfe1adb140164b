import type { Clock } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import type { Dispatcher } from './dispatcher'
import type { Counters } from './statistics'
import { PendingRead, type Unit } from './unit'

export interface ReadsOptions {
  readonly clock: Clock
  /** Least time between two polls of a device. */
  readonly minimum_ms: number
  readonly dispatcher: Dispatcher
  readonly counters: Counters
}

/** Readings that somebody asks for between two polls. */
export class Reads {
  constructor(private readonly options: ReadsOptions) {}

  /**
   * Asks ahead of other polls. Inside the device's minimum interval: a copy of its last reading, or its last error.
   * @throws MonitorError what the poll failed with; `CIRCUIT_OPEN` where the host is given a rest; what the host refused
   * with, where it was asked within a minute
   */
  read(unit: Unit): Promise<Reading> {
    const now_ms = this.options.clock.monotonic()
    if (unit.latest !== undefined && now_ms - unit.answered_ms < this.options.minimum_ms) {
      this.options.counters.cached_reads++
      return Promise.resolve({ ...unit.latest, source: 'cache' })
    }
    if (unit.read !== undefined) return unit.read.promise
    const isRunning = unit.host.running === unit
    const refusal = isRunning || unit.queued ? undefined : this.refusal(unit, now_ms)
    if (refusal !== undefined) return Promise.reject(refusal)
    const { promise } = (unit.read = new PendingRead())
    if (!isRunning) this.hurry(unit, now_ms)
    return promise
  }

  private refusal(unit: Unit, now_ms: number): MonitorError | undefined {
    if (unit.error !== undefined && now_ms - unit.asked_ms < this.options.minimum_ms) return unit.error
    const { breaker } = unit.host
    if (breaker.allows(now_ms) || breaker.admits(now_ms)) return undefined
    if (breaker.refusal !== undefined) return breaker.refusal
    const message = `${unit.alias} does not answer; it is asked again later`
    return new MonitorError('CIRCUIT_OPEN', message, { details: { host: unit.host.connection.host } })
  }

  private hurry(unit: Unit, now_ms: number): void {
    if (!unit.queued) unit.due_ms = now_ms
    this.options.dispatcher.enqueue(unit, true)
    this.options.dispatcher.pump(now_ms)
  }
}

/** Gives the reading to whoever waits for it: a copy, for the original is shared. */
export function settle(unit: Unit, reading: Reading): void {
  const { read } = unit
  unit.read = undefined
  read?.resolve({ ...reading })
}

export function refuse(unit: Unit, error: MonitorError): void {
  const { read } = unit
  unit.read = undefined
  read?.reject(error)
}
