import type { AlertCommand } from '../../alerting/alert-command'
import type { StateChange } from '../../alerting/incidents/incident'
import type { Clock, Timer } from '../../domain/clock'
import type { Broker } from '../../mqtt/broker'
import type { Inventory } from '../discovery/inventory'
import type { Components } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'
import { AlertBook } from './alert-book'
import { alertComponents } from './alert-components'
import { eventPayload, openAlertsPayload, problemPayload, rulePayload } from './alert-payloads'
import { type AlertPress, commandsOfPress } from './alert-presses'
import type { Home } from './home-alerts'
import { restoreAlerts, saveAlerts } from './saved-alerts'

/** Many changes come at once where many devices fail at once; one message tells of them all. */
const GATHER_MS = 100
const MOST_GATHERED = 1000
/** Home Assistant listens to a new event entity some 0.5 s after its announcement has come; what is said before is lost to it. */
const HEARD_AFTER_MS = 3000

/** On whose page of Home Assistant what happens to a subject is shown. */
export interface AlertHomes {
  /** The device itself, or its strip where it has no page of its own; undefined: the bridge, as it is no device. */
  homeOf(subject_id: string): Home
  /** All devices that have a page. */
  all(): Iterable<string>
}

export interface AlertEntitiesOptions {
  readonly broker: Pick<Broker, 'keep' | 'deliver'>
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'alerts' | 'silence_min' | 'settle_ms'>
  readonly clock: Clock
  /** Started before, stopped after. */
  readonly inventory: Pick<Inventory, 'record' | 'records' | 'touch' | 'changed'>
  readonly homes: AlertHomes
}

/** Whose announcement has to be made anew; undefined: that of the bridge. */
export type Touched = ReadonlySet<Home>

const NOBODY: Touched = new Set()

/**
 * What Home Assistant has of the alerts: problems, events, triggers and buttons, of each device and of the bridge. There is
 * none of it before the first change has come, since nobody may have wired any alerts; from then on every device has it.
 */
export class AlertEntities {
  private readonly book: AlertBook
  private inUse = false
  /** Events follow the states that they are of. */
  private readonly events: { readonly home: Home; readonly topic: string; readonly payload: string }[] = []
  private timer: Timer | undefined
  /** The pages whose states are kept, and from when on their events are heard. */
  private readonly published = new Map<Home, number>()

  constructor(private readonly parts: AlertEntitiesOptions) {
    this.book = new AlertBook((subject_id) => parts.homes.homeOf(subject_id))
  }

  /** Goes on with what was open before, without a word; once the devices of before are known. */
  start(): void {
    if (this.parts.options.alerts === 'no') return
    const saved = [...this.parts.inventory.records()]
    for (const [home, { alerts }] of saved) {
      if (alerts === undefined) continue
      this.inUse = true
      restoreAlerts(this.book, home, alerts)
    }
    this.book.takeDirty()
    this.book.takeNews()
    for (const home of new Set([undefined, ...this.book.takeTouched()])) this.publish(home)
    for (const home of this.published.keys()) this.published.set(home, -Infinity)
  }

  /** Tells what is untold. May be called twice. */
  stop(): void {
    this.flush()
  }

  changed(change: StateChange): Touched {
    const { options, homes, topics } = this.parts
    if (options.alerts === 'no') return NOBODY
    this.book.take(change)
    const payload = eventPayload(change)
    const home = this.book.homeOf(change.device_id)
    if (payload !== undefined) this.events.push({ home, topic: topics.alertEvent(home), payload })
    this.gather()
    if (this.inUse) return this.book.takeTouched()
    this.inUse = true
    this.book.takeTouched()
    // That one first: it has something to tell.
    const all = new Set<Home>([home, undefined, ...homes.all()])
    for (const each of all) this.publish(each)
    return all
  }

  /** A device has got a page: what was told of it on the page of the bridge, or of its strip, moves there. */
  appeared(device_id: string): Touched {
    if (!this.inUse) return NOBODY
    const home = this.book.homeOf(device_id)
    this.book.move(device_id)
    if (!this.published.has(home)) this.publish(home)
    if (this.book.isDirty) this.gather()
    return this.book.takeTouched()
  }

  /** A device is there no longer, nor is what was told of it. */
  remove(device_id: string): Touched {
    const { topics } = this.parts
    const rules = [...(this.book.at(device_id)?.rules.keys() ?? [])]
    this.book.remove(device_id)
    this.published.delete(device_id)
    if (this.inUse) this.keep(topics.problem(device_id), '')
    for (const rule_id of rules) this.keep(topics.problem(device_id, rule_id), '')
    if (this.book.isDirty) this.gather()
    return this.book.takeTouched()
  }

  componentsOf(home: Home): Components {
    return this.inUse ? alertComponents(home, this.book.at(home)?.rules.values() ?? [], this.parts) : {}
  }

  /** What `kasa-alert` is to be asked for where a button of a page was pressed. */
  commandsOf(home: Home, press: AlertPress): readonly AlertCommand[] {
    return commandsOfPress(press, home, this.book.at(home)?.open() ?? [])
  }

  /** Everything that is retained of the alerts of a page. */
  publish(home: Home): void {
    if (!this.inUse) return
    const { clock, options } = this.parts
    if (!this.published.has(home)) this.published.set(home, clock.monotonic() + options.settle_ms + HEARD_AFTER_MS)
    this.publishProblem(home)
    for (const rule_id of this.book.at(home)?.rules.keys() ?? []) this.publishRule(home, rule_id)
    if (home === undefined) this.publishCount()
  }

  private gather(): void {
    if (this.events.length >= MOST_GATHERED) return this.flush()
    this.timer ??= this.parts.clock.setTimeout(() => this.flush(), GATHER_MS)
  }

  private flush(): void {
    const { clock, inventory } = this.parts
    if (this.timer === undefined) return
    clock.clearTimeout(this.timer)
    this.timer = undefined
    const dirty = this.book.takeDirty()
    for (const [home, rule_ids] of dirty) {
      this.publishProblem(home)
      for (const rule_id of rule_ids) this.publishRule(home, rule_id)
    }
    this.publishCount()
    this.tellEvents()
    // The record of the bridge says as well that there are alerts at all.
    for (const home of new Set([undefined, ...dirty.keys()]))
      inventory.record(home).alerts = saveAlerts(this.book, home)
    // What comes and goes nobody else knows; the rest is told again by itself, and may flap.
    if (this.book.takeNews()) inventory.changed()
    else inventory.touch()
  }

  private tellEvents(): void {
    const { broker, clock } = this.parts
    const now_ms = clock.monotonic()
    for (const { home, topic, payload } of this.events.splice(0)) {
      const heard_ms = this.published.get(home) ?? -Infinity
      broker.deliver({ topic, payload, qos: 1 }, Math.max(0, heard_ms - now_ms))
    }
  }

  private publishProblem(home: Home): void {
    this.keep(this.parts.topics.problem(home), problemPayload(this.book.at(home)?.open() ?? []))
  }

  /** Of a rule that is there no longer nothing is kept. */
  private publishRule(home: Home, rule_id: string): void {
    const alerts = this.book.at(home)
    const latest = alerts?.rules.get(rule_id)
    const payload = alerts && latest ? rulePayload(alerts.openOf(rule_id), latest) : ''
    this.keep(this.parts.topics.problem(home, rule_id), payload)
  }

  private publishCount(): void {
    this.keep(this.parts.topics.open_alerts, openAlertsPayload(this.book.open()))
  }

  private keep(topic: string, payload: string): void {
    this.parts.broker.keep({ topic, payload, rank: 'state', qos: 1 })
  }
}
