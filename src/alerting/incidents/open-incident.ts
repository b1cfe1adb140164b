import type { Moment } from '../watching/subject'
import type { Crowd } from './crowd'
import type { EndReason, Incident } from './incident'
import type { Occurrence } from './occurrence'

export interface Acknowledgement {
  /** ms since the epoch, UTC. */
  readonly at: number
  readonly by?: string
}

export type OpenRecord = Incident & { readonly state: 'firing' | 'recovering' }

/** An incident from its beginning to its end; what it is about changes, its id does not. */
export class OpenIncident {
  /** How often people have been reminded of it. */
  reminders = 0

  constructor(
    readonly id: string,
    readonly matter: Occurrence | Crowd,
    public acknowledgement?: Acknowledgement,
    readonly parted_from?: string,
  ) {}

  /** As it is now; the record does not change any more. */
  record(moment: Moment): OpenRecord {
    const { id, acknowledgement, parted_from, reminders } = this
    return Object.freeze({
      id,
      ...this.matter.record(moment),
      ...(parted_from !== undefined && { parted_from }),
      ...(acknowledgement && { acknowledged_at: acknowledgement.at }),
      ...(acknowledgement?.by !== undefined && { acknowledged_by: acknowledgement.by }),
      reminders,
    })
  }

  /** As it was when it ended. */
  recordEnd(moment: Moment, reason: EndReason | undefined): Incident {
    const ended_by = reason === undefined ? {} : { ended_by: reason }
    return Object.freeze({ ...this.record(moment), state: 'resolved', resolved_at: moment.wall_ms, ...ended_by })
  }
}
