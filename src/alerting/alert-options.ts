import type { DaySpan } from '../domain/calendar'
import type { Tariff } from '../domain/tariffs/tariff'

/** What is the same for all rules of a node. */
export interface AlertOptions {
  /** IANA name; blank: that of the machine. Periods, times of day and quiet hours are local there. */
  readonly time_zone: string
  /** What is not critical waits for their end. */
  readonly quiet_hours: DaySpan | undefined
  /** How long a notification waits for others, so that they go together. */
  readonly group_wait_s: number
  readonly group_by: 'all' | 'rule' | 'device' | 'nothing'
  /** What is over it goes as one summary when there is room again; critical ones pass. 0: without a limit. */
  readonly maximum_per_hour: number
  /** Patterns of devices by the name of the group: `@kitchen` in a rule. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** What rules of costs go by that have no price of their own. */
  readonly tariff?: Tariff | undefined
}
