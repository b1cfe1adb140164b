import type { Json } from '../conditions/condition'
import { savedField } from '../conditions/saved-fields'
import type { Rule } from '../rules/rule'
import { GroupEnergy } from './group-energy'
import type { Together } from './group-value'
import { GroupValues, type Shares } from './group-values'
import type { Moment, Subject, Values } from './subject'

/** Beyond what anybody measures; a sum of such values would have no room left for others. */
const LARGEST = 1e15
const NOTHING: Values = Object.freeze({})

interface Member {
  /** The newest sample that was taken. */
  values: Values | undefined
  heard_ms: number
  online: boolean | undefined
  readonly shares: Shares
}

export type GroupRule = Pick<Rule, 'id' | 'name' | 'no_data_after_s'> & { readonly together: Together }

/**
 * Several devices whose numbers are made one: their sum, mean, lowest or highest. True counts as 1 and false as 0, so
 * that a sum of `on` says how many are on, and a mean which part of them. A member that is offline, or has been silent
 * for `no_data_after_s`, counts no longer. `energy_kwh` of a sum is what its members have used since it is watched.
 */
export class GroupSubject implements Subject {
  readonly id: string
  readonly alias: string
  readonly model = undefined
  readonly host = undefined
  readonly parent_id = undefined
  sampled_ms = -Infinity
  timestamp = 0

  private readonly together: Together
  private readonly silent_after_ms: number
  private readonly groupValues: GroupValues
  private readonly energy = new GroupEnergy()
  private readonly members = new Map<string, Member>()
  /** Those that count, the one that has been silent for longest first. */
  private readonly counting = new Set<Member>()
  /** The ids of those that counted before a restart. */
  private counted: ReadonlySet<unknown> = new Set()
  /** Those of them that have not been heard of since, and for how long they are waited for. */
  private readonly awaited = new Set<string>()
  private awaited_until_ms = -Infinity
  private online_members = 0
  private offline_members = 0

  constructor(rule: GroupRule) {
    this.id = rule.id
    this.alias = rule.name === '' ? rule.id : rule.name
    this.together = rule.together
    this.silent_after_ms = rule.no_data_after_s * 1000
    this.groupValues = new GroupValues(rule.together)
  }

  /** Of all that are there: what some of them alone make up after a restart says nothing. */
  get values(): Values {
    return this.awaited.size > 0 ? NOTHING : this.groupValues.results
  }

  /** False where all members are offline. */
  get online(): boolean | undefined {
    if (this.online_members > 0) return true
    return this.offline_members > 0 && this.offline_members === this.members.size ? false : undefined
  }

  /** When to `wake` it, by the monotonic clock: when the next member will have been silent for too long. */
  get due_ms(): number {
    const awaited_ms = this.awaited.size > 0 ? this.awaited_until_ms : Infinity
    for (const member of this.counting) return Math.min(awaited_ms, member.heard_ms + this.silent_after_ms)
    return awaited_ms
  }

  /** Of a member that has not been heard of yet. Where it did count before a restart, the others wait for it. */
  expect(subject_id: string, now_ms: number): void {
    if (!this.counted.has(subject_id)) return
    this.awaited.add(subject_id)
    this.awaited_until_ms = now_ms + this.silent_after_ms
  }

  /** A sample or an event of the member `moment.from`. @returns whether that changes anything of the group */
  take(moment: Moment): boolean {
    const subject = moment.from as Subject
    const left = this.wake(moment)
    const member = this.memberFor(subject)
    const turned = this.turn(member, subject.online)
    if (subject.online === false) {
      const isComplete = this.completes(subject.id, moment)
      return this.leave(member, moment) || isComplete || turned || left
    }
    const isSample = moment.event === undefined && subject.sampled_ms > -Infinity
    if (!isSample || subject.values === member.values) return turned || left
    member.values = subject.values
    if (subject.values.quality === 'suspect') return turned || left
    this.awaited.delete(subject.id)
    this.count(member, subject, moment.now_ms)
    return true
  }

