import type { Clock, Random, Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { Broker, ReceivedMessage } from '../../mqtt/broker'
import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, Topics } from '../topics'
import { AnnouncedDevice } from './announced-device'
import type { Announcement } from './announcement'
import type { Announced, Form } from './device-record'
import type { Fault } from './fault'
import { FoundAnnouncements } from './found-announcements'
import type { Inventory } from './inventory'
import { OwnTopics } from './own-topics'
import { Turns } from './turns'

/** Home Assistant is still busy when it says that it has started; and whoever starts it twice says so twice. */
const SHORTEST_JITTER_MS = 1000
const MOST_FAULTS = 1000

export interface AnnouncerOptions {
  readonly broker: Pick<Broker, 'keep' | 'forget' | 'replay' | 'subscribe' | 'status' | 'watch'>
  readonly topics: Topics
  readonly options: HomeAssistantOptions
  readonly clock: Clock
  readonly random: Random
  /** Started before, stopped after. */
  readonly inventory: Inventory
  /** What was left out, and why: once each. */
  readonly report: (error: MonitorError) => void
}

/** Tells Home Assistant which devices and entities there are: late enough to be right, never too fast, never twice. */
export class Announcer {
  private readonly devices = new Map<string | undefined, AnnouncedDevice>()
  /** By node id. */
  private readonly nodes = new Map<string, AnnouncedDevice>()
  private readonly own: OwnTopics
  private readonly turns: Turns<AnnouncedDevice>
  private readonly faults = new Set<string>()
  private found: FoundAnnouncements | undefined
  /** Topics that the last run had no time to clear. */
  private leftovers: ReadonlySet<string> = new Set()
  private birthTimer: Timer | undefined
  private isOpen = false
  private endings: (() => void)[] = []

  constructor(private readonly parts: AnnouncerOptions) {
    const { broker, clock, options } = parts
    this.own = new OwnTopics(broker)
    this.turns = new Turns({
      clock,
      per_s: options.announcements_per_s,
      mustWait: (device) => this.mustWait(device),
      take: (device) => this.take(device),
    })
  }

  /** Listens to what others do with our announcements, and takes back those that are elsewhere than they should be. */
  start(): void {
    const { broker, topics, inventory } = this.parts
    const known = new Set<string>()
    this.leftovers = new Set(inventory.stale)
    for (const [device_id, { announced }] of [...inventory.records()]) {
      if (!announced) continue
      known.add(nodeIdOf(announced.base, device_id))
      const isHere = announced.prefix === topics.prefix && announced.base === topics.base
      if (!isHere || this.form === undefined) this.remove(device_id)
      if (announced.base !== topics.base) this.clearState(device_id, announced)
    }
    this.found = new FoundAnnouncements(topics, known)
    this.endings = [
      broker.subscribe(topics.discovery_filter, (message) => this.received(message)),
      broker.watch(() => this.look()),
    ]
    this.look()
  }

  /** What is announced stays. May be called twice. */
  stop(): void {
    for (const end of this.endings) end()
    this.endings = []
    this.turns.hold()
    if (this.birthTimer !== undefined) this.parts.clock.clearTimeout(this.birthTimer)
    this.birthTimer = undefined
  }

  /** Without an id, the bridge itself. It goes out when it has stayed the same for a while. */
  announce(device_id: string | undefined, announcement: Announcement): void {
    if (this.form === undefined) return
    const device = this.deviceOf(device_id, this.form)
    this.nodes.set(announcement.node_id, device)
    if (device.want(announcement)) this.turns.add(device)
  }

  /** Takes it away from Home Assistant. */
  remove(device_id: string | undefined): void {
    const isAnnounced = this.parts.inventory.find(device_id)?.announced !== undefined
    if (!isAnnounced && !this.devices.has(device_id)) return
    const device = this.deviceOf(device_id, this.form ?? 'device')
    if (device.node_id !== undefined) this.nodes.delete(device.node_id)
    if (device.retire()) this.turns.add(device)
    else this.devices.delete(device_id)
  }

