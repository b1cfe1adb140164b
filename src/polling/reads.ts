import type { Clock } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { inTime } from '../domain/in-time'
import type { Reading } from '../domain/reading'
import type { Dispatcher } from './dispatcher'
import type { Counters } from './statistics'
import { PendingRead, type Unit } from './unit'

/** A reading of a device that somebody else has polled no longer ago than `within_ms`. */
export type RecentReading = (device_id: string, within_ms: number) => Promise<Reading | undefined>

export interface ReadsOptions {
  readonly clock: Clock
  /** Least time between two polls of a device, whoever makes them. */
  readonly minimum_ms: number
  readonly recent?: RecentReading | undefined
  readonly dispatcher: Dispatcher
  readonly counters: Counters
}

/** For `recent`: about what a poll takes. */
const PATIENCE_MS = 50

/** Readings that somebody asks for between two polls. */
export class Reads {
  constructor(private readonly options: ReadsOptions) {}

  /**
   * Asks ahead of other polls. Inside the device's minimum interval: a copy of its last reading, ours or one that others
   * have got, or its last error.
   * @throws MonitorError what the poll failed with; `CIRCUIT_OPEN` where the host is given a rest; what the host refused
   * with, where it was asked within a minute
   */
  read(unit: Unit): Promise<Reading> {
    const { clock, counters, minimum_ms, recent } = this.options
    if (unit.latest !== undefined && clock.monotonic() - unit.answered_ms < minimum_ms) {
      counters.cached_reads++
      return Promise.resolve({ ...unit.latest, source: 'cache' })
    }
    if (unit.read !== undefined) return unit.read.promise
    const { promise } = (unit.read = new PendingRead())
    if (recent === undefined || unit.device === undefined || isComing(unit)) this.ask(unit)
    else void this.askOthers(unit, unit.device.device_id, recent)
    return promise
  }

  private ask(unit: Unit): void {
    const now_ms = this.options.clock.monotonic()
    const refusal = isComing(unit) ? undefined : this.refusal(unit, now_ms)
    if (refusal !== undefined) refuse(unit, refusal)
    else if (unit.host.running !== unit) this.hurry(unit, now_ms)
  }

  private async askOthers(unit: Unit, device_id: string, recent: RecentReading): Promise<void> {
    const { read } = unit
    const reading = await inTime(this.options.clock, PATIENCE_MS, () => recent(device_id, this.options.minimum_ms))
    // A poll that was due has come before it, or the device is no longer polled.
    if (unit.read !== read) return
    if (reading?.device_id !== device_id) return this.ask(unit)
    this.options.counters.cached_reads++
    settle(unit, asOurs(unit, reading))
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

/** Its next poll is under way, or in line. */
function isComing(unit: Unit): boolean {
  return unit.queued || unit.host.running === unit
}

/** Everybody counts energy from a beginning of their own: nobody sees another's counter. */
function asOurs({ latest }: Unit, reading: Reading): Reading {
  const ours: Reading = { ...reading, source: 'cache' }
  delete ours.energy_kwh
  return latest?.energy_kwh === undefined ? ours : { ...ours, energy_kwh: latest.energy_kwh }
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
