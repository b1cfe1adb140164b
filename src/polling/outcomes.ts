import type { Random } from '../domain/clock'
import type { DeviceDetails } from '../domain/device-details'
import { MonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import { slowWatch } from '../domain/slow-watch'
import type { PollOutcome } from '../integrations/integration'
import type { Dispatcher } from './dispatcher'
import type { Failures } from './failures'
import type { Intake } from './intake'
import type { Pace } from './pace'
import { refuse, settle } from './reads'
import type { Roster } from './roster'
import type { Counters } from './statistics'
import type { Host, Unit } from './unit'

export interface OutcomesOptions {
  readonly random: Random
  readonly minimum_ms: number
  readonly roster: Roster
  readonly dispatcher: Dispatcher
  readonly intake: Intake
  readonly failures: Failures
  readonly pace: Pace
  readonly counters: Counters
  /** Sets when a unit is due next. */
  readonly plan: (unit: Unit, in_ms: number, now_ms: number) => void
}

/** What an open circuit has held back is spread over this. */
const HELD_SPREAD_MS = 1000
/** Whoever has more outlets than this has added them one by one. */
const MOST_UNTOLD = 64

/** What follows from a poll: readings go in, and everybody concerned gets a new due time. */
export class Outcomes {
  constructor(private readonly options: OutcomesOptions) {}

  succeeded(unit: Unit, { readings, changed_outlets, presses, details }: PollOutcome, now_ms: number): void {
    const duration_ms = now_ms - unit.asked_ms
    this.options.counters.latency.add(duration_ms)
    if (duration_ms >= slowWatch.from_ms) tellSlow(unit, duration_ms)
    this.recover(unit.host, unit, now_ms)
    this.receive(unit, readings[0] as Reading, now_ms, unit.due_ms)
    for (let index = 1; index < readings.length; index++) this.receiveOutlet(unit, readings[index] as Reading, now_ms)
    if (changed_outlets !== undefined) for (const device_id of changed_outlets) this.hurry(unit, device_id, now_ms)
    if (presses !== undefined) for (const press of presses) this.options.intake.announce(unit, 'pressed', press)
    if (details !== undefined) this.learn(unit, details)
  }

  /** A command has read the device. */
  confirmed(unit: Unit, reading: Reading, now_ms: number): void {
    this.recover(unit.host, unit, now_ms)
    this.receive(unit, reading, now_ms, now_ms)
  }

  /** Of the device that was asked, or of outlets of it. */
  learn(unit: Unit, details: readonly DeviceDetails[]): void {
    for (const each of details) {
      const { device_id } = each
      const concerned = unit.device?.device_id === device_id ? unit : this.outletOf(unit, device_id)
      if (concerned !== undefined) this.options.intake.learn(concerned, each)
      else if (!this.options.roster.devices.has(device_id)) wait(unit.host, each)
    }
  }

  failed(unit: Unit, error: MonitorError, now_ms: number): void {
    const { counters, failures, minimum_ms, plan } = this.options
    counters.failed(error.code)
    const pause_ms = failures.add(unit, error, now_ms)
    refuse(unit, error)
    if (unit.removed || unit.queued) return
    plan(unit, Math.max(pause_ms, unit.asked_ms + minimum_ms - now_ms), now_ms)
    if (unit.host.breaker.state === 'open') this.holdPending(unit.host, error, now_ms)
  }

  /** The circuit is open: the unit waits until the host may be probed, or has been. */
  hold(unit: Unit, now_ms: number): void {
    const { counters, plan, random } = this.options
    counters.held++
    const rest_ms = Math.max(HELD_SPREAD_MS, unit.host.breaker.retry_at_ms - now_ms)
    plan(unit, rest_ms + random() * HELD_SPREAD_MS, now_ms)
  }

  private holdPending(host: Host, error: MonitorError, now_ms: number): void {
    for (let unit = host.pending; unit !== undefined; unit = host.pending) {
      this.options.dispatcher.withdraw(unit)
      refuse(unit, error)
      this.hold(unit, now_ms)
    }
  }

  /** After an outage the other units of the host need not wait for the end of their rest. */
  private recover(host: Host, unit: Unit, now_ms: number): void {
    host.proved = true
    const rested = host.breaker.state !== 'closed'
    host.breaker.succeeded()
    if (!rested) return
    const { plan, random } = this.options
    for (const other of host.units) if (other !== unit) plan(other, random() * HELD_SPREAD_MS, now_ms)
  }

  private receive(unit: Unit, reading: Reading, now_ms: number, due_ms: number): void {
    const { intake, pace, plan } = this.options
    intake.accept(unit, reading, now_ms)
    settle(unit, reading)
    if (!unit.removed && !unit.queued) plan(unit, pace.next(unit, reading, now_ms, due_ms), now_ms)
  }

  private receiveOutlet(unit: Unit, reading: Reading, now_ms: number): void {
    const outlet = this.outletOf(unit, reading.device_id)
    if (outlet === undefined) return
    this.options.dispatcher.withdraw(outlet)
    this.receive(outlet, reading, now_ms, now_ms)
  }

  /** An outlet was switched: its power is worth a look now. */
  private hurry(unit: Unit, device_id: string, now_ms: number): void {
    const outlet = this.outletOf(unit, device_id)
    if (outlet === undefined || outlet.queued || now_ms - outlet.asked_ms < this.options.minimum_ms) return
    outlet.due_ms = now_ms
    this.options.dispatcher.enqueue(outlet, false)
  }

  private outletOf({ host }: Unit, device_id: string): Unit | undefined {
    const outlet = this.options.roster.devices.get(device_id)
    return outlet?.host === host ? outlet : undefined
  }
}

function tellSlow({ alias, device }: Unit, duration_ms: number): void {
  const what = `poll of ${alias}`
  slowWatch.tell({ part: 'poll', what, duration_ms, ...(device && { device_id: device.device_id }) })
}

/** For its description. */
function wait(host: Host, details: DeviceDetails): void {
  host.untold = [...(host.untold ?? []), details].slice(-MOST_UNTOLD)
}

/** An answer without a reading, or of another device than was asked for. */
export function mistakeIn(unit: Unit, outcome: PollOutcome | undefined): MonitorError | undefined {
  const { host } = unit.host.connection
  const said = outcome?.readings[0]?.device_id
  if (said !== undefined && said === unit.device?.device_id) return undefined
  const details = { host }
  if (said === undefined) return new MonitorError('REPLY_INVALID', `${host} gave no reading`, { details })
  return new MonitorError('IDENTITY_MISMATCH', `${said} answers at ${host}`, { details })
}
