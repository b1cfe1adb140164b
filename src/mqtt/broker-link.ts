import { randomUUID } from 'node:crypto'
import type { Clock, Random } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { Histogram } from '../domain/histogram'
import { within } from '../domain/within'
import type { Broker, BrokerStatus, Farewell, KeptValue, MessageListener, Occasion, ReceivedMessage } from './broker'
import { BrokerConnection } from './broker-connection'
import type { BrokerSession, OutgoingMessage, Settled } from './broker-session'
import { BrokerState } from './broker-state'
import { KeptValues } from './kept-values'
import type { Version } from './mqtt-library'
import type { MqttSettings } from './mqtt-settings'
import { Outbox } from './outbox'
import { Outflow } from './outflow'
import { Subscriptions } from './subscriptions'
import { isTopic } from './topic-filters'

/** Together with the end of the connection less than 3 s. */
const FLUSH_MS = 1000
const GOODBYE_MS = 1000

export interface BrokerLinkOptions {
  readonly settings: MqttSettings
  /** What the broker says for us when we are gone without a word; with MQTT 5 only after 15 s. */
  readonly will: Farewell
  /** What we say before we go. */
  readonly goodbye: Farewell
  readonly clock: Clock
  readonly random: Random
  /** Where occasions wait for the broker; absent: in memory alone. */
  readonly file?: string
  /** A trouble when it begins, and not again before it is over. */
  readonly report: (error: MonitorError) => void
}

/** A connection of our own to a broker. */
export class BrokerLink implements Broker {
  private readonly kept = new KeptValues()
  private readonly outbox: Outbox
  private readonly subscriptions: Subscriptions
  private readonly connection: BrokerConnection
  private readonly state: BrokerState
  private readonly latency = new Histogram()
  private isRunning = false
  private stopping: Promise<void> | undefined
  private session: BrokerSession | undefined
  private outflow: Outflow | undefined

  constructor(private readonly options: BrokerLinkOptions) {
    const { settings, will, clock, random, file, report } = options
    this.state = new BrokerState(report)
    const dropped = (count: number) => this.state.dropFull(count, 'occasions wait for the broker')
    this.outbox = new Outbox({ file, clock, report, dropped, due: () => this.outflow?.wake() })
    this.subscriptions = new Subscriptions({
      begun: (filter) => this.listen(filter),
      ended: (filter) => this.session?.unsubscribe(filter),
      failed: (thrown) => this.state.failed(thrown),
    })
    this.connection = new BrokerConnection({
      settings,
      client_id: settings.client_id ?? `kasa-${randomUUID()}`,
      will,
      clock,
      random,
      events: {
        opened: (session, version) => this.open(session, version),
        received: (message) => this.receive(message),
        dropped: () => this.state.drop(1),
        lost: (error, isNew) => this.lose(error, isNew),
      },
    })
  }

  async start(): Promise<void> {
    if (this.isRunning) return
    this.isRunning = true
    this.state.become({ state: 'connecting' })
    await this.outbox.start()
    // It may have been stopped meanwhile.
    if (this.isRunning) this.connection.start()
  }

  stop(): Promise<void> {
    this.stopping ??= this.end().finally(() => (this.stopping = undefined))
    return this.stopping
  }

  keep(value: KeptValue): void {
    if (!isTopic(value.topic)) return this.state.dropUnfit(value.topic)
    if (!this.kept.keep(value)) return this.state.dropFull(1, 'values are kept')
    this.outflow?.wake()
  }

  forget(topic: string): void {
    this.kept.forget(topic)
  }

  replay(): void {
    this.kept.replay()
    this.outflow?.wake()
  }

  tell(occasion: Occasion): void {
    if (!isTopic(occasion.topic)) this.state.dropUnfit(occasion.topic)
    else if (!this.outflow?.tell(occasion)) this.state.drop(1)
  }

  deliver(occasion: Occasion, after_ms?: number): void {
    if (!isTopic(occasion.topic)) return this.state.dropUnfit(occasion.topic)
    this.outbox.add(occasion, after_ms)
    this.outflow?.wake()
  }

  subscribe(filter: string, listener: MessageListener): () => void {
    return this.subscriptions.add(filter, listener)
  }

  status(): BrokerStatus {
    return { ...this.state.status(this.kept.size, this.outbox.size), latency: this.latency.snapshot() }
  }

  watch(listener: () => void): () => void {
    return this.state.watch(listener)
  }

  private async end(): Promise<void> {
    this.isRunning = false
    await this.connection.stop((session) => this.leave(session))
    this.abandon()
    await this.outbox.stop()
    this.state.become({ state: 'closed' })
  }

  private open(session: BrokerSession, version: Version): void {
    this.session = session
    this.outflow = new Outflow({
      publish: (message, settled) => this.publish(session, message, settled),
      window: session.window,
      kept: this.kept,
      outbox: this.outbox,
      published: () => this.state.published++,
      refused: (refusal) => this.state.drop(1, refusal),
    })
    for (const filter of this.subscriptions.filters) this.listen(filter)
    this.outflow.start()
    this.state.become({ state: 'open', version })
  }

  private publish(session: BrokerSession, message: OutgoingMessage, settled: Settled): void {
    const { clock } = this.options
    const sent_ms = clock.monotonic()
    session.publish(message, (refusal) => {
      // Nobody confirms quality 0.
      if (message.qos > 0) this.latency.add(clock.monotonic() - sent_ms)
      settled(refusal)
    })
  }

  private lose(error: MonitorError, isNew: boolean): void {
    this.abandon()
    if (isNew) this.state.reporter.over()
    this.state.reporter.tell(error)
    this.state.become({ state: 'down', error: { code: error.code, message: error.message } })
  }

  private abandon(): void {
    const untold = this.outflow?.stop() ?? 0
    this.session = this.outflow = undefined
    if (untold > 0) this.state.drop(untold)
  }

  /** What has to go out goes, then that we go. */
  private async leave(session: BrokerSession): Promise<void> {
    const { clock, goodbye } = this.options
    const { outflow } = this
    if (outflow) await within(clock, FLUSH_MS, outflow.idle())
    this.abandon()
    const { topic, payload, qos } = goodbye
    const said = new Promise<void>((resolve) => {
      session.publish({ topic, payload, qos, retain: true }, () => {
        this.state.published++
        resolve()
      })
    })
    // A broker that has not heard it is to speak the will.
    if (await within(clock, GOODBYE_MS, said)) await session.close()
  }

  private listen(filter: string): void {
    this.session?.subscribe(filter, (refusal) => refusal && this.state.reporter.tell(refusal))
  }

  private receive(message: ReceivedMessage): void {
    this.state.received++
    this.subscriptions.hand(message)
  }
}
