import type { MonitorError } from '../domain/errors'
import type { Broker, BrokerStatus, KeptValue, MessageListener, Occasion, ReceivedMessage } from './broker'
import type { Farewell } from './broker-link'

/** As a core `mqtt out` takes it. */
export interface WiredMessage {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  readonly retain: boolean
}

export interface WiredBrokerOptions {
  readonly send: (message: WiredMessage) => void
  readonly goodbye: Farewell
  readonly report: (error: MonitorError) => void
}

/** The broker of somebody else: every message goes out by a wire, and what comes from there is handed in. */
export class WiredBroker implements Broker {
  constructor(private readonly options: WiredBrokerOptions) {}

  start(): Promise<void> {
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** A message has come by the wire. */
  receive(_message: ReceivedMessage): void {}

  keep({ topic, payload, qos }: KeptValue): void {
    this.options.send({ topic, payload, qos, retain: true })
  }

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
