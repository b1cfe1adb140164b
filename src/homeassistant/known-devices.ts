import type { Device } from '../domain/device'
import { DETAIL_KEYS, type DeviceDetails } from '../domain/device-details'
import type { DeviceEvent, DeviceEventName } from '../domain/event'
import { isMeasuredKey, type Reading } from '../domain/reading'
import type { KnownDevice, StateKey } from './known-device'
import { slugOf } from './topics'

/** Readings of anything may come; what is more than any home has is a mistake in a flow. */
export const MOST_DEVICES = 10_000
/** Of those that are gone, whose last readings may still be under way. */
const MOST_REMOVED = 1000

const LONGEST_REASON = 200
/** Half a character: Home Assistant takes no JSON with it. */
const LONE_SURROGATES = /\p{Cs}/gu
const FAILURES: readonly DeviceEventName[] = ['offline', 'login_refused', 'unsupported', 'identity_mismatch']

/** What is remembered of a device over a restart. */
export interface RememberedDevice {
  readonly alias: string
  readonly model: string
  readonly parent_id?: string | undefined
  readonly keys: readonly StateKey[]
}

/** `shape`: its entities, its name or its place may be others than before. */
export type Change = 'none' | 'value' | 'shape'

/** A device, as readings, descriptions and details of it come in. */
export class DeviceEntry implements KnownDevice {
  readonly keys = new Set<StateKey>()
  parent: DeviceEntry | undefined
  outlets: readonly DeviceEntry[] = []
  alias = ''
  model = ''
  device: Device | undefined
  reading: Reading | undefined
  details: DeviceDetails
  energy_cost: number | undefined
  offline_reason: string | undefined
  /** ms since the epoch. */
  private failed_at = -Infinity

  constructor(
    readonly device_id: string,
    public parent_id: string | undefined,
  ) {
    this.details = { device_id }
  }

  /** Returns whether there are other ones than before. */
  learn(keys: readonly StateKey[]): boolean {
    const { size } = this.keys
    for (const key of keys) this.keys.add(key)
    return this.keys.size > size
  }

  /** @param at when it said something itself, ms since the epoch */
  answered(at: number): void {
    if (at >= this.failed_at) this.offline_reason = undefined
  }

  failed({ code, message, timestamp }: DeviceEvent): void {
    const reason = [code, message].filter((part) => part !== undefined).join(': ')
    this.offline_reason = reason === '' ? undefined : reason.slice(0, LONGEST_REASON).replace(LONE_SURROGATES, '')
    this.failed_at = timestamp
  }

  rename(alias: string, model: string): boolean {
    const isOther = alias !== this.alias || model !== this.model
    this.alias = alias
    this.model = model
    return isOther
  }
}

/** All devices that there is something to tell of, outlets and what is behind hubs among them. */
export class KnownDevices {
  private readonly entries = new Map<string, DeviceEntry>()
  private readonly bySlug = new Map<string, DeviceEntry>()
  /** By the id of a parent that nothing has been heard of yet. */
  private readonly orphans = new Map<string, DeviceEntry[]>()
  /** When they were removed, ms since the epoch; oldest first. */
  private readonly removed = new Map<string, number>()

  get size(): number {
    return this.entries.size
  }

  get(device_id: string): DeviceEntry | undefined {
    return this.entries.get(device_id)
  }

  /** By the part of a topic that stands for it. */
  find(slug: string): DeviceEntry | undefined {
    return this.bySlug.get(slug)
  }

  all(): IterableIterator<DeviceEntry> {
    return this.entries.values()
  }

  remember(device_id: string, { alias, model, parent_id, keys }: RememberedDevice): void {
    const entry = this.take(device_id, parent_id)
    entry?.rename(alias, model)
    entry?.learn(keys)
  }

  /**
   * An older reading than the one that is known changes nothing; nor does one of before the device was removed.
   * @param now ms since the epoch
   */
  takeReading(reading: Reading, now: number): Change {
    if (this.isLate(reading, now)) return 'none'
    const entry = this.take(reading.device_id, reading.parent_id)
    if (!entry) return 'none'
    const isFirst = entry.reading === undefined
    entry.reading = reading
    if (reading.source === 'poll') entry.answered(reading.timestamp)
    let isOther = entry.rename(reading.alias, reading.model)
    // A flow may have left out whose it is.
    if (reading.parent_id !== undefined && this.move(entry, reading.parent_id)) isOther = true
    for (const key in reading) {
      if (!isMeasuredKey(key) || entry.keys.has(key)) continue
      entry.keys.add(key)
      isOther = true
    }
    return isFirst || isOther ? 'shape' : 'value'
  }

