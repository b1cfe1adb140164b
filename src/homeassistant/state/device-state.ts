import type { Reading } from '../../domain/reading'
import type { JsonValue } from '../entities/component'
import type { KnownDevice, StateKey } from '../known-device'
import { COUNTER_KEYS, CounterGuard, type CounterKey } from './counter-guard'
import { fieldsOf, type StateField, type StateValue } from './state-fields'
import { isWorth, type Rate } from './state-rates'

/** What was sent of one key. */
interface Sent {
  readonly field: StateField
  readonly rate: Rate
  readonly counter: CounterKey | undefined
  value: StateValue
  at_ms: number
  /** What the device says now. */
  latest: StateValue
}

/**
 * What was sent of one device, and what of its newer values is worth a message. Each key stays as it was sent until its
 * time has come, so that no recorder is told of a flickering voltage because the power has changed.
 */
export class DeviceState {
  /** When to look again; on the monotonic clock. */
  due_ms = Infinity
  private sent: Sent[] = []
  private sent_ms: number | undefined
  private reading: Reading | undefined
  private last_seen: number | null = null
  private device: KnownDevice['device']
  private keys = -1
  private readonly counters = new CounterGuard()

  constructor(
    public known: KnownDevice,
    private readonly rates: Readonly<Record<StateKey, Rate>>,
    private readonly heartbeat_ms: number,
  ) {}

  /** Whether there is something to send; `state` has it then. */
  look(now_ms: number): boolean {
    this.read()
    if (this.sent_ms === undefined || now_ms >= this.sent_ms + this.heartbeat_ms) return this.sendAll(now_ms)
    let isAtOnce = false
    let isWorthIt = false
    this.due_ms = this.sent_ms + this.heartbeat_ms
    for (const key of this.sent) {
      if (key.latest === key.value) continue
      if (typeof key.latest !== 'number' || typeof key.value !== 'number') isAtOnce = true
      else if (isWorth(key.latest, key.value, key.rate)) {
        const at_ms = key.at_ms + key.rate.every_s * 1000
        if (at_ms <= now_ms) isWorthIt = true
        else this.due_ms = Math.min(this.due_ms, at_ms)
      }
    }
    if (isAtOnce) return this.sendAll(now_ms)
    return isWorthIt && this.sendWorth(now_ms)
  }

  /** Everything as it is now. */
  sendAll(now_ms: number): true {
    this.read()
    for (const key of this.sent) renew(key, now_ms)
    return this.sendAt(now_ms)
  }

  /** As sent. */
  state(): Record<string, JsonValue> {
    const state: Record<string, JsonValue> = {}
    for (const { field, value } of this.sent) state[field.key] = value
    state.last_seen = this.last_seen
    return state
  }

  private sendWorth(now_ms: number): true {
    const { due_ms } = this
    for (const key of this.sent) {
      const { latest, value, rate, at_ms } = key
      if (typeof latest !== 'number' || typeof value !== 'number' || !isWorth(latest, value, rate)) continue
      if (at_ms + rate.every_s * 1000 <= now_ms) renew(key, now_ms)
    }
    this.sendAt(now_ms)
    this.due_ms = Math.min(this.due_ms, due_ms)
    return true
  }

  private sendAt(now_ms: number): true {
    this.sent_ms = now_ms
    this.due_ms = now_ms + this.heartbeat_ms
    this.last_seen = this.reading?.timestamp ?? null
    return true
  }

  private read(): void {
    const { known } = this
    if (known.keys.size !== this.keys || known.device !== this.device) this.arrange()
    const isNew = known.reading !== undefined && known.reading !== this.reading
    if (isNew) this.counters.take(known.reading)
    this.reading = known.reading
    for (const key of this.sent) {
      const value = key.field.read(known)
      if (value === undefined) continue
      key.latest = key.counter === undefined ? value : (this.counters.level(key.counter) ?? null)
    }
  }

  /** There are other keys than before. */
  private arrange(): void {
    const { known } = this
    this.keys = known.keys.size
    this.device = known.device
    const before = new Map(this.sent.map((key) => [key.field.key, key]))
    this.sent = fieldsOf(known).map((field) => before.get(field.key) ?? this.unsent(field))
    if (this.sent.length !== before.size) this.sent_ms = undefined
  }

  private unsent(field: StateField): Sent {
    const { key } = field
    const counter = COUNTER_KEYS.find((counter) => counter === key)
    return { field, rate: this.rates[key], counter, value: null, at_ms: -Infinity, latest: null }
  }
}

function renew(key: Sent, now_ms: number): void {
  if (key.value === key.latest) return
  key.value = key.latest
  key.at_ms = now_ms
}
