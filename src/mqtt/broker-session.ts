import { Socket } from 'node:net'
import type { MqttClient, IConnackPacket, IPublishPacket } from 'mqtt'
import { Chain, type Link } from '../domain/chain'
import type { Clock, Timer } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { within } from '../domain/within'
import { LONGEST_PAYLOAD_BYTES, type Farewell, type ReceivedMessage } from './broker'
import { brokerError, isReason, REASON, reasonError } from './mqtt-errors'
import { clientOptions, loadLibrary, LONGEST_PACKET_BYTES, type Version } from './mqtt-library'
import type { MqttSettings } from './mqtt-settings'
import { PacketGuard } from './packet-guard'

/** So long a broker may take to confirm something. */
const REPLY_MS = 10_000
const END_MS = 500
/** On their way at once; brokers of MQTT 5 may want fewer. */
const MOST_ON_THEIR_WAY = 50
/** Lengths, an id and the kinds of properties. */
const HEADER_BYTES = 32

export interface OutgoingMessage {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  readonly retain: boolean
  readonly correlation?: Buffer
}

/** Without an error the broker has it, or of quality 0 the network; with one it never will. Not called where the session is lost. */
export type Settled = (refusal?: MonitorError) => void

export interface SessionOptions {
  readonly settings: MqttSettings
  readonly client_id: string
  readonly version: Version
  readonly will?: Farewell
  readonly clock: Clock
  readonly events: {
    opened(): void
    received(message: ReceivedMessage): void
    /** A message was too long. */
    dropped(): void
    /** It is over, or never was, and will not come back. At most once, and not after `end`. */
    lost(thrown: unknown): void
  }
}

interface Request extends Link<Request> {
  readonly since_ms: number
}

/** One connection to a broker from beginning to end; a new one is made for every attempt to have one. */
export class BrokerSession {
  // Hidden from whoever prints this: it holds the password.
  #client: MqttClient | undefined
  private isOver = false
  private failure: unknown
  private timer: Timer | undefined
  private closed: Promise<void> = Promise.resolve()
  private readonly requests = new Chain<Request>()

  constructor(private readonly options: SessionOptions) {}

  /** What comes of it is told by events; the time for it is limited by whoever opens it. */
  open(): void {
    const { settings, client_id, version, will } = this.options
    try {
      const library = loadLibrary()
      // What has come before rubbish is handled after the end: by then the stores of the library's own choice are no more.
      const store = () => new library.Store({ clean: false })
      const stores = { incomingStore: store(), outgoingStore: store() }
      this.attach(library.connect({ ...clientOptions(settings, client_id, version, will), ...stores }))
    } catch (thrown) {
      this.lose(thrown)
    }
  }

