import type { Calendar } from '../../domain/calendar'
import type { Clock } from '../../domain/clock'
import { type DurationCounts, Histogram } from '../../domain/histogram'
import { Pricing } from '../../domain/tariffs/pricing'
import type { Tariff } from '../../domain/tariffs/tariff'
import { createCondition } from '../conditions/create-condition'
import type { Rule } from '../rules/rule'
import type { CurrentMoment } from './current-moment'
import { DueList } from './due-list'
import { GroupSubject } from './group-subject'
import type { KnownSubject } from './known-subject'
import { Watch } from './watch'
import type { WatchListener } from './watch-listener'
import { WatchedGroup } from './watched-group'
import type { WatchedRule } from './watched-rule'

/** What has failed is left alone for so long. */
const AFTER_FAULT_MS = 60_000

export interface WatchesParts {
  readonly clock: Clock
  readonly calendar: Calendar
  readonly tariff?: Tariff | undefined
  readonly listener: WatchListener
  /** Lets a watch go on where it was before a restart. */
  readonly resume: (watch: Watch, moment: CurrentMoment) => void
  readonly subjectNamed: (name: string) => KnownSubject
  /** A fault of ours in one rule, which the others do not suffer from. */
  readonly failed: (rule: Rule, thrown: unknown) => void
}

/** Makes watches, and asks each when something has come of its subjects, or when it is due. */
export class Watches {
  /** How many subjects are watched. */
  subjects = 0
  private readonly durations = new Histogram()
  private readonly due: DueList<Watch | WatchedGroup>
  private readonly pricing: Pricing | undefined
  private readonly moment: CurrentMoment
  /** With whom a watch is registered, where that is not its own subject alone. */
  private readonly registered = new Map<Watch, readonly KnownSubject[]>()

  constructor(
    private readonly parts: WatchesParts,
    moment: CurrentMoment,
  ) {
    this.moment = moment
    this.pricing = parts.tariff && new Pricing(parts.tariff)
    this.due = new DueList(parts.clock, (item) => this.wake(item))
  }

  /** How long it took to ask all that watch something of which news has come. */
  get evaluations(): DurationCounts {
    return this.durations.snapshot()
  }

  start(): void {
    this.due.start()
  }

  stop(): void {
    this.due.stop()
  }

  /** Something has come of the subject: `moment` tells what. */
  take(subject: KnownSubject, moment: CurrentMoment): void {
    const { clock } = this.parts
    const begun_ms = clock.monotonic()
    // By index: this runs for every sample.
    for (let index = 0; index < subject.watches.length; index++) this.tell(subject.watches[index] as Watch, moment)
    for (let index = 0; index < subject.groups.length; index++) {
      const group = subject.groups[index] as WatchedGroup
      this.tell(group, moment)
      this.due.update(group.watch)
    }
    this.durations.add(clock.monotonic() - begun_ms)
  }

  /** @param previous whose incident it goes on with */
  create(watched: WatchedRule, subject: KnownSubject, previous?: Watch): Watch {
    const named = new Set([subject])
    const watch = this.make(watched, subject, named)
    if (named.size > 1) this.registered.set(watch, [...named])
    this.begin(watch, named, previous)
    return watch
  }

  createGroup(watched: WatchedRule, group?: WatchedGroup, previous?: Watch): WatchedGroup {
    const { rule } = watched
    const { together } = rule
    const named = new Set<KnownSubject>()
    const subject = new GroupSubject({ ...rule, together: together === 'each' ? 'sum' : together })
    if (group !== undefined) subject.restore(group.subject.save())
    const watch = this.make(watched, subject, named)
    this.registered.set(watch, [...named])
    watched.group = new WatchedGroup(subject, watch)
    this.begin(watch, named, previous)
    return watched.group
  }

