import type { Broker, BrokerStatus, KeptValue, MessageListener, Occasion } from '../../src/mqtt/broker'
import type { WiredMessage } from '../../src/mqtt/wired-broker'

/** A broker that shows what is sent to it to somebody else as well. */
export class MirroredBroker implements Broker {
  constructor(
    private readonly broker: Broker,
    private readonly show: (message: WiredMessage) => void,
  ) {}

  start(): Promise<void> {
    return this.broker.start()
  }

  stop(): Promise<void> {
    return this.broker.stop()
  }

  keep(value: KeptValue): void {
    const { topic, payload, qos } = value
    this.show({ topic, payload, qos, retain: true })
    this.broker.keep(value)
  }

  forget(topic: string): void {
    this.broker.forget(topic)
  }

  replay(): void {
    this.broker.replay()
  }

  tell(occasion: Occasion): void {
    this.showOnce(occasion)
    this.broker.tell(occasion)
  }

  deliver(occasion: Occasion, after_ms?: number): void {
    this.showOnce(occasion)
    this.broker.deliver(occasion, after_ms)
  }

  subscribe(filter: string, listener: MessageListener): () => void {
    return this.broker.subscribe(filter, listener)
  }

  status(): BrokerStatus {
    return this.broker.status()
  }

  watch(listener: () => void): () => void {
    return this.broker.watch(listener)
  }

  private showOnce({ topic, payload, qos }: Occasion): void {
    this.show({ topic, payload, qos, retain: false })
  }
}
