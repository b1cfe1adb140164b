import type { KnownSubject } from './known-subject'
import { type Identity } from './known-subject'

/** Anybody can send any topic: what nobody minds gives way beyond this. */
export const MOST_SUBJECTS = 20_000
/** So many go at once, so that room is not made for each that comes. */
const GOING = MOST_SUBJECTS / 20

/** All that is known, by id and by the other names that it goes by. */
export class Subjects {
  private readonly by_id = new Map<string, KnownSubject>()
  /** By alias, host and strip, without regard to case. */
  private readonly by_name = new Map<string, Set<KnownSubject>>()

  get size(): number {
    return this.by_id.size
  }

  get isFull(): boolean {
    return this.by_id.size >= MOST_SUBJECTS
  }

  get(id: string): KnownSubject | undefined {
    return this.by_id.get(id)
  }

  all(): IterableIterator<KnownSubject> {
    return this.by_id.values()
  }

  /** All that go by this alias, host or strip. */
  named(name: string): Iterable<KnownSubject> {
    return this.by_name.get(name.toLowerCase()) ?? []
  }

  /** The one that a rule means by a name. */
  meant(name: string): KnownSubject | undefined {
    const known = this.by_id.get(name)
    if (known !== undefined) return known
    for (const subject of this.named(name)) return subject
    return undefined
  }

  /** Those that were only expected, under one of the names that this one turns out to have. */
  expectedAs(identity: Identity): KnownSubject[] {
    const found = new Set<KnownSubject>()
    for (const name of namesOf(identity)) {
      for (const subject of this.named(name)) if (subject.is_expected) found.add(subject)
    }
    return [...found]
  }

  add(subject: KnownSubject): void {
    this.by_id.set(subject.id, subject)
    this.index(subject)
  }

  identify(subject: KnownSubject, identity: Identity): void {
    this.unindex(subject)
    subject.identify(identity)
    this.index(subject)
  }

  remove(subject: KnownSubject): void {
    this.by_id.delete(subject.id)
    this.unindex(subject)
  }

  /** Those that go first: what no rule minds, then what has been silent for longest and has nothing open. */
  leastNeeded(): KnownSubject[] {
    const dispensable = [...this.by_id.values()].filter(isDispensable)
    const idle = (subject: KnownSubject) => (subject.watches.length + subject.groups.length === 0 ? 0 : 1)
    dispensable.sort((one, other) => idle(one) - idle(other) || one.heard_ms - other.heard_ms)
    return dispensable.slice(0, GOING)
  }

  private index(subject: KnownSubject): void {
    for (const name of namesOf(subject)) {
      const named = this.by_name.get(name)
      if (named === undefined) this.by_name.set(name, new Set([subject]))
      else named.add(subject)
    }
  }

  private unindex(subject: KnownSubject): void {
    for (const name of namesOf(subject)) {
      const named = this.by_name.get(name)
      if (named?.delete(subject) && named.size === 0) this.by_name.delete(name)
    }
  }
}

function namesOf({ id, alias, host, parent_id }: Identity): Set<string> {
  const names = [id, alias, host, parent_id].filter((name) => name !== undefined && name !== '')
  return new Set(names.map((name) => (name as string).toLowerCase()))
}

/** Whom a rule names, or a condition of another subject, is not. */
function isDispensable(subject: KnownSubject): boolean {
  if (subject.is_named_only) return false
  return subject.watches.every((watch) => watch.subject === subject && watch.state === 'normal')
}
