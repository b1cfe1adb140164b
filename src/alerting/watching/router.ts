import type { EndReason } from '../incidents/incident'
import type { Groups } from '../rules/groups'
import type { Rule } from '../rules/rule'
import type { CurrentMoment } from './current-moment'
import { type Identity, KnownSubject } from './known-subject'
import { Subjects } from './subjects'
import type { Watch } from './watch'
import { WatchedRule } from './watched-rule'
import { Watches, type WatchesParts } from './watches'

export interface RouterParts extends Omit<WatchesParts, 'subjectNamed'> {
  readonly groups: Groups
  readonly moment: CurrentMoment
  /** There is no room for another subject. */
  readonly full: () => void
}

/** Which rules watch which subjects. Each subject is matched with the rules once, when it comes or is given another name. */
export class Router {
  readonly subjects = new Subjects()
  readonly watches: Watches
  private readonly rules = new Map<string, WatchedRule>()

  constructor(private readonly parts: RouterParts) {
    const subjectNamed = (name: string) => this.subjects.meant(name) ?? this.expect(name)
    this.watches = new Watches({ ...parts, subjectNamed }, parts.moment)
  }

  rule(rule_id: string): WatchedRule | undefined {
    return this.rules.get(rule_id)
  }

  all(): IterableIterator<WatchedRule> {
    return this.rules.values()
  }

  /** The one that goes by just these names; undefined where it does not yet. */
  known(id: string, alias: string, host?: string, parent_id?: string): KnownSubject | undefined {
    const subject = this.subjects.get(id)
    return subject?.goesBy(alias, host, parent_id) ? subject : undefined
  }

  /** The one that says so of itself; undefined where there is no room for it. */
  identify(identity: Identity): KnownSubject | undefined {
    const subject = this.subjects.get(identity.id)
    if (subject === undefined || subject.is_expected) return this.introduce(identity, false)
    this.rename(subject, identity)
    return subject
  }

  /** Those that are meant where no device is named: all at the host, or the host itself. */
  subjectsAt(alias: string, host: string): readonly KnownSubject[] {
    const found = new Set([...this.subjects.named(host), ...this.subjects.named(alias)])
    if (found.size > 0) return [...found]
    const subject = this.introduce({ id: host, alias, host }, true)
    return subject === undefined ? [] : [subject]
  }

  /** @param heard_ms by the monotonic clock; absent: now */
  introduce(identity: Identity, is_expected: boolean, heard_ms?: number): KnownSubject | undefined {
    const { now_ms } = this.parts.moment.now()
    if (this.subjects.isFull && !this.makeRoom()) return undefined
    const subject = new KnownSubject(identity, is_expected, heard_ms ?? now_ms)
    const waiting = is_expected ? [] : this.replaceExpected(identity)
    this.subjects.add(subject)
    for (const watched of this.rules.values()) this.connect(watched, subject)
    for (const watch of waiting) this.remake(watch)
    return subject
  }

  /** It is there no longer. What is open on it ends. */
  remove(subject: KnownSubject, reason: EndReason): void {
    const { moment } = this.parts
    moment.now()
    for (const watch of ownWatches(subject)) watch.end(reason, moment)
    for (const watch of this.detach(subject)) this.remake(watch)
  }

  /** In place of the one with its id. What is open goes on where it still means the subject. */
  setRule(rule: Rule): void {
    const before = this.rules.get(rule.id)
    if (before?.isSame(rule)) return
    if (!rule.enabled) this.dropRule(rule.id, 'rule_disabled')
    const watched = new WatchedRule(rule, this.parts.groups)
    this.rules.set(rule.id, watched)
    if (!rule.enabled) return
    this.parts.moment.now()
    const previous = new Map(Array.from(before?.watches ?? [], (watch) => [watch.subject.id, watch]))
    if (rule.together !== 'each') this.watches.createGroup(watched, before?.group, takeFrom(previous, rule.id))
    for (const name of watched.names) if (this.subjects.meant(name) === undefined) this.expect(name)
    for (const subject of this.subjects.all()) this.connect(watched, subject, previous)
    if (watched.group !== undefined) this.watches.expectMembers(watched.group)
    for (const watch of previous.values()) watch.end('rule_removed', this.parts.moment)
    if (before !== undefined) this.watches.dropAll(before)
  }

