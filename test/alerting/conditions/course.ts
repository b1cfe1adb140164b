import { createCalendar } from '../../../src/domain/local-calendar'
import { type Condition, type Evidence, HOLDS_NOT, type Json } from '../../../src/alerting/conditions/condition'
import { createCondition } from '../../../src/alerting/conditions/create-condition'
import type { SimpleCondition } from '../../../src/alerting/rules/rule'
import type { Pricing } from '../../../src/domain/tariffs/pricing'
import type { Moment, Subject, Values } from '../../../src/alerting/watching/subject'

/** As often as a watch asks a condition that wants to be asked again at once. */
const MOST_TURNS = 4

/** What a person is told: a step is reached, or it has begun to hold. */
export interface Told {
  readonly at_ms: number
  readonly level: number
  readonly facts: NonNullable<Evidence['facts']>
}

interface Kept {
  readonly state: Json | undefined
  readonly at_ms: number
}

/** One condition over days, restarts and clocks that are set, asked when samples come and when it wants to be asked. */
export class Course {
  readonly told: Told[] = []
  /** What is raised. */
  level = HOLDS_NOT
  condition: Condition
  private readonly calendar
  private subject = newSubject()
  /** By the monotonic clock, which begins with the process. */
  private now_ms = 0
  private began_ms: number
  private wall_ahead_ms = 0

  /** @param at_ms true time, ms since the epoch */
  constructor(
    private readonly rule: SimpleCondition,
    at_ms: number,
    time_zone = 'UTC',
    /** Of the node's tariff; another one is in force after the next restart. */
    public pricing?: Pricing,
  ) {
    this.calendar = createCalendar(time_zone)
    this.began_ms = at_ms
    this.condition = this.create()
  }

  get wall_ms(): number {
    return this.began_ms + this.now_ms + this.wall_ahead_ms
  }

  sample(at_ms: number, values: Values): void {
    this.wait(at_ms)
    const { subject } = this
    subject.values = values
    subject.sampled_ms = this.now_ms
    subject.timestamp = this.wall_ms
    subject.online = true
    const moment = this.moment(subject)
    this.condition.take(moment)
    this.ask(moment)
  }

  goOffline(at_ms: number): void {
    this.wait(at_ms)
    this.subject.online = false
    this.ask(this.moment())
  }

  /** Time passes; what is due on the way is asked. */
  wait(until_ms: number): void {
    const end_ms = until_ms - this.began_ms
    while (this.condition.due_ms <= end_ms) {
      this.now_ms = this.condition.due_ms
      this.ask(this.moment())
    }
    this.now_ms = end_ms
  }

  /** Another process goes on with what was saved, now or at an earlier moment. */
  restart(at_ms: number, { state, at_ms: saved_at_ms } = this.saved): void {
    this.began_ms = at_ms
    this.now_ms = 0
    this.subject = newSubject()
    this.condition = this.create()
    if (state !== undefined) this.condition.restore(state, saved_at_ms - at_ms)
    this.ask(this.moment())
  }

  /** As it comes back from the file, and when that was, by true time. */
  get saved(): Kept {
    const saved = this.condition.save(this.moment())
    const state = saved === undefined ? undefined : (JSON.parse(JSON.stringify(saved)) as Json)
    return { state, at_ms: this.began_ms + this.now_ms }
  }

  /** Sets the wall clock. */
  jump(by_ms: number): void {
    this.wall_ahead_ms += by_ms
  }

  private create(): Condition {
    const { subject, calendar, pricing } = this
    return createCondition(this.rule, { subject, subjectNamed: () => subject, calendar, pricing })
  }

  private moment(from?: Subject): Moment {
    return { now_ms: this.now_ms, wall_ms: this.wall_ms, from, event: undefined }
  }

  private ask(moment: Moment): void {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const level = this.condition.judge(moment, this.level > HOLDS_NOT)
      if (level > this.level) {
        this.told.push({
          at_ms: this.began_ms + this.now_ms,
          level,
          facts: this.condition.evidence(moment).facts ?? {},
        })
      }
      // Nobody knows: what is raised stays.
      if (level >= HOLDS_NOT) this.level = level
      if (this.condition.due_ms > moment.now_ms) return
    }
    throw new Error('it wants to be asked again and again')
  }
}

function newSubject() {
  const names = { id: 'plug', alias: 'Plug', model: undefined, host: undefined, parent_id: undefined }
  const values: Values = {}
  return { ...names, values, sampled_ms: -Infinity, timestamp: 0, online: undefined as boolean | undefined }
}
