import type { IncidentFilter } from '../alert-command'

/** While it lasts, nothing that fits it is notified; it is still raised, listed and resolved. */
export interface Silence {
  readonly id: string
  readonly filter: IncidentFilter
  /** ms since the epoch, UTC. */
  readonly created_at: number
  readonly until: number
  /** Critical ones too. */
  readonly critical: boolean
  readonly comment: string
}
