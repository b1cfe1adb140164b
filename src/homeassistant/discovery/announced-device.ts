import type { Clock } from '../../domain/clock'
import type { Platform } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, Topics } from '../topics'
import type { Announcement } from './announcement'
import { compose, type Composition } from './compose'
import type { Announced, Form } from './device-record'
import type { Fault } from './fault'
import type { Inventory } from './inventory'
import { MIGRATE_PAYLOAD, topicsOf } from './messages'
import type { OwnTopics } from './own-topics'

/** Of a message that comes while it is at work on the one before, Home Assistant leaves out what comes after the first part. */
const QUIET_MS = 2000
/** How long Home Assistant may take to take an announcement over from the old form. */
const MIGRATION_MS = 5000
/** Something that never settles is told nevertheless. */
const LONGEST_SETTLING = 5
const NOTHING: Platforms = new Map()

type Platforms = ReadonlyMap<string, Platform>

export interface AnnouncedDeviceParts {
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'settle_ms' | 'state_qos'>
  readonly form: Form
  readonly clock: Clock
  readonly inventory: Pick<Inventory, 'record' | 'find' | 'changed' | 'stale'>
  readonly own: Pick<OwnTopics, 'tell' | 'clear'>
  /** What the broker had of a device that the inventory knows nothing of. */
  readonly found: (node_id: string) => Announced | undefined
  readonly complain: (announcement: Announcement, fault: Fault) => void
}

/** What Home Assistant knows of one device, and what it is to be told, when. */
export class AnnouncedDevice {
  /** Something has been said of it since the start, or there is nothing to be said. */
  isTold = false
  private wanted: Announcement | undefined
  private text = ''
  private settled_ms = Infinity
  /** Since when there is something new. */
  private changed_ms: number | undefined
  private quiet_ms = 0
  /** Topics that are to be cleared. */
  private leaving: { readonly topics: Set<string>; at_ms: number } | undefined
  /** What is there no longer, as is told as long as this lives. */
  private gone: Platforms | undefined
  /** Those of them that were told before the start already: for the last time now. */
  private inherited: Set<string> | undefined

  constructor(
    readonly device_id: string | undefined,
    private readonly parts: AnnouncedDeviceParts,
  ) {}

  /** When it has something to say; Infinity: never. */
  get due_ms(): number {
    const leaving_ms = this.leaving?.at_ms ?? Infinity
    return Math.max(this.quiet_ms, Math.min(leaving_ms, this.settled_ms))
  }

  /** There is nothing to be said of it any more. */
  get isOver(): boolean {
    return this.wanted === undefined && this.leaving === undefined
  }

  get node_id(): string | undefined {
    return this.wanted?.node_id
  }

  get parent_id(): string | undefined {
    return this.wanted?.device.via_device
  }

  /** Returns whether that is anything new. */
  want(announcement: Announcement): boolean {
    const text = JSON.stringify(announcement)
    if (text === this.text) return false
    const { clock, options } = this.parts
    const now_ms = clock.monotonic()
    this.changed_ms ??= now_ms
    this.settled_ms = Math.min(now_ms + options.settle_ms, this.changed_ms + LONGEST_SETTLING * options.settle_ms)
    this.wanted = announcement
    this.text = text
    return true
  }

  /** Takes back what is announced. Returns whether there is anything to take back. */
  retire(): boolean {
    const now_ms = this.parts.clock.monotonic()
    const record = this.parts.inventory.find(this.device_id)
    if (record?.announced) this.leave(this.topicsOf(record.announced), now_ms)
    else if (this.leaving) this.leaving.at_ms = now_ms
    if (record) record.announced = undefined
    this.wanted = undefined
    this.text = ''
    this.settled_ms = Infinity
    this.changed_ms = undefined
    return this.leaving !== undefined
  }

  /** What is kept is told again at this moment: nothing may follow at once. */
  hush(): void {
    const now_ms = this.parts.clock.monotonic()
    this.quiet_ms = now_ms + QUIET_MS
    const { leaving } = this
    // What is taken back has no successor that has to be heard before, and none may be heard before it is.
    const isMigration = this.parts.inventory.find(this.device_id)?.announced !== undefined
    if (leaving && leaving.at_ms < Infinity && isMigration) {
      leaving.at_ms = Math.max(leaving.at_ms, now_ms + MIGRATION_MS)
    }
  }

  /** Its turn has come. */
  speak(): void {
    const now_ms = this.parts.clock.monotonic()
    this.quiet_ms = now_ms + QUIET_MS
    if (this.leaving && this.leaving.at_ms <= now_ms) this.clearLeft(this.leaving.topics)
    else if (this.wanted) this.announce(this.wanted, now_ms)
  }

  private announce(wanted: Announcement, now_ms: number): void {
    const { inventory, form, found, complain } = this.parts
    this.changed_ms = undefined
    const record = inventory.record(this.device_id)
    const before = (record.announced ??= found(wanted.node_id))
    if (before && before.form !== form) {
      record.announced = undefined
      return this.migrate(this.topicsOf(before), now_ms)
    }
    this.gone ??= before?.gone ?? NOTHING
    this.inherited ??= new Set(this.gone.keys())
    const known = { components: before?.components ?? NOTHING, gone: this.gone }
    const composition = compose(form, wanted, known, this.parts)
    for (const fault of composition.faults) complain(wanted, fault)
    // What was never announced need not be taken back: Home Assistant would wonder in its log what there was.
    if (before || composition.messages.length > 0) record.announced = this.announcedBy(composition, this.inherited)
    this.gone = composition.gone
    this.settled_ms = composition.isPart ? now_ms : Infinity
    this.tell(composition, now_ms)
  }

  private tell({ messages, cleared }: Composition, now_ms: number): void {
    const { own, inventory } = this.parts
    const isChanged = own.tell(messages)
    for (const topic of cleared) own.clear(topic)
    for (const { topic } of messages) {
      this.leaving?.topics.delete(topic)
      inventory.stale.delete(topic)
    }
    if (this.leaving) this.leaving.at_ms = now_ms + MIGRATION_MS
    if (isChanged || cleared.length > 0) inventory.changed()
    this.isTold = true
  }

  /** The entities of the old form are given up, but not forgotten; those of the new one take them over. */
  private migrate(topics: ReadonlySet<string>, now_ms: number): void {
    this.parts.own.tell([...topics].map((topic) => ({ topic, payload: MIGRATE_PAYLOAD })))
    this.leave(topics, Infinity)
    this.settled_ms = now_ms
  }

  private leave(topics: ReadonlySet<string>, at_ms: number): void {
    const { inventory } = this.parts
    this.leaving = { topics: new Set([...(this.leaving?.topics ?? []), ...topics]), at_ms }
    for (const topic of topics) inventory.stale.add(topic)
    inventory.changed()
  }

  private clearLeft(topics: ReadonlySet<string>): void {
    const { own, inventory } = this.parts
    for (const topic of topics) {
      own.clear(topic)
      inventory.stale.delete(topic)
    }
    this.leaving = undefined
    inventory.changed()
  }

  private topicsOf({ form, prefix, base, components }: Announced): ReadonlySet<string> {
    return topicsOf(form, nodeIdOf(base, this.device_id), components, new Topics(base, prefix))
  }

  private announcedBy({ components, gone }: Composition, inherited: Set<string>): Announced {
    const { form, topics } = this.parts
    for (const id of components.keys()) inherited.delete(id)
    const own = new Map([...gone].filter(([id]) => !inherited.has(id)))
    return { form, prefix: topics.prefix, base: topics.base, components, gone: own }
  }
}