  /** How many messages may be on their way. */
  get window(): number {
    return Math.min(this.#client?.serverProperties?.receiveMaximum ?? MOST_ON_THEIR_WAY, MOST_ON_THEIR_WAY)
  }

  publish(message: OutgoingMessage, settled: Settled): void {
    const { topic, payload, retain, correlation } = message
    const { maximumPacketSize = Infinity, maximumQoS = 1 } = this.#client?.serverProperties ?? {}
    // Beyond its bound a broker ends the connection, and would again with the next one.
    if (bytesOf(message) > maximumPacketSize) {
      return settled(this.refusal(reasonError(REASON.packet_too_large, this.options.settings.url), topic))
    }
    const options = {
      qos: Math.min(message.qos, maximumQoS) as 0 | 1,
      retain,
      ...(correlation && { properties: { correlationData: correlation } }),
    }
    this.request(
      (callback) => this.#client?.publish(topic, payload, options, callback),
      (error) => settled(error && this.refusal(error, topic)),
    )
  }

  subscribe(filter: string, settled: Settled): void {
    this.request(
      (callback) => this.#client?.subscribe(filter, { qos: 0 }, callback),
      (error) => settled(error && this.refusal(error, filter)),
    )
  }

  unsubscribe(filter: string): void {
    this.request(
      (callback) => this.#client?.unsubscribe(filter, callback),
      () => undefined,
    )
  }

  /** Says that it ends, so that the broker does not speak the will. Within a moment, whatever the network does. */
  async close(): Promise<void> {
    const client = this.#client
    if (client && !this.isOver) {
      const { clock, version } = this.options
      const ending = version === '5' ? { properties: { sessionExpiryInterval: 0 } } : {}
      const ended = new Promise<void>((resolve) => client.end(false, ending, () => resolve()))
      await within(clock, END_MS, ended)
    }
    this.end()
  }

  /** At once and without a word: the broker speaks the will. */
  end(): void {
    this.isOver = true
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.requests.clear()
    this.#client?.end(true)
    // Where an end was begun before, another one does nothing.
    this.#client?.stream.destroy()
  }

  /** Returns when nothing is left of one that has ended. */
  async gone(): Promise<void> {
    await within(this.options.clock, END_MS, this.closed)
  }

  private attach(client: MqttClient): void {
    this.#client = client
    this.closed = new Promise((resolve) => client.once('close', () => resolve()))
    client.on('connect', (packet) => this.welcome(packet))
    client.on('message', (topic, payload, packet) => this.receive(topic, payload, packet))
    client.on('disconnect', ({ reasonCode = 0 }) => {
      if (reasonCode > 0) this.failure = reasonError(reasonCode, this.options.settings.url)
    })
    client.on('error', (thrown) => this.lose(thrown))
    client.on('close', () => this.lose(undefined))
    this.guard(client)
  }

  /** The client gathers a packet of 256 MB before it shows it to anybody. */
  private guard({ stream }: MqttClient): void {
    const guard = new PacketGuard(LONGEST_PACKET_BYTES, () => this.options.events.dropped())
    const push = stream.push.bind(stream)
    stream.push = (chunk: Buffer | null) => push(chunk && guard.filter(chunk))
    // Small messages must not wait for one another.
    if (stream instanceof Socket) stream.setNoDelay()
    // The client keeps errors without a code to itself.
    stream.on('error', (thrown) => (this.failure ??= thrown))
  }

  private welcome({ properties }: IConnackPacket): void {
    if (this.isOver) return
    if (properties?.retainAvailable === false)
      this.lose(reasonError(REASON.retain_not_supported, this.options.settings.url))
    else this.options.events.opened()
  }

  private receive(topic: string, payload: Buffer, { retain, properties }: IPublishPacket): void {
    const { events } = this.options
    if (this.isOver) return
    if (payload.length > LONGEST_PAYLOAD_BYTES) return events.dropped()
    const { responseTopic, correlationData } = properties ?? {}
    events.received({
      topic,
      payload: payload.toString(),
      retain,
      ...(responseTopic !== undefined && { response_topic: responseTopic }),
      ...(correlationData && { correlation: correlationData }),
    })
  }

  private request(send: (callback: (error?: Error | null) => void) => void, settled: (error?: Error) => void): void {
    if (this.isOver) return
    const request: Request = { since_ms: this.options.clock.monotonic(), previous: undefined, next: undefined }
    let isSettled = false
    this.requests.append(request)
    this.watch(REPLY_MS)
    send((error) => {
      // Without a reason of MQTT it is the connection that fails, which will be told.
      if (isSettled || this.isOver || (error && !isReason(error))) return
      isSettled = true
      this.requests.delete(request)
      settled(error ?? undefined)
    })
  }

  private watch(delay_ms: number): void {
    this.timer ??= this.options.clock.setTimeout(() => {
      this.timer = undefined
      const { oldest } = this.requests
      if (!oldest) return
      const left_ms = oldest.since_ms + REPLY_MS - this.options.clock.monotonic()
      if (left_ms > 0) return this.watch(left_ms)
      // What has arrived counts, even where the event loop was too busy to take it in.
      setImmediate(() => this.requests.oldest === oldest && this.lose(this.silence()))
    }, delay_ms)
  }

  private lose(thrown: unknown): void {
    if (this.isOver) return
    const cause = this.failure ?? thrown
    this.end()
    this.options.events.lost(cause)
  }

  private silence(): MonitorError {
    return new MonitorError('BROKER_UNAVAILABLE', `${this.options.settings.url}: it does not answer`)
  }

  private refusal(thrown: Error, topic: string): MonitorError {
    const { settings } = this.options
    const { code, message } = brokerError(thrown, settings)
    return new MonitorError(code, `${message} (topic ${topic})`)
  }
}

/** At most. */
function bytesOf({ topic, payload, correlation }: OutgoingMessage): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload) + (correlation?.length ?? 0) + HEADER_BYTES
}
