import type { Clock, Timer } from '../domain/clock'
import type { DeviceEventName } from '../domain/event'
import type { Broker } from '../mqtt/broker'
import type { Topics } from './topics'

/** A fleet needs a while after a start; until then, what the broker keeps of before is as good as anything. */
export const GRACE_MS = 60_000
/** Where events come by a flow: it may tell nothing of what has not changed, but it may also be cut. */
const EVENTS_HOLD_MS = 86_400_000
const LOOK_EVERY_MS = 10_000

export interface AvailabilityOptions {
  readonly broker: Pick<Broker, 'keep'>
  readonly topics: Topics
  readonly clock: Clock
  /** See `HOME_ASSISTANT_OPTIONS`. */
  readonly unavailable_after_s: number
  /** Another number of devices is available. */
  readonly changed: () => void
}

interface Entry {
  state: 'online' | 'offline' | 'unknown'
  /** Since when nothing has been heard. */
  heard_ms: number
  /** After such a silence it counts as offline. */
  patience_ms: number
  /** When it was said to be so, ms since the epoch; not while it is online. */
  offline_at: number
}

/** Says of each device whether it is there; the bridge's own state is the broker's will. */
export class Availability {
  private readonly entries = new Map<string, Entry>()
  private timer: Timer | undefined
  private isStopped = false

  constructor(private readonly options: AvailabilityOptions) {}

  start(): void {
    this.look()
  }

  stop(): void {
    this.isStopped = true
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  /** How many are there. */
  get available(): number {
    let count = 0
    for (const { state } of this.entries.values()) if (state === 'online') count++
    return count
  }

  isAvailable(device_id: string): boolean {
    return this.entries.get(device_id)?.state === 'online'
  }

  /** Known from before a restart, and not heard of yet. @param isPolled by a fleet that soon says how it is */
  expect(device_id: string, isPolled: boolean): void {
    const entry = this.entryOf(device_id)
    if (isPolled) entry.patience_ms = GRACE_MS
  }

  /** A reading of it has come; it may have been taken before the device went offline. @param at ms since the epoch */
  heard(device_id: string, at: number): void {
    const entry = this.entryOf(device_id)
    if (at < entry.offline_at) return
    entry.heard_ms = this.options.clock.monotonic()
    if (entry.state === 'unknown') entry.patience_ms = this.silence_ms
    this.set(device_id, entry, 'online')
  }

  /**
   * Whoever polls it says what has happened to it.
   * @param at ms since the epoch
   * @param isPolled by a fleet, which tells all that happens
   */
  told(device_id: string, event: DeviceEventName, at: number, isPolled: boolean): void {
    const entry = this.entryOf(device_id)
    entry.heard_ms = this.options.clock.monotonic()
    if (event !== 'online' && event !== 'offline') return
    entry.patience_ms = isPolled ? Infinity : Math.max(EVENTS_HOLD_MS, this.silence_ms)
    entry.offline_at = event === 'online' ? -Infinity : at
    this.set(device_id, entry, event)
  }

  /** An empty message makes the broker forget it. */
  remove(device_id: string): void {
    if (this.entries.delete(device_id)) this.publish(device_id, '')
  }

  private get silence_ms(): number {
    return this.options.unavailable_after_s * 1000
  }

  private entryOf(device_id: string): Entry {
    const known = this.entries.get(device_id)
    if (known) return known
    const heard_ms = this.options.clock.monotonic()
    const entry: Entry = { state: 'unknown', heard_ms, patience_ms: this.silence_ms, offline_at: -Infinity }
    this.entries.set(device_id, entry)
    return entry
  }

  private set(device_id: string, entry: Entry, state: 'online' | 'offline'): void {
    if (entry.state === state) return
    entry.state = state
    this.publish(device_id, state)
    this.options.changed()
  }

  private publish(device_id: string, payload: string): void {
    this.options.broker.keep({
      topic: this.options.topics.availability(device_id),
      payload,
      rank: 'availability',
      qos: 1,
    })
  }

  private look(): void {
    const { clock } = this.options
    const now_ms = clock.monotonic()
    for (const [device_id, entry] of this.entries) {
      if (now_ms - entry.heard_ms >= entry.patience_ms) this.set(device_id, entry, 'offline')
    }
    if (!this.isStopped) this.timer = clock.setTimeout(() => this.look(), LOOK_EVERY_MS)
  }
}
