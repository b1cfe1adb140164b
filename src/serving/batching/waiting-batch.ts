import type { MonitorError } from '../../domain/errors'

/**
 * Why a batch goes out: it has its number, time or size; something critical came; it was asked for; it had waited when the
 * node was closed; or room was needed.
 */
export type BatchReason = 'count' | 'time' | 'bytes' | 'critical' | 'flush' | 'close' | 'full'

/** What is held of a message until its batch is sent. */
export interface WaitingMessage {
  readonly topic: string
  /** Of an array of readings each of them; else one. */
  readonly payloads: readonly unknown[]
  /** ms since the epoch, UTC. */
  readonly came_at: number
  /** Called once: when its batch was sent, or with the reason why it never will be. */
  readonly settle: (error?: MonitorError) => void
}

export interface Batch {
  readonly payloads: readonly unknown[]
  /** Empty where the messages had none, or different ones. */
  readonly topic: string
  /** Where they had different ones: that of each payload. */
  readonly topics?: readonly string[]
  readonly reason: BatchReason
  /** When its first and its last message came; ms since the epoch, UTC. */
  readonly first_at: number
  readonly last_at: number
}

/** Messages that go out together. */
export class WaitingBatch {
  readonly messages: WaitingMessage[] = []
  /** Payloads. */
  count = 0
  bytes = 0

  /** @param due_ms when its time is over, by the monotonic clock */
  constructor(
    readonly key: string,
    readonly due_ms: number,
  ) {}

  add(message: WaitingMessage, bytes: number): void {
    this.messages.push(message)
    this.count += message.payloads.length
    this.bytes += bytes
  }

  toBatch(reason: BatchReason): Batch {
    const { messages } = this
    const topic = messages[0]?.topic ?? ''
    const isMixed = messages.some((message) => message.topic !== topic)
    return {
      payloads: messages.flatMap(({ payloads }) => payloads),
      topic: isMixed ? '' : topic,
      ...(isMixed && { topics: messages.flatMap(({ topic, payloads }) => payloads.map(() => topic)) }),
      reason,
      first_at: messages[0]?.came_at ?? NaN,
      last_at: messages.at(-1)?.came_at ?? NaN,
    }
  }
}
