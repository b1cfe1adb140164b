import { HOLDS_NOT, UNKNOWN } from '../conditions/condition'
import type { AlertState, ChangeName } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import { Flapping } from './flapping'
import type { Moment } from './subject'

/** Hears of each change once the phase is the new one. */
export interface PhaseOwner {
  tell(change: ChangeName, moment: Moment): void
}

/**
 * What becomes of what a condition says over time: normal, pending, firing, recovering, and normal again; or flapping,
 * which is firing whatever is said. What cannot be told cancels what is pending, and changes nothing else.
 */
export class Phase {
  state: AlertState = 'normal'
  level = 0
  flapping = false
  /** Pending: since when it holds; recovering: since when it is over. */
  since_ms = 0
  /** Nothing is raised before. */
  rested_ms = -Infinity
  /** Pending when a short break began: how long it had been by then; undefined as soon as it is known how it goes on. */
  private head_start_ms: number | undefined
  private head_start_until_ms = -Infinity
  /** Of what is flapping: whether it holds at the moment. */
  holds = false
  private readonly changes: Flapping | undefined

  constructor(
    private readonly rule: Rule,
    private readonly owner: PhaseOwner,
  ) {
    const { flapping_changes, flapping_within_s } = rule
    if (flapping_changes > 0) this.changes = new Flapping(flapping_changes, flapping_within_s * 1000)
  }

  get isOpen(): boolean {
    return this.state === 'firing' || this.state === 'recovering'
  }

  /** When what is flapping has come or gone last. */
  get changed_ms(): number {
    return this.changes?.changed_ms ?? -Infinity
  }

  /** When time alone moves it on; Infinity: never. */
  get due_ms(): number {
    if (this.flapping) return this.changes?.steady_ms ?? Infinity
    if (this.state === 'pending') return this.head_start_ms === undefined ? this.ready_ms : this.head_start_until_ms
    return this.state === 'recovering' ? this.recovered_ms : Infinity
  }

  /** The condition says `level`, at `at_ms` of the monotonic clock. */
  follow(level: number, at_ms: number, moment: Moment): void {
    if (this.flapping) this.followFlapping(level, at_ms, moment)
    else if (!this.isOpen) this.followClosed(level, at_ms, moment)
    else if (level > HOLDS_NOT) this.hold(level, moment)
    else if (level !== UNKNOWN) this.recover(at_ms, moment)
  }

  /** Whatever it is in is over, without a word. */
  reset(at_ms: number): void {
    if (this.isOpen) this.rested_ms = at_ms + this.rule.cooldown_s * 1000
    this.state = 'normal'
    this.head_start_ms = undefined
    this.flapping = false
    this.level = 0
    this.changes?.clear()
  }

  /** How long it has been pending. */
  pendingFor(now_ms: number): number {
    return this.head_start_ms ?? now_ms - this.since_ms
  }

  /** Goes on with an incident that is open already. */
  resume(state: 'firing' | 'recovering', level: number, over_ms: number): void {
    this.state = state
    this.level = level
    this.since_ms = over_ms
  }

  /** Goes on with what was pending, where something says so until `until_ms`. */
  resumePending(head_start_ms: number, until_ms: number): void {
    this.state = 'pending'
    this.head_start_ms = head_start_ms
    this.head_start_until_ms = until_ms
  }

  /** The same as `resume`, where it is flapping. */
  resumeFlapping(holds: boolean, changed_ms: number, level: number): void {
    this.resume('firing', level, changed_ms)
    if (this.changes === undefined) return
    this.flapping = true
    this.holds = holds
    this.changes.changed_ms = changed_ms
  }

  takeOver(previous: Phase): void {
    this.state = previous.state
    this.level = previous.level
    this.since_ms = previous.since_ms
    this.rested_ms = previous.rested_ms
    if (previous.flapping) this.resumeFlapping(previous.holds, previous.changed_ms, previous.level)
  }

  private get ready_ms(): number {
    return Math.max(this.since_ms + this.rule.for_s * 1000, this.rested_ms)
  }

  private get recovered_ms(): number {
    return this.since_ms + this.rule.keep_firing_s * 1000
  }

  private followClosed(level: number, at_ms: number, moment: Moment): void {
    const head_start_ms = this.head_start_ms
    if (head_start_ms !== undefined) {
      if (level === UNKNOWN && at_ms < this.head_start_until_ms) return
      this.head_start_ms = undefined
      this.state = 'normal'
    }
    if (level <= HOLDS_NOT) {
      if (this.state === 'pending') this.enter('normal', 'cancelled', moment)
      return
    }
    if (this.state === 'normal') this.since_ms = at_ms - (head_start_ms ?? 0)
    if (at_ms >= this.ready_ms) this.raise(level, at_ms, moment)
    else if (this.state === 'normal') this.enter('pending', 'pending', moment)
  }

  private raise(level: number, at_ms: number, moment: Moment): void {
    this.level = level
    this.enter('firing', 'raised', moment)
    if (this.changes?.change(at_ms)) this.flap(true, moment)
  }

  private hold(level: number, moment: Moment): void {
    if (this.state === 'recovering') this.enter('firing', 'relapsed', moment)
    const isHigher = level > this.level
    this.level = level
    if (isHigher) this.owner.tell('escalated', moment)
  }

  private recover(at_ms: number, moment: Moment): void {
    if (this.state === 'firing') {
      this.since_ms = at_ms
      if (at_ms < this.recovered_ms) this.enter('recovering', 'recovering', moment)
    }
    if (at_ms < this.recovered_ms) return
    if (this.changes?.change(at_ms)) this.flap(false, moment)
    else this.resolve(at_ms, moment)
  }

  private resolve(at_ms: number, moment: Moment): void {
    this.rested_ms = at_ms + this.rule.cooldown_s * 1000
    this.enter('normal', 'resolved', moment)
    this.level = 0
  }

  private flap(holds: boolean, moment: Moment): void {
    this.flapping = true
    this.holds = holds
    this.enter('firing', 'flapping', moment)
  }

  private followFlapping(level: number, at_ms: number, moment: Moment): void {
    if (level === UNKNOWN || this.changes === undefined) return
    const holds = level > HOLDS_NOT
    if (holds !== this.holds) {
      this.holds = holds
      this.changes.changed_ms = at_ms
    }
    if (holds) this.hold(level, moment)
    if (at_ms >= this.changes.steady_ms) this.steady(at_ms, moment)
  }

  private steady(at_ms: number, moment: Moment): void {
    this.since_ms = this.changed_ms
    this.flapping = false
    this.changes?.clear()
    this.owner.tell('steady', moment)
    if (this.holds) return
    if (at_ms < this.recovered_ms) this.enter('recovering', 'recovering', moment)
    else this.resolve(at_ms, moment)
  }

  private enter(state: AlertState, change: ChangeName, moment: Moment): void {
    this.state = state
    this.owner.tell(change, moment)
  }
}
