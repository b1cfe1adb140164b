import type { DeviceEvent, DeviceEventName } from '../../../src/domain/event'
import { createCalendar } from '../../../src/domain/local-calendar'
import {
  type Condition,
  type ConditionContext,
  HOLDS,
  HOLDS_NOT,
  UNKNOWN,
} from '../../../src/alerting/conditions/condition'
import { createCondition } from '../../../src/alerting/conditions/create-condition'
import type { ConditionRule } from '../../../src/alerting/rules/rule'
import type { Moment, Subject, Values } from '../../../src/alerting/watching/subject'

export type Verdict = 'unknown' | 'no' | 'yes' | number
/** A Monday, at midnight. */
export const START = Date.UTC(2026, 0, 5)

const calendar = createCalendar('UTC')

interface FakeSubject extends Subject {
  values: Values
  sampled_ms: number
  timestamp: number
  online: boolean | undefined
}

function subjectOf(id: string): FakeSubject {
  const names = { id, alias: id, model: undefined, host: undefined, parent_id: undefined }
  return { ...names, values: {}, sampled_ms: -Infinity, timestamp: 0, online: undefined }
}

/** What some events tell beyond those that all do. */
type Told = Partial<Omit<DeviceEvent, 'event' | 'device_id' | 'alias' | 'host'>>

/** One condition, and what comes of the devices that it is about, at seconds of the monotonic clock. */
export class Scene {
  readonly condition: Condition
  raised = false
  private readonly subjects = new Map<string, FakeSubject>()
  private wall_ahead_ms = START

  constructor(
    readonly rule: ConditionRule,
    private now_ms = 0,
  ) {
    const context: ConditionContext = {
      subject: this.subject('heater'),
      subjectNamed: (device) => this.subject(device),
      calendar,
    }
    this.condition = createCondition(rule, context)
  }

  /** What the condition says after a sample; taken `age_s` ago. */
  sample(at_s: number, values: Values, { of = 'heater', age_s = 0 } = {}): Verdict {
    const subject = this.subject(of)
    this.now_ms = at_s * 1000
    subject.values = values
    subject.sampled_ms = Math.max(subject.sampled_ms, this.now_ms - age_s * 1000)
    subject.timestamp = this.wall_ahead_ms + subject.sampled_ms
    subject.online = true
    this.condition.take(this.moment(subject))
    return this.ask()
  }

  event(at_s: number, event: DeviceEventName, { of = 'heater', ...told }: { of?: string } & Told = {}): Verdict {
    const subject = this.subject(of)
    this.now_ms = at_s * 1000
    if (event === 'online' || event === 'offline') subject.online = event === 'online'
    if (event === 'offline') subject.values = {}
    const names = { device_id: of, alias: of, host: '' }
    this.condition.take(this.moment(subject, { event, ...names, timestamp: this.wall_ms, ...told }))
    return this.ask()
  }

  /** A group goes offline like this: with its last member, without an event of its own. */
  fallSilent(at_s: number): Verdict {
    this.subject('heater').online = false
    return this.wait(at_s)
  }

  /** Time has passed. */
  wait(at_s: number): Verdict {
    this.now_ms = at_s * 1000
    return this.ask()
  }

  /** Sets the wall clock. */
  jump(by_s: number): void {
    this.wall_ahead_ms += by_s * 1000
  }

  get due_s(): number {
    return this.condition.due_ms / 1000
  }

  get evidence() {
    return this.condition.evidence(this.moment())
  }

  /**
   * The same rule in a process that begins at second 0 of its own clock, with what was saved.
   * @param down_s how long there was no process, by the wall clock; under 0: that was set back meanwhile
   */
  restarted(down_s = 0): Scene {
    const saved = this.condition.save(this.moment())
    const scene = new Scene(this.rule)
    scene.wall_ahead_ms = this.wall_ms + down_s * 1000
    scene.raised = this.raised
    const saved_ms = -Math.max(0, down_s) * 1000
    if (saved !== undefined) scene.condition.restore(JSON.parse(JSON.stringify(saved)) as typeof saved, saved_ms)
    return scene
  }

  moment(from?: Subject, event?: DeviceEvent): Moment {
    return { now_ms: this.now_ms, wall_ms: this.wall_ms, from, event }
  }

  private get wall_ms(): number {
    return this.wall_ahead_ms + this.now_ms
  }

  private ask(): Verdict {
    const verdict = this.condition.judge(this.moment(), this.raised)
    return verdict === UNKNOWN ? 'unknown' : verdict === HOLDS_NOT ? 'no' : verdict === HOLDS ? 'yes' : verdict
  }

  private subject(id: string): FakeSubject {
    let subject = this.subjects.get(id)
    if (subject === undefined) this.subjects.set(id, (subject = subjectOf(id)))
    return subject
  }
}
