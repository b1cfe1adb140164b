import type { Evidence } from '../conditions/condition'
import type { Severity } from '../rules/rule'

/** `normal` before and after an incident; `pending` while `for_s` runs; `recovering` while `keep_firing_s` does. */
export type AlertState = 'normal' | 'pending' | 'firing' | 'recovering'

/** Something that a rule says is wrong, from its beginning to its end. Plain JSON: it is sent, kept and listed as it is. */
export interface Incident {
  /** Unique: rule, subject and the moment at which it was raised. */
  readonly id: string
  readonly rule_id: string
  readonly rule_name: string
  readonly kind: string
  /** The id of the subject; `*` where many are one incident. */
  readonly device_id: string
  readonly alias: string
  readonly severity: Severity
  readonly labels: Readonly<Record<string, string>>
  readonly state: 'firing' | 'recovering' | 'resolved'
  /** It comes and goes so often that only its first coming and its last going are told. */
  readonly flapping: boolean
  /** ms since the epoch, UTC. */
  readonly raised_at: number
  readonly resolved_at?: number
  /** Why it ended, where not by its condition. */
  readonly ended_by?: EndReason
  /**
   * The incident of many that it was part of until most of those were over: it is not announced again.
   */
  readonly parted_from?: string
  /** How long it has lasted, by a clock that nobody sets; over restarts by the wall clock. */
  readonly duration_s: number
  readonly acknowledged_at?: number
  readonly acknowledged_by?: string
  readonly reminders: number
  /** How many of several steps are reached. */
  readonly level: number
  /** What was true when it was raised, and what is true now. */
  readonly raised: Evidence
  readonly latest: Evidence
  /** Of a numeric value, while it lasted. */
  readonly highest?: number
  readonly lowest?: number
  /** Where many are one incident: the aliases, by id, of those that are still part of it; at most `MOST_NAMED`. */
  readonly members?: Readonly<Record<string, string>>
  /** Of those that were part of it and are over. */
  readonly left?: Readonly<Record<string, string>>
}

/**
 * `joined`: it has become part of an incident of many. `parted`: only few of many were left; each of `members` has an
 * incident of its own from then on. Neither is news.
 */
export const END_REASONS = ['rule_removed', 'rule_disabled', 'device_removed', 'no_data', 'joined', 'parted'] as const
export type EndReason = (typeof END_REASONS)[number]

/** Where many are one incident. */
export const MANY = '*'

/** The devices that an incident of many names; `latest.facts.devices` says how many there are. */
export const MOST_NAMED = 200

export const CHANGE_NAMES = [
  'pending',
  'cancelled',
  'raised',
  'escalated',
  'recovering',
  'relapsed',
  'flapping',
  'steady',
  'members',
  'acknowledged',
  'unacknowledged',
  'resolved',
] as const
export type ChangeName = (typeof CHANGE_NAMES)[number]

/** One change of state of one rule on one subject. */
export interface StateChange {
  readonly change: ChangeName
  readonly state: AlertState
  readonly previous: AlertState
  readonly rule_id: string
  readonly device_id: string
  readonly alias: string
  /** ms since the epoch, UTC. */
  readonly timestamp: number
  /** From `raised` to `resolved`. */
  readonly incident?: Incident
}
