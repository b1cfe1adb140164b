import type { Clock, Timer } from '../../domain/clock'
import type { Broker } from '../../mqtt/broker'
import type { KnownDevice } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'
import { DeviceState } from './device-state'
import { lightStateOf } from './light-state'
import { ratesOf } from './state-rates'

/** What falls due within this goes out together. */
const TICK_MS = 250
/** A thousand heartbeats at once would hold the event loop. */
const MOST_PER_TICK = 100

export interface StatePublisherParts {
  readonly broker: Pick<Broker, 'keep'>
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'state_qos' | 'heartbeat_s' | 'rates'>
  readonly clock: Clock
}

interface Published {
  readonly state: DeviceState
  light: string | undefined
}

/** Tells the states of devices: what is worth it now, what has to wait later, and everything once in a while. */
export class StatePublisher {
  private readonly devices = new Map<string, Published>()
  private readonly rates
  private readonly qos: 0 | 1
  private timer: Timer | undefined
  private timer_ms = Infinity
  private stopped = false

  constructor(private readonly parts: StatePublisherParts) {
    this.rates = ratesOf(parts.options)
    this.qos = parts.options.state_qos === '1' ? 1 : 0
  }

  /** Something of it may be new. Nothing goes out before its first reading: what the broker keeps is better. */
  changed(known: KnownDevice): void {
    const published = this.publishedOf(known)
    if (!published) return
    const now_ms = this.parts.clock.monotonic()
    if (published.state.look(now_ms)) this.publish(published)
    this.wakeAt(published.state.due_ms, now_ms)
  }

  /** Takes its states from the broker as well. */
  remove({ device_id }: Pick<KnownDevice, 'device_id'>): void {
    const { topics } = this.parts
    this.devices.delete(device_id)
    this.keep(topics.state(device_id), '')
    this.keep(topics.light(device_id), '')
  }

  /** May be called twice; nothing is published afterwards. */
  stop(): void {
    this.stopped = true
    this.rest()
    this.devices.clear()
  }

  private publishedOf(known: KnownDevice): Published | undefined {
    if (this.stopped || known.reading === undefined) return undefined
    let published = this.devices.get(known.device_id)
    if (!published) {
      const state = new DeviceState(known, this.rates, this.parts.options.heartbeat_s * 1000)
      this.devices.set(known.device_id, (published = { state, light: undefined }))
    }
    published.state.known = known
    return published
  }

  private publish(published: Published): void {
    const { topics } = this.parts
    const { state } = published
    const { known } = state
    this.keep(topics.state(known.device_id), JSON.stringify(state.state()))
    const light = lightStateOf(known)
    if (!light) return
    const payload = JSON.stringify(light)
    if (payload === published.light) return
    published.light = payload
    this.keep(topics.light(known.device_id), payload)
  }

  private keep(topic: string, payload: string): void {
    this.parts.broker.keep({ topic, payload, rank: 'state', qos: this.qos })
  }

  /** By whole ticks, so that a timer that is near is never put off by one that is nearer. */
  private wakeAt(due_ms: number, now_ms: number): void {
    const at_ms = Math.ceil(Math.max(due_ms, now_ms + 1) / TICK_MS) * TICK_MS
    if (this.stopped || at_ms >= this.timer_ms) return
    this.rest()
    this.timer_ms = at_ms
    this.timer = this.parts.clock.setTimeout(() => this.wake(), at_ms - now_ms)
  }

  private rest(): void {
    if (this.timer !== undefined) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.timer_ms = Infinity
  }

  private wake(): void {
    this.rest()
    const now_ms = this.parts.clock.monotonic()
    let next_ms = Infinity
    let left = MOST_PER_TICK
    for (const published of this.devices.values()) {
      const { state } = published
      if (state.due_ms <= now_ms && left > 0 && state.look(now_ms)) {
        this.publish(published)
        left--
      }
      next_ms = Math.min(next_ms, state.due_ms)
    }
    this.wakeAt(next_ms, now_ms)
  }
}
