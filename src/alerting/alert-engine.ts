import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../domain/clock'
import { MonitorError, toMonitorError } from '../domain/errors'
import type { DeviceEvent } from '../domain/event'
import type { DurationCounts } from '../domain/histogram'
import { createCalendar } from '../domain/local-calendar'
import type { Reading } from '../domain/reading'
import type { AlertAnswer, AlertCommand } from './alert-command'
import { AlertCommands } from './alert-commands'
import type { AlertOptions } from './alert-options'
import type { AlertOutputs } from './alert-outputs'
import { AlertStore, type KeptAlerts } from './alert-store'
import type { StateChange } from './incidents/incident'
import { type ChangeCounts, IncidentBook } from './incidents/incident-book'
import type { Notification } from './notifying/notification'
import { Notifier } from './notifying/notifier'
import { Resumption, saveWatching } from './resumption'
import { parseRules } from './rules/parse-rules'
import type { Rule, Severity } from './rules/rule'
import { RulesInForce } from './rules-in-force'
import { CurrentMoment } from './watching/current-moment'
import type { KnownSubject } from './watching/known-subject'
import { Router } from './watching/router'
import type { Values } from './watching/subject'

/** Clocks are not that exact: a sample so much older than the start still counts. */
const TOLERANCE_MS = 1000
/** So long one turn of the event loop may take while starting. */
const LONGEST_TURN_MS = 10

export interface AlertEngineParts {
  /** Those of the dialog; others may be sent. */
  readonly rules: readonly Rule[]
  readonly options: AlertOptions
  readonly clock: Clock
  /** Where what has to survive a restart is kept; absent: in memory alone. */
  readonly file?: string
  readonly outputs: AlertOutputs
}

/** Values that are no reading: of a topic, with flat names. */
export interface Measurement {
  readonly topic: string
  readonly values: Values
  /** ms since the epoch, UTC; absent: now. */
  readonly timestamp?: number
}

export interface AlertStatus {
  /** Incidents that are open. */
  readonly firing: number
  readonly pending: number
  /** Subjects that a rule watches. */
  readonly watched: number
  /** The gravest of the open ones. */
  readonly severity: Severity | undefined
  /** Incidents with news that has not left. */
  readonly waiting: number
  /** Since the start. */
  readonly changes: ChangeCounts
  readonly evaluations: DurationCounts
}

/**
 * The alerts of one node: rules in; readings, events, measurements and commands in; notifications and changes out. What
 * comes while it is not running is ignored.
 */
export class AlertEngine {
  private readonly moment: CurrentMoment
  private readonly rules: RulesInForce
  private readonly book: IncidentBook
  private readonly notifier: Notifier
  private readonly router: Router
  private readonly store: AlertStore
  private readonly commands: AlertCommands
  private readonly listeners = new Set<() => void>()
  private readonly followers = new Set<(change: StateChange) => void>()
  /** Rules that have failed, of which once is said enough. */
  private readonly failed = new Set<string>()
  private resumption: Resumption | undefined
  private started_ms = Infinity
  private starting: Promise<void> | undefined
  private isRunning = false

  /** @throws MonitorError `CONFIG_INVALID` naming `time_zone` */
  constructor(private readonly parts: AlertEngineParts) {
    const { clock, options, outputs, file } = parts
    const calendar = createCalendar(options.time_zone)
    this.moment = new CurrentMoment(clock)
    this.rules = new RulesInForce(parts.rules)
    this.book = new IncidentBook({ clock, onChange: (change) => this.changed(change) })
    this.notifier = new Notifier({
      ...{ options, calendar, clock },
      ruleOf: (rule_id) => this.router.rule(rule_id)?.rule,
      open: () => this.book.open(),
      notify: (notification) => this.notify(notification),
      failed: (error) => outputs.failed(error),
      onUnsaved: () => this.touch(),
    })
    this.router = new Router({
      ...{ clock, calendar, moment: this.moment, listener: this.book },
      ...{ groups: options.groups, tariff: options.tariff },
      resume: (watch, moment) => this.resumption?.resume(watch, moment),
      failed: (rule, thrown) => this.ruleFailed(rule, thrown),
      full: () => this.subjectsFull(),
    })
    const { rules, router, book, notifier } = this
    this.commands = new AlertCommands({ rules, router, book, notifier, onRules: () => this.rulesChanged() })
    const report = (error: MonitorError) => outputs.failed(error)
    this.store = new AlertStore({ file, clock, report, content: () => this.content() })
  }

  /** Takes up what was kept. Faults of the file go to `outputs.failed`. */
  start(): Promise<void> {
    this.starting ??= this.begin()
    return this.starting
  }

  /** Keeps what has to be kept; leaves no timer behind. May be called twice. */
  async stop(): Promise<void> {
    await this.starting
    this.isRunning = false
    this.router.watches.stop()
    this.notifier.stop()
    this.book.stop()
    await this.store.stop()
  }

  /** A reading from the cache, or from before the start, brings nothing new. */
  takeReading(reading: Reading): void {
    if (!this.isRunning) return
    const { device_id: id, alias, model, host, parent_id } = reading
    const subject =
      this.router.known(id, alias, host, parent_id) ?? this.router.identify({ id, alias, model, host, parent_id })
    if (subject === undefined || reading.source === 'cache') return
    this.sample(subject, reading as unknown as Values, reading.timestamp)
  }

