import type { Clock, Timer } from '../../domain/clock'
import { MonitorError, toMonitorError } from '../../domain/errors'
import type { BatchOptions } from './batch-options'
import { jsonSize } from './json-size'
import { WaitingBatch, type Batch, type BatchReason, type WaitingMessage } from './waiting-batch'

/** Of all that waits together; it has to fit into memory, and into the file that keeps it. */
const LARGEST_WAITING_BYTES = 32_000_000

export interface BatcherHooks {
  /** What it throws is what the messages of the batch end with. */
  readonly send: (batch: Batch) => void
  /** Something else waits, or more is sent, than before; not while it holds. */
  readonly changed: () => void
}

export interface BatcherStatistics {
  /** Payloads. */
  readonly waiting: number
  readonly waiting_bytes: number
  readonly topics: number
  /** Payloads. */
  readonly sent: number
  readonly batches: number
  /** Payloads that a reset, or an end without a file, has taken away. */
  readonly discarded: number
}

/**
 * Gathers messages into batches: by number, time and size, per topic or all together. What waits is bounded; where there
 * is too much, the batch that has waited longest goes out early. Holds everything until `start`, and after `hold`.
 */
export class Batcher {
  /** By the moment of their first message, oldest first. */
  private readonly batches = new Map<string, WaitingBatch>()
  private timer: Timer | undefined
  private isHeld = true
  /** From before a restart. */
  private restored: readonly WaitingMessage[] = []
  /** What has come while nothing is sent. */
  private readonly held: { readonly message: WaitingMessage; readonly isCritical: boolean }[] = []
  private isEnded = false
  private waiting = 0
  private waiting_bytes = 0
  private sent = 0
  private sentBatches = 0
  private discarded = 0

  constructor(
    private readonly options: BatchOptions,
    private readonly clock: Clock,
    private readonly hooks: BatcherHooks,
  ) {}

  /** What waited when it ended the last time: goes out first at the start. */
  restore(messages: readonly WaitingMessage[]): void {
    this.restored = messages
  }

  /** Sends what waited before a restart, and goes on with what has come since. */
  start(): void {
    this.isHeld = false
    const before = this.restored
    this.restored = []
    for (const message of before) this.add(message)
    this.flush(undefined, 'close')
    for (const { message, isCritical } of this.held.splice(0)) this.add(message, isCritical)
  }

  /** A critical one goes out at once. */
  add(message: WaitingMessage, isCritical = false): void {
    if (this.isHeld) return this.holdBack(message, isCritical)
    const bytes = jsonSize(message.payloads, this.options.maximum_bytes) + message.topic.length
    if (isCritical && this.options.critical_order === 'ahead') return this.sendAlone(message, bytes)
    const key = this.options.group_by === 'topic' ? message.topic : ''
    this.makeRoomIn(this.batches.get(key), message.payloads.length, bytes)
    const batch = this.batchOf(key)
    batch.add(message, bytes)
    this.waiting += message.payloads.length
    this.waiting_bytes += bytes
    this.hooks.changed()
    this.sendWhatIsFull(batch, isCritical)
  }

  /** @param topic absent, or all go together: everything */
  flush(topic?: string, reason: BatchReason = 'flush'): void {
    for (const batch of this.chosen(topic)) this.send(batch, reason)
  }

  /** Discards what waits; each of the messages ends with an error. @returns how many payloads */
  reset(topic?: string): number {
    const before = this.discarded
    for (const batch of this.chosen(topic)) {
      this.discard(batch, new MonitorError('DISCARDED', 'A reset has discarded the message before it was sent'))
    }
    return this.discarded - before
  }

