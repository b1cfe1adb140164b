import type { MonitorError } from '../../../src/domain/errors'
import { BATCH_OPTIONS, type BatchOptions } from '../../../src/serving/batching/batch-options'
import { Batcher } from '../../../src/serving/batching/batcher'
import type { Batch, WaitingMessage } from '../../../src/serving/batching/waiting-batch'
import { parseOptions } from '../../../src/domain/options'
import { FakeClock } from '../../support/fake-clock'

/** A batcher in virtual time, what it sent, and how messages ended. */
export class BatchingStage {
  readonly clock = new FakeClock()
  readonly sent: Batch[] = []
  /** By payload: `done`, or the code of the error. */
  readonly ends = new Map<unknown, string>()
  changes = 0
  fault: Error | undefined
  readonly batcher: Batcher

  constructor(options: Partial<BatchOptions> = {}) {
    this.batcher = new Batcher(parseOptions(BATCH_OPTIONS, options), this.clock, {
      send: (batch) => {
        if (this.fault) throw this.fault
        this.sent.push(batch)
      },
      changed: () => void this.changes++,
    })
  }

  started(): this {
    this.batcher.start()
    return this
  }

  add(payload: unknown, topic = '', isCritical = false): WaitingMessage {
    return this.addAll([payload], topic, isCritical)
  }

  addAll(payloads: readonly unknown[], topic = '', isCritical = false): WaitingMessage {
    const message = this.message(payloads, topic)
    this.batcher.add(message, isCritical)
    return message
  }

  restore(payloads: readonly unknown[]): WaitingMessage[] {
    const messages = payloads.map((payload) => this.message([payload], ''))
    this.batcher.restore(messages)
    return messages
  }

  /** Reason and payloads of each batch. */
  get told(): [reason: string, ...payloads: unknown[]][] {
    return this.sent.map(({ reason, payloads }) => [reason, ...payloads])
  }

  private message(payloads: readonly unknown[], topic: string): WaitingMessage {
    const settle = (error?: MonitorError) => {
      for (const payload of payloads) {
        if (this.ends.has(payload)) throw new Error(`${String(payload)} has ended already`)
        this.ends.set(payload, error?.code ?? 'done')
      }
    }
    return { topic, payloads, came_at: this.clock.now(), settle }
  }
}
