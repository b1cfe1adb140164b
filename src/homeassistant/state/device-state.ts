import type { Reading } from '../../domain/reading'
import type { JsonValue } from '../entities/component'
import type { KnownDevice, StateKey } from '../known-device'
import { CounterGuard, isCounter } from './counter-guard'
import { fieldsOf, type StateField, type StateValue } from './state-fields'
import { isWorth, type Rate } from './state-rates'

/** One key of a state: what the device says now, and what was sent. */
interface Entry {
  readonly field: StateField
  readonly rate: Rate
  readonly guard: CounterGuard | undefined
  latest: StateValue
  sent: StateValue
  sent_ms: number
}

/**
 * The state of one device as it was sent, and what of newer values is worth a message. Each key stays as it was sent until
 * its time has come, so that no recorder is told of a flickering voltage because the power has changed.
 */
export class DeviceState {
  /** When to look again, on the monotonic clock. */
  due_ms = Infinity
  private entries: readonly Entry[] = []
  private sent_ms: number | undefined
  private reading: Reading | undefined
  private last_seen: number | null = null
  /** What the entries were made for. */
  private device: KnownDevice['device']
  private keys = -1

  constructor(
    public known: KnownDevice,
    private readonly rates: Readonly<Record<StateKey, Rate>>,
    private readonly heartbeat_ms: number,
  ) {}

  /** Whether there is something to send now; `state` has it. */
  look(now_ms: number): boolean {
    this.read()
    if (this.sent_ms === undefined || now_ms >= this.sent_ms + this.heartbeat_ms) return this.renew(now_ms)
    this.due_ms = this.sent_ms + this.heartbeat_ms
    let isSome = false
    for (const entry of this.entries) {
      const { latest, sent, rate } = entry
      if (latest === sent || rate.deadband === Infinity) continue
      // What is switched is seen together with what comes of it.
      if (typeof latest !== 'number' || typeof sent !== 'number') return this.renew(now_ms)
      if (!isWorth(latest, sent, rate)) continue
      const at_ms = entry.sent_ms + rate.every_s * 1000
      if (at_ms > now_ms) this.due_ms = Math.min(this.due_ms, at_ms)
      else isSome = true
    }
    if (isSome) this.renewWorth(now_ms)
    return isSome
  }

  /** As sent. */
  state(): Record<string, JsonValue> {
    const state: Record<string, JsonValue> = {}
    for (const { field, sent } of this.entries) state[field.key] = sent
    state.last_seen = this.last_seen
    return state
  }

  private renew(now_ms: number): true {
    for (const entry of this.entries) send(entry, now_ms)
    this.sent_ms = now_ms
    this.due_ms = now_ms + this.heartbeat_ms
    this.last_seen = this.reading?.timestamp ?? null
    return true
  }

  /** Numbers alone are new here; some of them may have to wait. */
  private renewWorth(now_ms: number): void {
    for (const entry of this.entries) {
      const { latest, sent, sent_ms, rate } = entry
      if (sent_ms + rate.every_s * 1000 > now_ms) continue
      if (isWorth(latest as number, sent as number, rate)) send(entry, now_ms)
    }
    this.sent_ms = now_ms
    this.due_ms = Math.min(this.due_ms, now_ms + this.heartbeat_ms)
    this.last_seen = this.reading?.timestamp ?? null
  }

  private read(): void {
    const { known } = this
    const { reading } = known
    if (known.keys.size !== this.keys || known.device !== this.device) this.arrange()
    const isNew = reading !== this.reading
    this.reading = reading
    for (const entry of this.entries) {
      const value = entry.field.read(known)
      if (value === undefined) continue
      if (entry.guard === undefined || typeof value !== 'number') entry.latest = value
      // Which of its values are wrong, a suspect reading does not say.
      else if (isNew && reading?.quality === 'good') entry.latest = entry.guard.take(value)
    }
  }

  /** There may be other keys than before. */
  private arrange(): void {
    const { known } = this
    this.keys = known.keys.size
    this.device = known.device
    const before = new Map(this.entries.map((entry) => [entry.field.key, entry]))
    this.entries = fieldsOf(known).map((field) => before.get(field.key) ?? this.entryOf(field))
    if (this.entries.length !== before.size) this.sent_ms = undefined
  }

  private entryOf(field: StateField): Entry {
    const guard = isCounter(field.key) ? new CounterGuard() : undefined
    return { field, rate: this.rates[field.key], guard, latest: null, sent: null, sent_ms: -Infinity }
  }
}

function send(entry: Entry, now_ms: number): void {
  if (entry.sent === entry.latest) return
  entry.sent = entry.latest
  entry.sent_ms = now_ms
}