  /** Sends nothing from now on; what still comes waits with the rest. */
  hold(): void {
    this.isHeld = true
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  /** The end: messages that are kept elsewhere are settled, others are lost. May be called twice. */
  end(kept: ReadonlySet<WaitingMessage>): void {
    this.hold()
    this.isEnded = true
    const lost = new MonitorError('CLOSED', 'The node was closed, and what waited could not be kept')
    for (const message of this.messages()) {
      if (!kept.has(message)) this.discarded += message.payloads.length
      message.settle(kept.has(message) ? undefined : lost)
    }
    this.batches.clear()
    this.held.length = 0
    this.restored = []
    this.waiting = this.waiting_bytes = 0
  }

  /** What waits: batch by batch, in order within a batch. */
  messages(): readonly WaitingMessage[] {
    const gathered = [...this.batches.values()].flatMap(({ messages }) => messages)
    return [...this.restored, ...gathered, ...this.held.map(({ message }) => message)]
  }

  statistics(): BatcherStatistics {
    const { waiting, waiting_bytes, sent, discarded } = this
    return { waiting, waiting_bytes, topics: this.batches.size, sent, batches: this.sentBatches, discarded }
  }

  private holdBack(message: WaitingMessage, isCritical: boolean): void {
    if (this.isEnded) return message.settle(new MonitorError('CLOSED', 'The node was closed'))
    if (this.held.length < this.options.maximum_waiting) this.held.push({ message, isCritical })
    else message.settle(new MonitorError('QUEUE_FULL', 'Too many messages wait for the flows to start'))
  }

  private sendAlone(message: WaitingMessage, bytes: number): void {
    const batch = new WaitingBatch('', 0)
    batch.add(message, bytes)
    this.deliver(batch, 'critical')
  }

  /** A batch never grows beyond its bounds; a message that alone is larger has one of its own. */
  private makeRoomIn(batch: WaitingBatch | undefined, count: number, bytes: number): void {
    if (!batch) return
    if (batch.count + count > this.options.maximum_count) this.send(batch, 'count')
    else if (batch.bytes + bytes > this.options.maximum_bytes) this.send(batch, 'bytes')
  }

  private batchOf(key: string): WaitingBatch {
    let batch = this.batches.get(key)
    if (!batch) {
      batch = new WaitingBatch(key, this.clock.monotonic() + this.options.maximum_ms)
      this.batches.set(key, batch)
    }
    return batch
  }

  private sendWhatIsFull(batch: WaitingBatch, isCritical: boolean): void {
    if (isCritical) this.send(batch, 'critical')
    else if (batch.count >= this.options.maximum_count) this.send(batch, 'count')
    else if (batch.bytes >= this.options.maximum_bytes) this.send(batch, 'bytes')
    for (let oldest = this.oldest(); oldest && this.isTooMuch(); oldest = this.oldest()) this.send(oldest, 'full')
    this.setTimer()
  }

  private isTooMuch(): boolean {
    const { maximum_topics, maximum_waiting } = this.options
    const { batches, waiting, waiting_bytes } = this
    return batches.size > maximum_topics || waiting > maximum_waiting || waiting_bytes > LARGEST_WAITING_BYTES
  }

  private oldest(): WaitingBatch | undefined {
    return this.batches.values().next().value
  }

  /** One for all: set where none is, and never moved. Where it fires too early, it is set again. */
  private setTimer(): void {
    const oldest = this.oldest()
    if (this.timer !== undefined || !oldest || this.isHeld) return
    this.timer = this.clock.setTimeout(() => {
      this.timer = undefined
      this.sendWhatIsDue()
      this.setTimer()
    }, oldest.due_ms - this.clock.monotonic())
  }

  private sendWhatIsDue(): void {
    const now_ms = this.clock.monotonic()
    for (let oldest = this.oldest(); oldest && oldest.due_ms <= now_ms; oldest = this.oldest())
      this.send(oldest, 'time')
  }

  private chosen(topic: string | undefined): WaitingBatch[] {
    const isOne = topic !== undefined && this.options.group_by === 'topic'
    return [...this.batches.values()].filter(({ key }) => !isOne || key === topic)
  }

  private send(batch: WaitingBatch, reason: BatchReason): void {
    this.take(batch)
    this.deliver(batch, reason)
  }

  private deliver(batch: WaitingBatch, reason: BatchReason): void {
    this.sent += batch.count
    this.sentBatches++
    try {
      this.hooks.send(batch.toBatch(reason))
      settle(batch)
    } catch (thrown) {
      settle(batch, toMonitorError(thrown))
    }
    this.hooks.changed()
  }

  private discard(batch: WaitingBatch, error: MonitorError): void {
    this.take(batch)
    this.discarded += batch.count
    settle(batch, error)
    this.hooks.changed()
  }

  private take(batch: WaitingBatch): void {
    this.batches.delete(batch.key)
    this.waiting -= batch.count
    this.waiting_bytes -= batch.bytes
  }
}

function settle({ messages }: WaitingBatch, error?: MonitorError): void {
  for (const message of messages) message.settle(error)
}
