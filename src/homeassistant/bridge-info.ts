import type { Clock, Timer } from '../domain/clock'
import { VERSION } from '../files/pack'
import type { Broker } from '../mqtt/broker'
import type { Components } from './entities/component'
import { nodeIdOf, type Topics } from './topics'

/** Devices come in by the hundred after a start. */
const SETTLE_MS = 2000

export interface BridgeInfoOptions {
  readonly broker: Pick<Broker, 'keep'>
  readonly topics: Topics
  readonly clock: Clock
  readonly status: () => { readonly devices: number; readonly available: number }
}

/** What the bridge says of itself, and what Home Assistant shows of that. */
export class BridgeInfo {
  private timer: Timer | undefined
  private isStopped = false

  constructor(private readonly options: BridgeInfoOptions) {}

  start(): void {
    this.publish()
  }

  stop(): void {
    this.isStopped = true
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  /** A device has come or gone, or is there again, or no longer. */
  changed(): void {
    if (this.isStopped) return
    this.timer ??= this.options.clock.setTimeout(() => {
      this.timer = undefined
      this.publish()
    }, SETTLE_MS)
  }

  components(): Components {
    return {
      devices: this.count('devices', 'Devices'),
      available: this.count('available', 'Available devices'),
    }
  }

  private count(key: string, name: string) {
    const { topics } = this.options
    return {
      platform: 'sensor',
      name,
      unique_id: `${nodeIdOf(topics.base)}_${key}`,
      state_topic: topics.bridge_info,
      value_template: `{{ value_json.${key} }}`,
      state_class: 'measurement',
      entity_category: 'diagnostic',
      qos: 1,
    } as const
  }

  private publish(): void {
    const { broker, topics, status } = this.options
    const { devices, available } = status()
    const payload = JSON.stringify({ version: VERSION, devices, available })
    broker.keep({ topic: topics.bridge_info, payload, rank: 'bridge', qos: 1 })
  }
}
