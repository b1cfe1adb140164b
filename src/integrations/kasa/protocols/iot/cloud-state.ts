import { flagOf, type JsonObject } from '../../json'
import type { CloudModule, Query } from './iot-query'
import { cloudQuery } from './iot-query'
import { answerOf } from './iot-reply'

/** It changes rarely and costs a request of its own, because some devices do not bear questions that they do not know. */
const INTERVAL_MS = 600_000
/** One that does not answer at all is left alone for longer. */
const REST_MS = 6 * INTERVAL_MS

/** When to ask a device whether it reaches the cloud. Times are of the monotonic clock. */
export class CloudState {
  private due_at = -Infinity

  constructor(private readonly module: CloudModule) {}

  get query(): Query {
    return cloudQuery(this.module)
  }

  isDue(now: number): boolean {
    return now >= this.due_at
  }

  /** The answer also holds the name of the account, which goes nowhere. */
  learn(reply: JsonObject, now: number): boolean | undefined {
    const answer = answerOf(reply, this.module, 'get_info')
    this.due_at = answer.kind === 'unsupported' ? Infinity : now + INTERVAL_MS
    return answer.kind === 'given' ? flagOf(answer.value.cld_connection) : undefined
  }

  /** After an answer that did not come. */
  postpone(now: number): void {
    this.due_at = now + REST_MS
  }
}
