import type { Clock } from '../../domain/clock'
import type { Rule } from '../rules/rule'
import type { Telling } from './telling'

/** When people are reminded of what is open and nobody has acknowledged. */
export class Reminders {
  /** By the monotonic clock. */
  private readonly due_ms = new Map<Telling, number>()
  /** When they are due by the wall clock: of those that were restored, until `start`. */
  private readonly restored = new Map<Telling, number | undefined>()
  /** When one is due; perhaps earlier, never later. */
  next_ms = Infinity

  constructor(
    private readonly clock: Clock,
    private readonly ruleOf: (rule_id: string) => Rule | undefined,
  ) {}

  /** Goes on with what was restored; the rules are known by now. */
  start(): void {
    for (const [telling, due_at = Infinity] of this.restored) this.schedule(telling, due_at - this.clock.now())
    this.restored.clear()
  }

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

  /** When the next one of an incident is due, ms since the epoch; undefined: there is none. */
  dueAt(telling: Telling): number | undefined {
    const due_ms = this.due_ms.get(telling)
    if (due_ms === undefined) return this.restored.get(telling)
    return Math.round(due_ms - this.clock.monotonic() + this.clock.now())
  }

  /** Before `start`. */
  restore(telling: Telling, due_at: number | undefined): void {
    this.restored.set(telling, due_at)
  }
}
