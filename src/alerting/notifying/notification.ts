import type { Incident } from '../incidents/incident'
import type { Severity } from '../rules/rule'

export type NotificationKind =
  | 'raised'
  | 'escalated'
  | 'flapping'
  | 'reminder'
  | 'acknowledged'
  | 'resolved'
  /** Several of different kinds, gathered; or what came and went before it could be told: its state is `resolved`. */
  | 'summary'
  | 'test'

/** What a person is told: one message to a phone, with one or more incidents. */
export interface Notification {
  /** Unique. */
  readonly id: string
  readonly kind: NotificationKind
  /** The highest of its incidents. */
  readonly severity: Severity
  /** One line. */
  readonly title: string
  /** Ready to be sent, without markup. */
  readonly text: string
  /** ms since the epoch, UTC: when it was made. */
  readonly timestamp: number
  /** At most `MOST_INCIDENTS`, gravest first. */
  readonly incidents: readonly Incident[]
  /** How many more there are, which neither `text` nor `incidents` names. */
  readonly more: number
}

export const MOST_INCIDENTS = 20
