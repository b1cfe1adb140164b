import type { ChangeName, EndReason } from '../incidents/incident'
import type { Moment } from './subject'
import type { Watch } from './watch'

/** Who hears of what watches find; none of it may throw. */
export interface WatchListener {
  /** The watch has changed: its `state` and `level` are the new ones already. */
  changed(watch: Watch, change: ChangeName, moment: Moment): void
  /** A sample has come while an incident is open. */
  observed(watch: Watch, moment: Moment): void
  /** What was raised or pending is over, and not because the condition is. */
  ended(watch: Watch, reason: EndReason): void
  /** The same of all that a rule watches. */
  endRule(rule_id: string, reason: EndReason): void
}