  dropRule(rule_id: string, reason: EndReason): void {
    const watched = this.rules.get(rule_id)
    if (watched === undefined) return
    this.rules.delete(rule_id)
    this.parts.listener.endRule(rule_id, reason)
    this.watches.dropAll(watched)
  }

  /** Rules that are not among these are removed; those that are still the same go on as they were. */
  setRules(rules: readonly Rule[]): void {
    const kept = new Set(rules.map(({ id }) => id))
    for (const rule_id of [...this.rules.keys()]) if (!kept.has(rule_id)) this.dropRule(rule_id, 'rule_removed')
    for (const rule of rules) this.setRule(rule)
    for (const subject of [...this.subjects.all()]) {
      if (subject.is_named_only && !subject.isWatched) this.subjects.remove(subject)
    }
  }

  private connect(watched: WatchedRule, subject: KnownSubject, previous?: Map<string, Watch>): void {
    if (!watched.means(subject)) return
    if (watched.group !== undefined) this.watches.join(watched.group, subject)
    else this.watches.create(watched, subject, previous && takeFrom(previous, subject.id))
  }

  /** Nobody has heard of it yet. */
  private expect(name: string): KnownSubject {
    const subject = new KnownSubject({ id: name, alias: name }, true, this.parts.moment.now_ms)
    this.subjects.add(subject)
    return subject
  }

  private rename(subject: KnownSubject, identity: Identity): void {
    const { moment } = this.parts
    moment.now()
    const waiting = this.replaceExpected(identity)
    this.subjects.identify(subject, identity)
    const own = new Map(ownWatches(subject).map((watch) => [watch.rule.id, watch]))
    for (const watched of this.rules.values()) {
      const { group } = watched
      const watch = own.get(watched.rule.id)
      const isWatched = watch !== undefined || group?.members.has(subject) === true
      if (watched.means(subject) === isWatched) continue
      if (!isWatched) this.connect(watched, subject)
      else if (group !== undefined) this.watches.leave(group, subject)
      watch?.end('rule_removed', moment)
      if (watch !== undefined) this.watches.drop(watched, watch)
    }
    for (const watch of waiting) this.remake(watch)
  }

  /** Those that turn out to be this one have come. @returns the watches of others that name them */
  private replaceExpected(identity: Identity): Watch[] {
    return this.subjects.expectedAs(identity).flatMap((expected) => {
      for (const watch of ownWatches(expected)) watch.finish(this.parts.moment)
      return this.detach(expected)
    })
  }

  /** @returns the watches of others that name it */
  private detach(subject: KnownSubject): Watch[] {
    for (const watch of ownWatches(subject)) this.watches.drop(this.watchedRule(watch), watch)
    for (const group of [...subject.groups]) this.watches.leave(group, subject)
    this.subjects.remove(subject)
    return [...subject.watches]
  }

  /** The same rule on the same subject, with another device by one of its names. */
  private remake(watch: Watch): void {
    const watched = this.watchedRule(watch)
    const { group } = watched
    if (group === undefined) this.watches.create(watched, watch.subject as KnownSubject, watch)
    else {
      const next = this.watches.createGroup(watched, group, watch)
      for (const member of group.members) this.watches.join(next, member)
      this.watches.expectMembers(next)
      this.watches.dropGroup(group)
    }
    this.watches.drop(watched, watch)
  }

  private makeRoom(): boolean {
    const going = this.subjects.leastNeeded()
    for (const subject of going) this.detach(subject)
    if (going.length === 0) this.parts.full()
    return going.length > 0
  }

  private watchedRule(watch: Watch): WatchedRule {
    return this.rules.get(watch.rule.id) as WatchedRule
  }
}

function ownWatches(subject: KnownSubject): Watch[] {
  return subject.watches.filter((watch) => watch.subject === subject)
}

function takeFrom(watches: Map<string, Watch>, subject_id: string): Watch | undefined {
  const watch = watches.get(subject_id)
  watches.delete(subject_id)
  return watch
}