  /** Members that are silent for too long leave, or are waited for no longer. @returns whether there was one */
  wake(moment: Moment): boolean {
    let changed = this.awaited.size > 0 && this.awaited_until_ms <= moment.now_ms
    if (changed) this.complete(moment)
    for (const member of this.counting) {
      if (member.heard_ms + this.silent_after_ms > moment.now_ms) break
      changed = this.leave(member, moment) || changed
    }
    return changed
  }

  /** It is no member any longer. @returns whether that changes anything of the group */
  forget(subject_id: string, moment: Moment): boolean {
    const isComplete = this.completes(subject_id, moment)
    const member = this.members.get(subject_id)
    if (member === undefined) return isComplete
    this.members.delete(subject_id)
    const turned = this.turn(member, undefined)
    return this.leave(member, moment) || isComplete || turned
  }

  /** The counter of energy, so that what is used during a restart is counted, and who counts. */
  save(): Json {
    const counted = [...this.members].filter(([, member]) => this.counting.has(member)).map(([id]) => id)
    return { ...this.energy.save(), counted: [...counted, ...this.awaited] }
  }

  restore(saved: Json): void {
    const counted = savedField(saved, 'counted')
    if (Array.isArray(counted)) this.counted = new Set<unknown>(counted)
    this.energy.restore(saved)
  }

  /** Whether it was the last one that was waited for. */
  private completes(subject_id: string, moment: Moment): boolean {
    if (!this.awaited.delete(subject_id) || this.awaited.size > 0) return false
    this.complete(moment)
    return true
  }

  /** What the others have said counts from now on. */
  private complete({ now_ms, wall_ms }: Moment): void {
    this.awaited.clear()
    if (this.counting.size > 0) this.sampledAt(now_ms, wall_ms)
  }

  private memberFor({ id }: Subject): Member {
    let member = this.members.get(id)
    if (member === undefined) {
      member = { values: undefined, heard_ms: -Infinity, online: undefined, shares: new Map() }
      this.members.set(id, member)
    }
    return member
  }

  private turn(member: Member, online: boolean | undefined): boolean {
    if (member.online === online) return false
    const before = this.online
    if (member.online !== undefined) this.tally(member.online, -1)
    if (online !== undefined) this.tally(online, 1)
    member.online = online
    return this.online !== before
  }

  private tally(online: boolean, by: number): void {
    if (online) this.online_members += by
    else this.offline_members += by
  }

  private count(member: Member, subject: Subject, now_ms: number): void {
    member.heard_ms = now_ms
    this.counting.delete(member)
    this.counting.add(member)
    this.sampledAt(subject.sampled_ms, subject.timestamp)
    const { values } = subject
    for (const key of member.shares.keys()) {
      if (numberOf(values[key]) === undefined) this.groupValues.withdraw(member.shares, key)
    }
    for (const key in values) {
      const value = numberOf(values[key])
      if (value === undefined || key === 'timestamp') continue
      if (key === 'energy_kwh' && this.together === 'sum') this.countEnergy(subject.id, value)
      else this.groupValues.put(member.shares, key, value)
    }
  }

  private countEnergy(device_id: string, counter_kwh: number): void {
    this.energy.take(device_id, counter_kwh)
    this.groupValues.results.energy_kwh = this.energy.energy_kwh
  }

  /** What remains is a sample of this moment: it is known now that the others alone make it up. */
  private leave(member: Member, { now_ms, wall_ms }: Moment): boolean {
    if (!this.counting.delete(member)) return false
    for (const key of member.shares.keys()) this.groupValues.withdraw(member.shares, key)
    if (this.counting.size > 0) this.sampledAt(now_ms, wall_ms)
    return true
  }

  private sampledAt(sampled_ms: number, timestamp: number): void {
    if (sampled_ms < this.sampled_ms) return
    this.sampled_ms = sampled_ms
    this.timestamp = timestamp
  }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Math.abs(value) <= LARGEST ? value : undefined
}
