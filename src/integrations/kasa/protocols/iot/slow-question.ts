import type { JsonObject } from '../../json'
import { SLOW_METHODS, slowQuery, type Query, type SlowModule } from './iot-query'
import { answerOf } from './iot-reply'

/** It changes rarely and costs a request of its own, because some devices do not bear questions that they do not know. */
const INTERVAL_MS = 600_000
/** One that does not answer at all is left alone for longer. */
const REST_MS = 6 * INTERVAL_MS

/** When to ask a device whether it reaches the cloud, or how a part of it is set. Times are of the monotonic clock. */
export class SlowQuestion {
  private due_at = -Infinity

  constructor(readonly module: SlowModule) {}

  get query(): Query {
    return slowQuery(this.module)
  }

  isDue(now: number): boolean {
    return now >= this.due_at
  }

  answerIn(reply: JsonObject, now: number): JsonObject | undefined {
    const answer = answerOf(reply, this.module, SLOW_METHODS[this.module])
    this.due_at = answer.kind === 'unsupported' ? Infinity : now + INTERVAL_MS
    return answer.kind === 'given' ? answer.value : undefined
  }

  /** After an answer that did not come. */
  postpone(now: number): void {
    this.due_at = now + REST_MS
  }
}
