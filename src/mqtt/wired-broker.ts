import type { Clock, Timer } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import {
  LONGEST_PAYLOAD_BYTES,
  MOST_WAITING,
  type Broker,
  type BrokerStatus,
  type Farewell,
  type KeptValue,
  type MessageListener,
  type Occasion,
  type ReceivedMessage,
} from './broker'
import { BrokerState } from './broker-state'
import { KeptValues } from './kept-values'
import { Subscriptions } from './subscriptions'
import { isTopic } from './topic-filters'

/** In one turn of the event loop, beside which flows have to run. */
const SLICE = 50

/** As a core `mqtt out` takes it. */
export interface WiredMessage {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  readonly retain: boolean
}

export interface WiredBrokerOptions {
  readonly send: (message: WiredMessage) => void
  /** What we say before we go; nobody says it for us where we cannot. */
  readonly goodbye: Farewell
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
}

/**
 * The broker of somebody else: every message goes out by a wire, and what comes from there is handed in. Nobody tells us whether
 * there is a broker at the end of it: it counts as open, and what is sent is as good as delivered.
 */
export class WiredBroker implements Broker {
  private readonly kept = new KeptValues()
  private readonly subscriptions: Subscriptions
  private readonly state: BrokerState
  private turn: NodeJS.Immediate | undefined
  private readonly later = new Map<Timer, Occasion>()
  private isRunning = false

  constructor(private readonly options: WiredBrokerOptions) {
    this.state = new BrokerState(options.report)
    const nothing = () => undefined
    this.subscriptions = new Subscriptions({
      begun: nothing,
      ended: nothing,
      failed: (thrown) => this.state.failed(thrown),
    })
  }

  start(): Promise<void> {
    if (!this.isRunning) {
      this.isRunning = true
      this.state.become({ state: 'open' })
      this.replay()
    }
    return Promise.resolve()
  }

  stop(): Promise<void> {
    if (this.isRunning) {
      this.cancelTurn()
      while (this.sendKept());
      this.sendLater()
      const { topic, payload, qos } = this.options.goodbye
      this.send({ topic, payload, qos, retain: true })
      this.isRunning = false
      this.state.become({ state: 'closed' })
    }
    return Promise.resolve()
  }

  /** A message has come by the wire. */
  receive(message: ReceivedMessage): void {
    if (!this.isRunning) return
    if (Buffer.byteLength(message.payload) > LONGEST_PAYLOAD_BYTES) return this.state.drop(1)
    this.state.received++
    this.subscriptions.hand(message)
  }

  keep(value: KeptValue): void {
    if (!isTopic(value.topic)) return this.state.dropUnfit(value.topic)
    if (!this.kept.keep(value)) return this.state.dropFull(1, 'values are kept')
    if (!this.turn) this.run()
  }

  forget(topic: string): void {
    this.kept.forget(topic)
  }

  replay(): void {
    this.kept.replay()
    if (!this.turn) this.run()
  }

  tell(occasion: Occasion): void {
    this.deliver(occasion)
  }

  deliver(occasion: Occasion, after_ms = 0): void {
    if (!isTopic(occasion.topic)) this.state.dropUnfit(occasion.topic)
    else if (!this.isRunning || this.later.size >= MOST_WAITING) this.state.drop(1)
    else if (after_ms > 0) this.deliverLater(occasion, after_ms)
    else this.sendOnce(occasion)
  }

  subscribe(filter: string, listener: MessageListener): () => void {
    return this.subscriptions.add(filter, listener)
  }

  status(): BrokerStatus {
    return this.state.status(this.kept.size, 0)
  }

  watch(listener: () => void): () => void {
    return this.state.watch(listener)
  }

  private run(): void {
    this.turn = undefined
    if (!this.isRunning) return
    for (let sent = 0; sent < SLICE; sent++) if (!this.sendKept()) return
    this.turn = setImmediate(() => this.run())
  }

  private sendKept(): boolean {
    const value = this.kept.take()
    if (!value) return false
    const { topic, payload, qos } = value
    this.kept.settle(value)
    this.send({ topic, payload, qos, retain: true })
    return true
  }

  private deliverLater(occasion: Occasion, after_ms: number): void {
    const timer = this.options.clock.setTimeout(() => {
      this.later.delete(timer)
      this.sendOnce(occasion)
    }, after_ms)
    this.later.set(timer, occasion)
  }

  private sendLater(): void {
    for (const [timer, occasion] of this.later) {
      this.options.clock.clearTimeout(timer)
      this.sendOnce(occasion)
    }
    this.later.clear()
  }

  private sendOnce({ topic, payload, qos }: Occasion): void {
    this.send({ topic, payload, qos, retain: false })
  }

  private send(message: WiredMessage): void {
    this.state.published++
    this.options.send(message)
  }

  private cancelTurn(): void {
    if (this.turn) clearImmediate(this.turn)
    this.turn = undefined
  }
}
