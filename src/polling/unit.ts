import type { Link } from '../domain/chain'
import type { Device } from '../domain/device'
import type { DeviceDetails } from '../domain/device-details'
import type { ErrorCode, MonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import type { Connection, FoundDevice, PollDone } from '../integrations/integration'
import type { CircuitBreaker } from './circuit-breaker'
import type { Lane } from './lane'
import type { LifetimeEnergy } from './lifetime-energy'

/** `unknown` until the first reading or the first failure that counts. */
export type DeviceState = 'unknown' | 'online' | 'offline'

/** What decides when a device is polled next; see `AdaptiveInterval`. */
export interface IntervalRule {
  /** Returns milliseconds. `at` is in ms, on a clock that runs evenly. */
  observe(observation: { at: number; power_w?: number | undefined; on?: boolean | undefined }): number
}

/** A host that is polled: one connection, which the device and its outlets share. */
export class Host implements Link<Host> {
  /** The device first, its outlets after it. */
  units: Unit[] = []
  /** Those that are due, each at most once: a chain by `Unit.next`, because an array costs 180 bytes a host. */
  pending: Unit | undefined
  running: Unit | undefined
  /** Where `running` has its place. */
  lane: Lane<Host> | undefined
  previous: Host | undefined
  next: Host | undefined
  launched_ms = 0
  isReady = false
  isUrgent = false
  /** Its last exchange went well. */
  proved = false
  /** It may be another than its description says. */
  isOutdated = false
  /** Of outlets that its description does not have yet; nothing is told twice. */
  untold: DeviceDetails[] | undefined

  constructor(
    public connection: Connection,
    readonly breaker: CircuitBreaker,
    /** The device that has to answer there, where the user or the first contact said so. */
    public device_id: string | undefined,
    /** The same in other words: what newer devices are found by. Upper case with colons. */
    public mac: string | undefined,
  ) {}

  /** Whether `device` is the one that has to answer here: by its id where it tells one, else by its MAC. */
  expects({ device_id, mac }: Pick<FoundDevice, 'device_id' | 'mac'>): boolean {
    if (device_id !== undefined && this.device_id !== undefined) return device_id === this.device_id
    return mac !== undefined && mac === this.mac
  }

  prepend(unit: Unit): void {
    unit.next = this.pending
    this.pending = unit
  }

  append(unit: Unit): void {
    if (this.pending === undefined) return this.prepend(unit)
    let last = this.pending
    while (last.next !== undefined) last = last.next
    last.next = unit
  }

  take(): Unit | undefined {
    const unit = this.pending
    if (unit === undefined) return undefined
    this.pending = unit.next
    unit.next = undefined
    return unit
  }

  withdraw(unit: Unit): void {
    if (this.pending === unit) {
      this.take()
      return
    }
    for (let before = this.pending; before !== undefined; before = before.next) {
      if (before.next !== unit) continue
      before.next = unit.next
      unit.next = undefined
      return
    }
  }
}

const NO_OUTLETS: readonly Unit[] = []

/** One device or outlet that is polled; before the first contact, a host that has not said what it is. */
export class Unit {
  device: Device | undefined
  outlets = NO_OUTLETS
  interval: IntervalRule | undefined
  energy: LifetimeEnergy | undefined
  /** Made once per connection, so that a poll makes no closure, and a late answer of a former connection is ignored. */
  done: PollDone | undefined

  state: DeviceState = 'unknown'
  latest: Reading | undefined
  details: DeviceDetails | undefined
  emitted: Reading | undefined
  failures = 0
  error: MonitorError | undefined
  /** The code that was told as an event of its own and has not passed since. */
  announced: ErrorCode | undefined

  /** What the rule wants, before the budget. */
  interval_ms = 0
  /** What budget and slowdown make of it. */
  stretched_ms = 0
  /** Moments of the monotonic clock: planned, last asked, last answered. */
  due_ms = 0
  asked_ms = -Infinity
  answered_ms = -Infinity
  queued = false
  /** Behind it in the chain of its host. */
  next: Unit | undefined
  retried = false
  removed = false
  read: PendingRead | undefined

  constructor(
    readonly slot: number,
    readonly host: Host,
  ) {}

  get alias(): string {
    return this.latest?.alias ?? this.device?.alias ?? this.host.connection.host
  }
}

/** A poll that somebody waits for; equal requests share it. */
export class PendingRead {
  resolve!: (reading: Reading) => void
  reject!: (error: MonitorError) => void
  readonly promise = new Promise<Reading>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })
}