  /** Where it names no device, it is about all that are at its host. */
  takeEvent(event: DeviceEvent): void {
    if (!this.isRunning) return
    for (const subject of this.subjectsOf(event)) {
      if (event.event === 'removed') {
        this.router.remove(subject, 'device_removed')
        continue
      }
      if (event.event === 'offline') subject.goOffline()
      else if (event.event === 'online') subject.online = true
      this.router.watches.take(subject, this.moment.of(subject, event))
    }
    this.store.drifted()
  }

  takeMeasurement({ topic, values, timestamp }: Measurement): void {
    if (!this.isRunning) return
    const known = this.router.subjects.get(topic)
    // A device that sends other values beside its readings keeps its name.
    const subject = known?.is_expected === false ? known : this.router.identify({ id: topic, alias: topic })
    if (subject !== undefined) this.sample(subject, values, timestamp ?? this.parts.clock.now())
  }

  /** @throws MonitorError `INPUT_INVALID` naming the field, the value and what is allowed */
  run(command: AlertCommand): AlertAnswer {
    return this.commands.run(command)
  }

  status(): AlertStatus {
    const { size: firing, pending, severity, changes } = this.book
    const { subjects: watched, evaluations } = this.router.watches
    return { firing, pending, severity, watched, waiting: this.notifier.waiting, changes, evaluations }
  }

  /** Hears when `status()` may have changed. @returns how to stop listening */
  watch(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Hears every change of an incident. @returns how to stop listening */
  follow(follower: (change: StateChange) => void): () => void {
    this.followers.add(follower)
    return () => void this.followers.delete(follower)
  }

  private async begin(): Promise<void> {
    this.started_ms = this.parts.clock.monotonic()
    const kept = await this.store.start()
    if (kept !== undefined) this.restore(kept)
    this.book.start()
    this.resumption?.introduceSubjects(this.router, this.started_ms)
    await this.beginRules()
    this.resumption?.endOrphans(this.router)
    this.resumption = undefined
    this.notifier.start()
    this.router.watches.start()
    this.isRunning = true
    this.tell()
  }

  private restore(kept: KeptAlerts): void {
    const { rules, switched, incidents, notifier } = kept.saved
    this.rules.restore(this.rulesSent(rules), switched)
    const dropped = this.book.restore(incidents)
    if (dropped > 0) this.reportDropped(dropped)
    this.notifier.restore(notifier)
    this.resumption = new Resumption(kept, this.book, this.moment.now())
  }

  private reportDropped(count: number): void {
    const message = `${count} of the kept incidents cannot be read, and are forgotten`
    this.parts.outputs.failed(new MonitorError('DATABASE_INVALID', message))
  }

  private rulesSent(given: unknown): readonly Rule[] {
    try {
      return parseRules(given, 'rules', this.parts.options.groups, this.parts.options.tariff)
    } catch (thrown) {
      this.parts.outputs.failed(toMonitorError(thrown, 'DATABASE_INVALID'))
      return []
    }
  }

  /** Thousands of rules may be matched with thousands of subjects. */
  private async beginRules(): Promise<void> {
    const { clock } = this.parts
    let turn_ms = clock.monotonic()
    for (const rule of this.rules.all()) {
      this.router.setRule(rule)
      if (clock.monotonic() - turn_ms < LONGEST_TURN_MS) continue
      await setImmediate()
      turn_ms = clock.monotonic()
    }
  }

  private sample(subject: KnownSubject, values: Values, timestamp: number): void {
    const moment = this.moment.of(subject, undefined)
    const age_ms = moment.wall_ms - timestamp
    if (age_ms > moment.now_ms - this.started_ms + TOLERANCE_MS) return
    subject.sample(values, age_ms > 0 ? moment.now_ms - age_ms : moment.now_ms, timestamp)
    this.router.watches.take(subject, moment)
    this.store.drifted()
  }

  private subjectsOf({ event, device_id, alias, host }: DeviceEvent): readonly KnownSubject[] {
    if (typeof device_id !== 'string' || device_id === '') return this.router.subjectsAt(alias, host)
    const known = this.router.subjects.get(device_id)
    if (event === 'removed') return known === undefined ? [] : [known]
    // Its host is its alias until it has said its name.
    const name = alias === host && known !== undefined ? known.alias : alias
    const subject =
      this.router.known(device_id, name, host) ?? this.router.identify({ id: device_id, alias: name, host })
    return subject === undefined ? [] : [subject]
  }

  private rulesChanged(): void {
    this.router.setRules(this.rules.all())
    this.touch()
  }

  private notify(notification: Notification): void {
    this.book.told(notification.incidents)
    this.parts.outputs.notify(notification)
  }

  private changed(change: StateChange): void {
    this.parts.outputs.changed(change)
    for (const follower of this.followers) follower(change)
    this.notifier.changed(change)
    this.touch()
  }

  private touch(): void {
    this.store.changed()
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }

  private content() {
    const { rules, book, notifier, router, moment } = this
    const watching = saveWatching(router, moment.now())
    return { ...rules.save(), ...watching, incidents: book.save(), notifier: notifier.save() }
  }

  private ruleFailed({ id }: Rule, thrown: unknown): void {
    if (this.failed.has(id)) return
    this.failed.add(id)
    const message = `rule ${id} has failed; it is tried again in a minute`
    this.parts.outputs.failed(new MonitorError('INTERNAL', message, { cause: thrown }))
  }

  private subjectsFull(): void {
    if (this.failed.has('')) return
    this.failed.add('')
    const message = 'there is no room for more devices and topics; those that come now are not watched'
    this.parts.outputs.failed(new MonitorError('QUEUE_FULL', message))
  }
}
