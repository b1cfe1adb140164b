import type { Clock, Random } from '../domain/clock'
import type { Command } from '../domain/command'
import { MonitorError, toMonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import type { Connection, PollDone, PollOutcome } from '../integrations/integration'
import { Budget } from './budget'
import { Commands } from './commands'
import { Descriptions } from './descriptions'
import { Dispatcher } from './dispatcher'
import type { Emission } from './emission'
import type { EnergyStore } from './energy-store'
import { Failures } from './failures'
import { GapFilling } from './gap-filling'
import { Intake } from './intake'
import { mistakeIn, Outcomes } from './outcomes'
import { Pace } from './pace'
import { type RecentReading, Reads, refuse } from './reads'
import { Roster, type RosterOptions } from './roster'
import { Schedule } from './schedule'
import { Counters, type PollerStatistics } from './statistics'
import { type Listener, Subscribers } from './subscribers'
import type { Host, IntervalRule, Unit } from './unit'

export interface PollerOptions {
  readonly clock: Clock
  readonly random: Random
  /** Exchanges in flight; hosts in doubt have as many of their own, and what is slow does not count. */
  readonly concurrency: number
  /** In a row; as many open the circuit of the host. */
  readonly failures_until_offline: number
  /** Least time between two polls of a device; a reading asked for within it comes from the cache. */
  readonly minimum_ms: number
  readonly recent?: RecentReading | undefined
  /** An outlet is polled this many times more slowly than its rule says: each costs a request of its own. */
  readonly outlet_interval_factor: number
  readonly batch_ms: number
  /** 0: no limit. */
  readonly polls_per_minute: number
  readonly newInterval: () => IntervalRule
  readonly emission: Emission
  readonly energies: EnergyStore
  readonly report: (error: MonitorError) => void
  /** A device that is not where it was; told at each failure. */
  readonly onLost: (unit: Unit) => void
}

/** Slots of the schedule that are no units. */
const WAKE = 0
const FLUSH = 1
const FIRST_UNIT = 2

/** Polls every unit of a fleet at the interval that its own rule asks for. */
export class Poller {
  readonly roster: Roster
  private readonly schedule: Schedule
  private readonly dispatcher: Dispatcher
  private readonly budget: Budget | undefined
  private readonly subscribers: Subscribers
  private readonly counters = new Counters()
  private readonly intake: Intake
  private readonly outcomes: Outcomes
  private readonly pace: Pace
  private readonly reads: Reads
  private readonly commands: Commands
  private readonly descriptions: Descriptions
  private readonly gaps: GapFilling
  private wake_ms = Infinity

  constructor(private readonly options: PollerOptions) {
    const { clock, polls_per_minute } = options
    const epoch_ms = clock.now() - clock.monotonic()
    const isLimited = polls_per_minute > 0 && polls_per_minute < Infinity
    this.budget = isLimited ? new Budget(polls_per_minute, clock.monotonic()) : undefined
    this.schedule = new Schedule(clock, (slots, count) => this.fire(slots, count))
    this.subscribers = new Subscribers(options.report)
    const launch = (unit: Unit, now_ms: number) => this.begin(unit, now_ms)
    const wake = (in_ms: number, now_ms: number) => this.wake(in_ms, now_ms)
    const { budget, counters, subscribers } = this
    this.dispatcher = new Dispatcher({ concurrency: options.concurrency, budget, launch, wake })
    const flushSoon = () => this.schedule.set(FLUSH, options.batch_ms)
    this.gaps = new GapFilling({ clock, subscribers, counters })
    const onGap = (unit: Unit, gap_ms: number) => this.gaps.add(unit, gap_ms)
    this.intake = new Intake({ ...options, epoch_ms, subscribers, counters, flushSoon, onGap })
    this.pace = new Pace({ ...options, epoch_ms, budget, counters })
    const { dispatcher, intake, pace } = this
    this.reads = new Reads({ ...options, dispatcher, counters })
    const onAnswer: RosterOptions['onAnswer'] = (unit, error, outcome) => this.answered(unit, error, outcome)
    this.roster = new Roster({ ...options, first_slot: FIRST_UNIT, onAnswer })
    const plan = (unit: Unit, in_ms: number, now_ms: number) => this.plan(unit, in_ms, now_ms)
    const failures = new Failures({ ...options, intake })
    this.outcomes = new Outcomes({
      ...options,
      dispatcher,
      roster: this.roster,
      intake,
      pace,
      failures,
      counters,
      plan,
    })
    this.commands = new Commands({ clock, outcomes: this.outcomes, plan })
    const release = (unit: Unit) => this.release(unit)
    const pollNow = (units: readonly Unit[], now_ms: number) => this.pollNow(units, now_ms)
    const { roster } = this
    this.descriptions = new Descriptions({ clock, roster, dispatcher, intake, subscribers, release, pollNow })
  }

  start(): void {
    this.schedule.start()
  }

  /** Nothing is asked or told any more. The connections belong to the caller. */
  stop(): void {
    this.schedule.stop()
    this.intake.flush()
    this.dispatcher.clear()
    this.gaps.stop()
    for (const host of this.roster.hosts) this.discard(host)
  }

  /** Returns how to stop listening. */
  subscribe(listener: Listener): () => void {
    return this.subscribers.add(listener)
  }

  /** Begins with a first contact, which asks the host what it is; it is repeated until the host answers. */
  addHost(connection: Connection, device_id: string | undefined, in_ms: number, mac?: string): Host {
    const host = this.roster.add(connection, device_id, mac)
    this.plan(host.units[0] as Unit, in_ms, this.options.clock.monotonic())
    return host
  }

  removeHost(host: Host): void {
    this.discard(host)
    for (const unit of host.units) if (unit.device !== undefined) this.intake.announce(unit, 'removed')
  }

  /** Polls a host at another address from now on, where its device has been seen to be. */
  moveHost(host: Host, connection: Connection): void {
    const previous_host = host.connection.host
    this.dispatcher.finished(host)
    this.roster.rebind(host, connection)
    host.breaker.succeeded()
    this.intake.announce(host.units[0] as Unit, 'moved', { previous_host })
    this.pollAll(host, this.options.clock.monotonic())
  }

  /** See `Reads.read`. */
  readNow(unit: Unit): Promise<Reading> {
    return this.reads.read(unit)
  }

  /** See `Commands.run`. */
  command(unit: Unit, command: Command): Promise<Reading> {
    return this.commands.run(unit, command)
  }

  /** See `Fleet.slowDown`. */
  slowDown(factor: number): void {
    this.pace.slowdown = factor
  }

  statistics(): PollerStatistics {
    const { in_flight, waiting } = this.dispatcher
    const { concurrency: places } = this.options
    const circuits = { closed: 0, open: 0, 'half-open': 0 }
    for (const { breaker } of this.roster.hosts) circuits[breaker.state]++
    return this.counters.snapshot({ in_flight, waiting, places, slowdown: this.pace.slowdown, circuits })
  }

  private fire(slots: Int32Array, count: number): void {
    const now_ms = this.options.clock.monotonic()
    let flush = false
    for (let index = 0; index < count; index++) {
      const slot = slots[index] as number
      const unit = this.roster.at(slot)
      if (unit !== undefined) this.due(unit, now_ms)
      else if (slot === WAKE) this.wake_ms = Infinity
      else if (slot === FLUSH) flush = true
    }
    this.dispatcher.pump(now_ms)
    // Last, because listeners may add and remove units.
    if (flush) this.intake.flush()
  }

  private due(unit: Unit, now_ms: number): void {
    const { host } = unit
    if (unit.queued || host.running === unit) return
    if (host.breaker.allows(now_ms)) this.dispatcher.enqueue(unit, false)
    else this.outcomes.hold(unit, now_ms)
  }

  private begin(unit: Unit, now_ms: number): void {
    this.counters.lateness.add(now_ms - unit.due_ms)
    this.launch(unit, now_ms)
  }

  private launch(unit: Unit, now_ms: number): void {
    unit.asked_ms = now_ms
    this.counters.polls++
    const done = unit.done as PollDone
    if (unit.device === undefined) {
      this.descriptions.first(unit, done)
      return
    }
    try {
      unit.host.connection.poll(unit.device.device_id, done)
    } catch (thrown) {
      queueMicrotask(() => done(toMonitorError(thrown), undefined))
    }
  }

  private pollAll(host: Host, now_ms: number): void {
    if (this.roster.hosts.has(host)) this.pollNow(host.units, now_ms)
  }

  private pollNow(units: readonly Unit[], now_ms: number): void {
    for (const unit of units) {
      unit.due_ms = now_ms
      this.dispatcher.enqueue(unit, unit.read !== undefined)
    }
    this.dispatcher.pump(now_ms)
  }

  private answered(unit: Unit, failure: MonitorError | undefined, outcome: PollOutcome | undefined): void {
    const now_ms = this.options.clock.monotonic()
    const error = failure ?? mistakeIn(unit, outcome)
    if (error?.retry === 'now' && !unit.retried && (this.budget?.take(now_ms, true) ?? true)) {
      unit.retried = true
      this.counters.retries++
      this.launch(unit, now_ms)
      return
    }
    unit.retried = false
    this.dispatcher.finished(unit.host)
    if (error !== undefined) this.outcomes.failed(unit, error, now_ms)
    else this.outcomes.succeeded(unit, outcome as PollOutcome, now_ms)
    if (outcome?.description_changed) unit.host.isOutdated = true
    if (unit.host.isOutdated && error === undefined) this.descriptions.again(unit.host)
    this.dispatcher.pump(now_ms)
  }

  private discard(host: Host): void {
    this.dispatcher.finished(host)
    this.roster.remove(host)
    for (const unit of host.units) this.release(unit)
  }

  private release(unit: Unit): void {
    this.schedule.cancel(unit.slot)
    this.dispatcher.withdraw(unit)
    this.pace.forget(unit)
    refuse(unit, new MonitorError('CLOSED', `${unit.alias} is no longer polled`))
  }

  private plan(unit: Unit, in_ms: number, now_ms: number): void {
    unit.due_ms = now_ms + in_ms
    this.schedule.set(unit.slot, in_ms, now_ms)
  }

  private wake(in_ms: number, now_ms: number): void {
    if (now_ms + in_ms >= this.wake_ms) return
    this.wake_ms = now_ms + in_ms
    this.schedule.set(WAKE, in_ms, now_ms)
  }
}
