import type { CurrentMoment } from './current-moment'
import type { Due } from './due-list'
import type { GroupSubject } from './group-subject'
import type { KnownSubject } from './known-subject'
import type { Watch } from './watch'

/** A rule on several subjects as one. It is due when a member has been silent for too long. */
export class WatchedGroup implements Due {
  queued_ms = Infinity
  place = 0
  readonly members = new Set<KnownSubject>()

  constructor(
    readonly subject: GroupSubject,
    readonly watch: Watch,
  ) {}

  get due_ms(): number {
    return this.subject.due_ms
  }

  /** A sample or an event of a member. */
  take(moment: CurrentMoment): void {
    const { from, event } = moment
    const { sampled_ms } = this.subject
    if (!this.subject.take(moment)) return
    moment.event = undefined
    moment.from = event === undefined || this.subject.sampled_ms > sampled_ms ? this.subject : undefined
    this.ask(moment)
    moment.from = from
    moment.event = event
  }

  wake(moment: CurrentMoment): void {
    if (!this.subject.wake(moment)) return
    moment.from = this.subject
    this.ask(moment)
    moment.from = undefined
  }

  private ask(moment: CurrentMoment): void {
    if (moment.from === undefined) this.watch.wake(moment)
    else this.watch.take(moment)
  }
}