  takeDevice(device: Device): Change {
    const entry = this.take(device.device_id, device.parent_id)
    if (!entry) return 'none'
    entry.device = device
    this.move(entry, device.parent_id)
    entry.rename(device.alias, device.model)
    return 'shape'
  }

  takeDetails(details: DeviceDetails): Change {
    const entry = this.entries.get(details.device_id)
    if (!entry) return 'none'
    entry.details = details
    return entry.learn(DETAIL_KEYS.filter((key) => details[key] !== undefined)) ? 'shape' : 'value'
  }

  takeEvent(event: DeviceEvent): Change {
    const entry = event.device_id === undefined ? undefined : this.entries.get(event.device_id)
    const before = entry?.offline_reason
    if (event.event === 'online') entry?.answered(Infinity)
    if (FAILURES.includes(event.event)) entry?.failed(event)
    return entry?.offline_reason === before ? 'none' : 'value'
  }

  /** @param now ms since the epoch */
  remove(device_id: string, now: number): void {
    const entry = this.entries.get(device_id)
    if (!entry) return
    this.entries.delete(device_id)
    this.removed.set(device_id, now)
    const [oldest] = this.removed.keys()
    if (oldest !== undefined && this.removed.size > MOST_REMOVED) this.removed.delete(oldest)
    this.bySlug.delete(slugOf(device_id))
    this.leave(entry)
    for (const outlet of entry.outlets) this.orphan(outlet)
  }

  private isLate({ device_id, timestamp }: Reading, now: number): boolean {
    const known = this.entries.get(device_id)?.reading?.timestamp ?? this.removed.get(device_id)
    // What lies ahead of now was told by a clock that has been set back since.
    return known !== undefined && timestamp < known && known <= now
  }

  /** Absent where there are too many. */
  private take(device_id: string, parent_id: string | undefined): DeviceEntry | undefined {
    const known = this.entries.get(device_id)
    if (known) return known
    if (this.entries.size >= MOST_DEVICES) return undefined
    const entry = new DeviceEntry(device_id, parent_id)
    this.entries.set(device_id, entry)
    this.bySlug.set(slugOf(device_id), entry)
    this.removed.delete(device_id)
    this.adopt(entry)
    this.place(entry)
    return entry
  }

  /** What is behind one hub may have been behind another before. Returns whether it was. */
  private move(entry: DeviceEntry, parent_id: string | undefined): boolean {
    if (entry.parent_id === parent_id) return false
    this.leave(entry)
    entry.parent_id = parent_id
    this.place(entry)
    return true
  }

  private place(entry: DeviceEntry): void {
    const parent = entry.parent_id === undefined ? undefined : this.entries.get(entry.parent_id)
    if (parent) join(parent, entry)
    else this.orphan(entry)
  }

  private leave(entry: DeviceEntry): void {
    if (entry.parent) entry.parent.outlets = entry.parent.outlets.filter((outlet) => outlet !== entry)
    this.leaveOrphans(entry)
  }

  private orphan(entry: DeviceEntry): void {
    const { parent_id } = entry
    entry.parent = undefined
    if (parent_id !== undefined) this.orphans.set(parent_id, [...(this.orphans.get(parent_id) ?? []), entry])
  }

  private adopt(parent: DeviceEntry): void {
    for (const orphan of this.orphans.get(parent.device_id) ?? []) join(parent, orphan)
    this.orphans.delete(parent.device_id)
  }

  private leaveOrphans({ parent_id, device_id }: DeviceEntry): void {
    const others = this.orphans.get(parent_id ?? '')?.filter((orphan) => orphan.device_id !== device_id)
    if (parent_id === undefined || others === undefined) return
    if (others.length > 0) this.orphans.set(parent_id, others)
    else this.orphans.delete(parent_id)
  }
}

function join(parent: DeviceEntry, outlet: DeviceEntry): void {
  outlet.parent = parent
  parent.outlets = [...parent.outlets, outlet]
}