  join(group: WatchedGroup, subject: KnownSubject): void {
    this.counted(subject, () => subject.groups.push(group))
    group.members.add(subject)
    if (subject.sampled_ms === -Infinity) return
    this.moment.from = subject
    this.tell(group, this.moment)
    this.moment.from = undefined
  }

  /** Of a group that goes on after a restart: a sum of some of its members is none. */
  expectMembers(group: WatchedGroup): void {
    for (const { id, sampled_ms, online } of group.members) {
      if (sampled_ms === -Infinity && online !== false) group.subject.expect(id, this.moment.now_ms)
    }
    this.due.update(group)
  }

  leave(group: WatchedGroup, subject: KnownSubject): void {
    if (!group.members.delete(subject)) return
    this.counted(subject, () => remove(subject.groups, group))
    if (!group.subject.forget(subject.id, this.moment)) return
    group.watch.wake(this.moment)
    this.due.update(group.watch)
  }

  /** What it is in has been dealt with. */
  drop(watched: WatchedRule, watch: Watch): void {
    watched.watches.delete(watch)
    for (const subject of this.subjectsOf(watch)) this.counted(subject, () => remove(subject.watches, watch))
    this.registered.delete(watch)
    this.due.remove(watch)
  }

  dropAll(watched: WatchedRule): void {
    for (const watch of watched.watches) this.drop(watched, watch)
    if (watched.group !== undefined) this.dropGroup(watched.group)
  }

  dropGroup(group: WatchedGroup): void {
    for (const subject of group.members) this.counted(subject, () => remove(subject.groups, group))
    this.due.remove(group)
  }

  private subjectsOf(watch: Watch): readonly KnownSubject[] {
    return this.registered.get(watch) ?? [watch.subject as KnownSubject]
  }

  private make(watched: WatchedRule, subject: KnownSubject | GroupSubject, named: Set<KnownSubject>): Watch {
    const { pricing } = this
    const { calendar, listener } = this.parts
    const { rule } = watched
    const subjectNamed = (name: string) => {
      const other = this.parts.subjectNamed(name)
      named.add(other)
      return other
    }
    const condition = createCondition(rule.condition, { subject, calendar, pricing, subjectNamed })
    const watch = new Watch({ rule, subject, condition, listener })
    watched.watches.add(watch)
    return watch
  }

  private begin(watch: Watch, subjects: Iterable<KnownSubject>, previous: Watch | undefined): void {
    const { moment } = this
    for (const subject of subjects) this.counted(subject, () => subject.watches.push(watch))
    if (previous !== undefined) watch.takeOver(previous, moment)
    else this.parts.resume(watch, moment)
    for (const subject of subjects) {
      if (subject.sampled_ms === -Infinity) continue
      moment.from = subject
      watch.condition.take(moment)
    }
    moment.from = undefined
    watch.start(moment)
    this.due.update(watch)
  }

  private counted(subject: KnownSubject, change: () => void): void {
    const before = Number(subject.isWatched)
    change()
    this.subjects += Number(subject.isWatched) - before
  }

  private wake(item: Watch | WatchedGroup): void {
    const moment = this.moment.now()
    try {
      item.wake(moment)
    } catch (thrown) {
      this.fail(item, thrown)
    }
    this.due.update(item)
    if (item instanceof WatchedGroup) this.due.update(item.watch)
  }

  private tell(item: Watch | WatchedGroup, moment: CurrentMoment): void {
    try {
      item.take(moment)
    } catch (thrown) {
      this.fail(item, thrown)
    }
    this.due.update(item)
  }

  private fail(item: Watch | WatchedGroup, thrown: unknown): void {
    const watch = item instanceof WatchedGroup ? item.watch : item
    watch.due_ms = this.moment.now_ms + AFTER_FAULT_MS
    this.parts.failed(watch.rule, thrown)
  }
}

function remove<Item>(items: Item[], item: Item): void {
  const index = items.indexOf(item)
  if (index >= 0) items.splice(index, 1)
}
