import type { DeviceEvent } from '../../domain/event'
import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'

/** After a restart it cannot be told until the device, or the poller, says something. */
export class OfflineCondition implements Condition {
  readonly due_ms = Infinity
  private readonly subject: Subject
  /** Why it is offline. */
  private cause: NonNullable<Evidence['facts']> = {}

  constructor(_rule: SimpleCondition<'offline'>, { subject }: ConditionContext) {
    this.subject = subject
  }

  take({ event }: Moment): void {
    if (this.subject.online !== false) this.cause = {}
    else if (event?.event === 'offline') this.cause = causeOf(event)
  }

  judge(): number {
    const { online } = this.subject
    if (online === undefined) return UNKNOWN
    return online ? HOLDS_NOT : HOLDS
  }

  evidence(): Evidence {
    const { online, timestamp } = this.subject
    return {
      key: 'online',
      ...(online !== undefined && { value: online }),
      facts: { ...(timestamp > 0 && { heard_at: timestamp }), ...this.cause },
    }
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}
}

function causeOf({ code, message }: DeviceEvent): NonNullable<Evidence['facts']> {
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
}
