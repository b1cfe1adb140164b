import type { Broker, BrokerStatus, KeptValue, MessageListener } from '../../../src/mqtt/broker'
import type { FakeClock } from '../../support/fake-clock'

export interface Sent {
  readonly at_ms: number
  readonly topic: string
  readonly payload: string
}

/** What a broker keeps; it outlives whoever is connected. */
export type Retained = Map<string, string>

/** A connection that tells what goes out when, and hands back at once what it is told, as a broker does. */
export class FakeBroker implements Pick<Broker, 'keep' | 'forget' | 'replay' | 'subscribe' | 'status' | 'watch'> {
  readonly sent: Sent[] = []
  private readonly kept = new Map<string, string>()
  private readonly listeners = new Map<MessageListener, RegExp>()
  private readonly watchers = new Set<() => void>()
  private state: BrokerStatus['state'] = 'down'

  constructor(
    private readonly clock: FakeClock,
    readonly retained: Retained = new Map<string, string>(),
  ) {}

  open(): void {
    this.become('open')
    for (const [filter, listener] of [...this.listeners].map(([listener, filter]) => [filter, listener] as const)) {
      this.handRetained(filter, listener)
    }
    this.replay()
  }

  close(): void {
    this.become('down')
  }

  keep({ topic, payload }: KeptValue): void {
    if (this.kept.get(topic) === payload) return
    this.kept.set(topic, payload)
    if (this.state === 'open') this.publish(topic, payload)
  }

  forget(topic: string): void {
    this.kept.delete(topic)
  }

  replay(): void {
    if (this.state === 'open') for (const [topic, payload] of [...this.kept]) this.publish(topic, payload)
  }

  subscribe(filter: string, listener: MessageListener): () => void {
    const pattern = new RegExp(`^${filter.replaceAll('+', '[^/]+')}$`)
    this.listeners.set(listener, pattern)
    if (this.state === 'open') this.handRetained(pattern, listener)
    return () => this.listeners.delete(listener)
  }

  status(): BrokerStatus {
    return { state: this.state, kept: this.kept.size, waiting: 0, published: 0, received: 0, dropped: 0 }
  }

  watch(listener: () => void): () => void {
    this.watchers.add(listener)
    return () => this.watchers.delete(listener)
  }

  /** Somebody else says something that is retained. */
  hear(topic: string, payload: string): void {
    this.retain(topic, payload)
    this.echo(topic, payload)
  }

  /** Who still listens or watches. */
  get listening(): number {
    return this.listeners.size + this.watchers.size
  }

  private publish(topic: string, payload: string): void {
    this.sent.push({ at_ms: this.clock.monotonic(), topic, payload })
    this.retain(topic, payload)
    if (payload === '') this.kept.delete(topic)
    this.echo(topic, payload)
  }

  private retain(topic: string, payload: string): void {
    if (payload === '') this.retained.delete(topic)
    else this.retained.set(topic, payload)
  }

  private echo(topic: string, payload: string): void {
    for (const [listener, pattern] of this.listeners) {
      if (pattern.test(topic)) listener({ topic, payload, retain: false })
    }
  }

  private handRetained(pattern: RegExp, listener: MessageListener): void {
    for (const [topic, payload] of this.retained) {
      if (pattern.test(topic)) listener({ topic, payload, retain: true })
    }
  }

  private become(state: BrokerStatus['state']): void {
    this.state = state
    for (const watcher of [...this.watchers]) watcher()
  }
}
