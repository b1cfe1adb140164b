import { type Condition, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from '../conditions/condition'
import { isSilence, silenceEvidence } from '../conditions/silence-evidence'
import type { AlertState, ChangeName, EndReason } from '../incidents/incident'
import type { ConditionRule, Rule } from '../rules/rule'
import type { Due } from './due-list'
import { Phase, type PhaseOwner } from './phase'
import { SampleCounter } from './sample-counter'
import type { Moment, Subject } from './subject'
import type { WatchListener } from './watch-listener'

/** What holds for a moment is asked again in that moment, but not for ever. */
const MOST_TURNS = 4
/** A condition that would always be asked at once is asked so often. */
const SHORTEST_WAIT_MS = 1000

export interface WatchParts {
  readonly rule: Rule
  readonly subject: Subject
  readonly condition: Condition
  readonly listener: WatchListener
}

/** One rule on one subject: asks its condition, and tells what becomes of the answer. */
export class Watch implements PhaseOwner, Due {
  readonly rule: Rule
  readonly subject: Subject
  readonly condition: Condition
  readonly phase: Phase
  /** When to wake it, by the monotonic clock; Infinity: never. */
  due_ms = Infinity
  queued_ms = Infinity
  place = 0
  private readonly listener: WatchListener
  private readonly counter: SampleCounter | undefined
  private readonly silence_ms: number
  private started_ms = Infinity
  /** Only silence makes it hold. */
  private isSilent = false
  /** Silence has begun what is pending or raised. */
  private beganSilent = false

  constructor({ rule, subject, condition, listener }: WatchParts) {
    this.rule = rule
    this.subject = subject
    this.condition = condition
    this.listener = listener
    this.phase = new Phase(rule, this)
    if (rule.out_of > 1) this.counter = new SampleCounter(rule.at_least, rule.out_of)
    this.silence_ms = mindsSilence(rule) ? rule.no_data_after_s * 1000 : Infinity
  }

  get state(): AlertState {
    return this.phase.state
  }

  /** How many steps of several are reached; 1 where there is but one. */
  get level(): number {
    return this.phase.level
  }

  /** It comes and goes so often that it stays raised until it is steady. */
  get flapping(): boolean {
    return this.phase.flapping
  }

  /** What makes it hold, or what is true now. */
  evidence(moment: Moment): Evidence {
    if (!this.isSilent) return this.condition.evidence(moment)
    const silent_ms = moment.now_ms - this.heard_ms
    return silenceEvidence(silent_ms, this.rule.no_data_after_s, this.subject.timestamp)
  }

  /** Goes on with an incident that was raised with this evidence. */
  resume(raised: Evidence): void {
    this.beganSilent = this.rule.no_data === 'raise' && mindsSilence(this.rule) && isSilence(raised)
  }

  /** Goes on with what is open by a watch that it replaces; `listener` hears of it alone from then on. */
  takeOver(previous: Watch, moment: Moment): void {
    const { rule, phase, condition } = previous
    if (rule !== this.rule && !phase.isOpen) previous.finish(moment)
    this.phase.takeOver(phase)
    this.isSilent = previous.isSilent
    this.beganSilent = previous.beganSilent
    const saved = isSame(rule.condition, this.rule.condition) ? condition.save(moment) : undefined
    if (saved !== undefined) this.condition.restore(saved, moment.now_ms)
    if (phase.isOpen) this.listener.observed(this, moment)
  }

  /** After whatever it goes on with has been restored. */
  start(moment: Moment): void {
    this.started_ms = moment.now_ms
    if (this.phase.isOpen) this.counter?.fill()
    this.wake(moment)
  }

  /** A sample or an event of a subject that the condition is made for. */
  take(moment: Moment): void {
    const { from, event } = moment
    this.condition.take(moment)
    if (from === undefined || event !== undefined) {
      this.wake(moment)
      return
    }
    const wasOpen = this.phase.isOpen
    this.ask(from.sampled_ms, true, moment)
    if (wasOpen && this.phase.isOpen) this.listener.observed(this, moment)
  }

  /** Time has passed. */
  wake(moment: Moment): void {
    this.ask(moment.now_ms, false, moment)
  }

  /** What is raised or pending is over, whatever the condition says. */
  end(reason: EndReason, moment: Moment): void {
    if (this.state === 'normal') return
    this.phase.reset(moment.now_ms)
    this.listener.ended(this, reason)
  }

  /** What is raised or pending is over as though the condition said so. */
  finish(moment: Moment): void {
    const { isOpen, state } = this.phase
    this.phase.reset(moment.now_ms)
    if (state !== 'normal') this.tell(isOpen ? 'resolved' : 'cancelled', moment)
  }

  tell(change: ChangeName, moment: Moment): void {
    this.listener.changed(this, change, moment)
  }

  private ask(at_ms: number, isSample: boolean, moment: Moment): void {
    const { condition, counter, phase } = this
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      let level = condition.judge(moment, phase.isOpen)
      if (counter !== undefined) {
        if (isSample && turn === 0 && this.isTold(moment)) counter.add(level)
        level = counter.level(level)
      }
      this.isSilent = false
      if (moment.now_ms >= this.silent_ms) level = this.afterSilence(level, moment)
      if (level > HOLDS_NOT) this.mindOrigin(moment)
      phase.follow(level, at_ms, moment)
      if (condition.due_ms > moment.now_ms) break
    }
    this.due_ms = this.nextDue(at_ms, moment.now_ms)
  }

  /** A sample without the value says nothing of it. */
  private isTold({ from }: Moment): boolean {
    const { condition } = this.rule
    if (!('key' in condition) || condition.key === undefined || from !== this.subject) return true
    return from.values[condition.key] !== undefined
  }

  /** When its subject has been silent for too long; Infinity where that means nothing. */
  private get silent_ms(): number {
    return this.heard_ms + this.silence_ms
  }

  private get heard_ms(): number {
    return Math.max(this.subject.sampled_ms, this.started_ms)
  }

  private afterSilence(level: number, moment: Moment): number {
    if (this.rule.no_data === 'raise') {
      this.isSilent = level <= HOLDS_NOT
      return Math.max(level, HOLDS)
    }
    if (this.phase.isOpen) this.end('no_data', moment)
    return UNKNOWN
  }

  /** What silence has begun is over once something is heard; that its values are wrong as well is news. */
  private mindOrigin(moment: Moment): void {
    if (this.beganSilent && !this.isSilent && this.state !== 'normal' && !this.flapping) this.finish(moment)
    if (this.state === 'normal') this.beganSilent = this.isSilent
  }

  private nextDue(at_ms: number, now_ms: number): number {
    const { silent_ms, condition, phase } = this
    let due_ms = Math.max(condition.due_ms, now_ms + (condition.due_ms > now_ms ? 0 : SHORTEST_WAIT_MS))
    if (silent_ms > now_ms && silent_ms < due_ms) due_ms = silent_ms
    const phase_ms = phase.due_ms
    // Overdue and yet not done: at once where the sample was an older one; else it cannot be told, and a sample has to come.
    if (phase_ms > now_ms || at_ms < now_ms) due_ms = Math.min(due_ms, phase_ms)
    return due_ms
  }
}

/** Conditions that are about silence say themselves what it means. */
function mindsSilence({ no_data, condition }: Rule): boolean {
  return no_data !== 'keep' && condition.kind !== 'no_data' && condition.kind !== 'offline'
}

function isSame(one: ConditionRule, other: ConditionRule): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
