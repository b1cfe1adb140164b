import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../domain/clock'
import type { Device } from '../domain/device'
import { toMonitorError } from '../domain/errors'
import type { PollDone } from '../integrations/integration'
import type { Dispatcher } from './dispatcher'
import type { Intake } from './intake'
import type { Roster } from './roster'
import type { Subscribers } from './subscribers'
import type { Host, Unit } from './unit'

export interface DescriptionsOptions {
  readonly clock: Clock
  readonly roster: Roster
  readonly dispatcher: Dispatcher
  readonly intake: Intake
  readonly subscribers: Subscribers
  /** Ends what is planned for a unit. */
  readonly release: (unit: Unit) => void
  readonly pollNow: (units: readonly Unit[], now_ms: number) => void
}

/** What hosts say that they are: at first contact, and again when that may have changed. */
export class Descriptions {
  constructor(private readonly options: DescriptionsOptions) {}

  /** Asks the host of `unit`, which is its only one; `done` is told of failures alone. */
  first(unit: Unit, done: PollDone): void {
    unit.host.connection.describe().then(
      (devices) => this.adopt(unit, done, devices),
      (thrown: unknown) => done(toMonitorError(thrown), undefined),
    )
  }

  /** Asks the host once more; where it cannot say now, after its next poll. */
  again(host: Host): void {
    const { connection } = host
    host.isOutdated = false
    connection.describe().then(
      (devices) => {
        if (host.connection === connection && this.options.roster.hosts.has(host)) this.update(host, devices)
      },
      () => {
        host.isOutdated = true
      },
    )
  }

  private adopt(unit: Unit, done: PollDone, devices: readonly Device[]): void {
    if (unit.removed || unit.done !== done) return
    const { clock, roster, dispatcher, intake, pollNow } = this.options
    const { host } = unit
    try {
      roster.adopt(host, devices)
    } catch (thrown) {
      done(toMonitorError(thrown), undefined)
      return
    }
    const now_ms = clock.monotonic()
    dispatcher.finished(host)
    host.proved = true
    host.breaker.succeeded()
    for (const added of host.units) {
      this.tell(added)
      intake.announce(added, 'added')
    }
    if (roster.hosts.has(host)) pollNow(host.units, now_ms)
  }

  private update(host: Host, devices: readonly Device[]): void {
    const { clock, roster, dispatcher, intake, release, pollNow } = this.options
    const before = new Map(host.units.map((unit) => [unit, unit.device]))
    const { added, removed } = roster.update(host, devices)
    for (const unit of removed) {
      if (host.running === unit) dispatcher.finished(host)
      release(unit)
      intake.announce(unit, 'removed')
    }
    for (const unit of host.units) if (saysOtherwise(before.get(unit), unit.device)) this.tell(unit)
    for (const unit of added) intake.announce(unit, 'added')
    this.tellUntold(host)
    pollNow(added, clock.monotonic())
  }

  /** What was told of outlets before they were described. */
  private tellUntold(host: Host): void {
    const { roster, intake } = this.options
    const { untold = [] } = host
    host.untold = undefined
    for (const details of untold) {
      const unit = roster.devices.get(details.device_id)
      if (unit?.host === host) intake.learn(unit, details)
    }
  }

  private tell({ device }: Unit): void {
    if (device !== undefined) this.options.subscribers.device(device)
  }
}

/** Beside whether it was on at the moment. */
function saysOtherwise(before: Device | undefined, now: Device | undefined): boolean {
  return !isDeepStrictEqual({ ...before, on: undefined }, { ...now, on: undefined })
}
