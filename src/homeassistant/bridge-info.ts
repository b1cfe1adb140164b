import type { Clock, Random, Timer } from '../domain/clock'
import { invalid, type MonitorError } from '../domain/errors'
import { PACK } from '../files/pack'
import type { Broker, ReceivedMessage } from '../mqtt/broker'
import type { Components } from './entities/component'
import { nodeIdOf, type Topics } from './topics'

/** Devices come in by the hundred after a start. */
const SETTLE_MS = 2000

export interface BridgeInfoOptions {
  readonly broker: Pick<Broker, 'keep' | 'subscribe'>
  readonly topics: Topics
  readonly clock: Clock
  readonly random: Random
  readonly report: (error: MonitorError) => void
  readonly status: () => { readonly devices: number; readonly available: number }
}

/** What the bridge says of itself, and what Home Assistant shows of that; another one that says so on the same topic is told of. */
export class BridgeInfo {
  /** Two that run at once have different ones. */
  private readonly instance: string
  private timer: Timer | undefined
  private isStopped = false
  private end: (() => void) | undefined
  private hasToldOfAnother = false

  constructor(private readonly options: BridgeInfoOptions) {
    this.instance = options.random().toString(36).slice(2)
  }

  start(): void {
    const { broker, topics } = this.options
    this.end = broker.subscribe(topics.bridge_info, (message) => this.look(message))
    this.publish()
  }

  /** May be called twice. */
  stop(): void {
    this.isStopped = true
    this.end?.()
    this.end = undefined
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
    const payload = JSON.stringify({ version: PACK.version, devices, available, instance: this.instance })
    broker.keep({ topic: topics.bridge_info, payload, rank: 'bridge', qos: 1 })
  }

  /** What was kept there is our own of an earlier run. */
  private look({ payload, retain }: ReceivedMessage): void {
    const { topics, report } = this.options
    if (retain || this.hasToldOfAnother || [this.instance, undefined].includes(instanceIn(payload))) return
    this.hasToldOfAnother = true
    report(invalid('CONFIG_INVALID', 'base_topic', topics.base, 'one of its own: another node uses it at this broker'))
  }
}

function instanceIn(payload: string): string | undefined {
  try {
    const { instance } = (JSON.parse(payload) ?? {}) as { instance?: unknown }
    return typeof instance === 'string' ? instance : undefined
  } catch {
    return undefined
  }
}