  /**
   * Home Assistant has started, or a person wants it: everything that is kept, once more, within `birth_jitter_s`; once,
   * however often it is called meanwhile. What was deleted there comes back.
   */
  birth(): void {
    if (this.endings.length === 0) return
    const { clock, random, options } = this.parts
    const spread_ms = options.birth_jitter_s * 1000 - SHORTEST_JITTER_MS
    this.birthTimer ??= clock.setTimeout(() => this.tellAgain(), SHORTEST_JITTER_MS + random() * spread_ms)
  }

  private get form(): Form | undefined {
    const { discovery } = this.parts.options
    return discovery === 'off' ? undefined : discovery
  }

  private tellAgain(): void {
    this.birthTimer = undefined
    this.own.restore()
    for (const device of this.devices.values()) device.hush()
    this.parts.broker.replay()
  }

  private deviceOf(device_id: string | undefined, form: Form): AnnouncedDevice {
    let device = this.devices.get(device_id)
    if (!device) {
      device = new AnnouncedDevice(device_id, {
        ...this.parts,
        form,
        own: this.own,
        found: (node_id) => this.found?.takeOut(node_id, form),
        complain: (announcement, fault) => this.complain(device_id, announcement, fault),
      })
      this.devices.set(device_id, device)
    }
    return device
  }

  /** Home Assistant has to know the one that a device belongs to before it. */
  private mustWait({ parent_id }: AnnouncedDevice): boolean {
    const parent = parent_id === undefined ? undefined : this.nodes.get(parent_id)
    // What belongs to something itself is waited for by nobody: no two can wait for each other.
    return parent !== undefined && !parent.isTold && parent.parent_id === undefined && parent.due_ms < Infinity
  }

  private take(device: AnnouncedDevice): void {
    device.speak()
    if (device.isOver && this.devices.get(device.device_id) === device) this.devices.delete(device.device_id)
  }

  /** Whether the broker is there: a message that waits for it would come out of its time. */
  private look(): void {
    const isOpen = this.parts.broker.status().state === 'open'
    if (isOpen === this.isOpen) return
    this.isOpen = isOpen
    if (!isOpen) return this.turns.hold()
    this.own.reconnected()
    for (const device of this.devices.values()) device.hush()
    this.clearLeftovers()
    this.turns.release()
  }

  private clearLeftovers(): void {
    const { inventory } = this.parts
    for (const topic of this.leftovers) {
      if (!this.own.has(topic)) this.own.clear(topic)
      inventory.stale.delete(topic)
    }
    if (this.leftovers.size > 0) inventory.changed()
    this.leftovers = new Set()
  }

  /** What is retained of a device elsewhere; what is of the bridge may be of another one too, which has stayed there. */
  private clearState(device_id: string | undefined, { base, prefix }: Announced): void {
    if (device_id === undefined) return
    const old = new Topics(base, prefix)
    for (const topic of [old.availability(device_id), old.state(device_id), old.light(device_id)]) {
      this.parts.broker.keep({ topic, payload: '', rank: 'state', qos: 1 })
    }
  }

  private received(message: ReceivedMessage): void {
    if (message.retain && message.payload !== '' && !this.own.has(message.topic)) this.found?.take(message)
    else this.own.received(message)
  }

  private complain(device_id: string | undefined, announcement: Announcement, { path, value, range }: Fault): void {
    const key = `${announcement.node_id} ${path} ${range}`
    if (this.faults.has(key) || this.faults.size >= MOST_FAULTS) return
    this.faults.add(key)
    const what = value === undefined ? 'nothing' : excerpt(value)
    const message = `${announcement.device.name}: ${path}: ${what} is not allowed; expected ${range}; it is not announced`
    const details = { field: path, value, range, ...(device_id !== undefined && { device_id }) }
    this.parts.report(new MonitorError('DISCOVERY_INVALID', message, { details }))
  }
}

function excerpt(value: unknown): string {
  return JSON.stringify(value).slice(0, 80)
}
