import type { Clock } from '../../domain/clock'
import type { Rule } from '../rules/rule'
import type { Telling } from './telling'

/** When people are reminded of what is open and nobody has acknowledged. */
export class Reminders {
  /** By the monotonic clock. */
  private readonly due_ms = new Map<Telling, number>()
  /** When one is due; perhaps earlier, never later. */
  next_ms = Infinity

  constructor(
    private readonly clock: Clock,
    private readonly ruleOf: (rule_id: string) => Rule | undefined,
  ) {}

  /** The next one of an incident, if there is to be one. @param left_ms until then, where it has waited already */
  schedule(telling: Telling, left_ms = Infinity): void {
    const every_ms = (this.ruleOf(telling.incident.rule_id)?.remind_every_s ?? 0) * 1000
    if (every_ms === 0 || !telling.told || !telling.isOpen || telling.isAcknowledged) return this.cancel(telling)
    const due_ms = this.clock.monotonic() + Math.max(0, Math.min(every_ms, left_ms))
    this.due_ms.set(telling, due_ms)
    this.next_ms = Math.min(this.next_ms, due_ms)
  }

  cancel(telling: Telling): void {
    this.due_ms.delete(telling)
  }

  takeDue(): Telling[] {
    const now_ms = this.clock.monotonic()
    const due: Telling[] = []
    this.next_ms = Infinity
    for (const [telling, due_ms] of this.due_ms) {
      if (due_ms <= now_ms) due.push(telling)
      else this.next_ms = Math.min(this.next_ms, due_ms)
    }
    for (const telling of due) this.due_ms.delete(telling)
    return due
  }

  /** How long until the next one of an incident; undefined: there is none. */
  left_ms(telling: Telling): number | undefined {
    const due_ms = this.due_ms.get(telling)
    return due_ms === undefined ? undefined : due_ms - this.clock.monotonic()
  }
}
