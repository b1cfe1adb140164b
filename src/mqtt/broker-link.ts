import type { Clock, Random } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import type { Broker, BrokerStatus, KeptValue, MessageListener, Occasion } from './broker'
import type { MqttSettings } from './mqtt-settings'

/** What is retained where others look whether we are there. */
export interface Farewell {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
}

export interface BrokerLinkOptions {
  readonly settings: MqttSettings
  /** What the broker says for us when we are gone without a word; with MQTT 5 only after a while. */
  readonly will: Farewell
  /** What we say before we go. */
  readonly goodbye: Farewell
  readonly clock: Clock
  readonly random: Random
  /** Where occasions wait for the broker; absent: in memory alone. */
  readonly file?: string
  /** A trouble when it begins, and what is given up; never twice the same until it is over. */
  readonly report: (error: MonitorError) => void
}

/** A connection of our own to a broker. */
export class BrokerLink implements Broker {
  constructor(private readonly options: BrokerLinkOptions) {}

  start(): Promise<void> {
    return Promise.reject(new Error(`not yet: ${this.options.settings.url}`))
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  keep(_value: KeptValue): void {}

  forget(_topic: string): void {}

  replay(): void {}

  tell(_occasion: Occasion): void {}

  deliver(_occasion: Occasion): void {}

  subscribe(_filter: string, _listener: MessageListener): () => void {
    return () => {}
  }

  status(): BrokerStatus {
    return { state: 'closed', kept: 0, waiting: 0, published: 0, received: 0, dropped: 0 }
  }

  watch(_listener: () => void): () => void {
    return () => {}
  }
}
