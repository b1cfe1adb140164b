import type { ErrorCode } from '../domain/errors'
import type { DurationCounts } from '../domain/histogram'

/**
 * In the order in which kept values go out after a connection: nobody hears of a device before the bridge is there, nor
 * of a state before whom it is of.
 */
export const RANKS = ['bridge', 'discovery', 'availability', 'state'] as const
export type Rank = (typeof RANKS)[number]

/** The newest value of a topic, retained there. An empty payload removes it. */
export interface KeptValue {
  readonly topic: string
  readonly payload: string
  readonly rank: Rank
  readonly qos: 0 | 1
}

/** What is retained where others look whether we are there. */
export interface Farewell {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
}

/** Something that happens once; never retained. */
export interface Occasion {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  /** MQTT 5: which request it answers. */
  readonly correlation?: Buffer
}

export interface ReceivedMessage {
  readonly topic: string
  /** At most `LONGEST_PAYLOAD_BYTES`; longer ones are counted and dropped before anybody sees them. */
  readonly payload: string
  /** It was not sent now: the broker had kept it. */
  readonly retain: boolean
  /** MQTT 5: where the sender waits for an answer. */
  readonly response_topic?: string
  readonly correlation?: Buffer
}

/** The largest that anybody has to send to us: a discovery of our own that comes back. */
export const LONGEST_PAYLOAD_BYTES = 256 * 1024

export interface BrokerStatus {
  readonly state: 'closed' | 'connecting' | 'open' | 'down'
  /** `5` or `3.1.1`, while open. */
  readonly version?: '5' | '3.1.1'
  /** Why it is down. */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
  /** Values kept, and occasions that wait for the broker. */
  readonly kept: number
  readonly waiting: number
  readonly published: number
  readonly received: number
  /** Occasions and oversized messages that were given up. */
  readonly dropped: number
  /** How long the broker took to confirm what it was sent with quality 1; absent where a flow sends it. */
  readonly latency?: DurationCounts
}

/** Listens to messages; what it throws is reported and harms nobody. */
export type MessageListener = (message: ReceivedMessage) => void

/** What stands between us and whoever listens by MQTT. Nothing here ever throws because of the network. */
export interface Broker {
  start(): Promise<void>
  /** Says goodbye and ends within 3 s, whatever the network does. May be called twice. */
  stop(): Promise<void>
  /** Now where the broker is there, and again after each connection, by rank; a newer value of the topic replaces it. */
  keep(value: KeptValue): void
  /** No longer kept by us; what the broker has stays there. */
  forget(topic: string): void
  /** Everything that is kept once more, by rank: somebody may have missed it. */
  replay(): void
  /** Now, or never: nobody wants to hear of it late. */
  tell(occasion: Occasion): void
  /**
   * Until the broker has it, in the order given, over restarts; at most `MOST_WAITING`, the oldest dropped.
   * @param after_ms not sooner, unless there is a restart: whoever is to hear it does not listen yet
   */
  deliver(occasion: Occasion, after_ms?: number): void
  /**
   * From now on, after each connection again. What is kept there comes when the first listener of a filter begins. Filters must
   * not overlap: a broker may send what matches two twice. Returns how to end it.
   */
  subscribe(filter: string, listener: MessageListener): () => void
  status(): BrokerStatus
  /** Called when the state has changed. Returns how to end it. */
  watch(listener: () => void): () => void
}

export const MOST_WAITING = 1000
