import type { KeptAlerts } from './alert-store'
import type { Json } from './conditions/condition'
import { fingerprintOf, type IncidentBook } from './incidents/incident-book'
import { MANY } from './incidents/incident'
import type { SavedAlerts, SavedSubject } from './saved-alerts'
import type { KnownSubject } from './watching/known-subject'
import type { Router } from './watching/router'
import { resumeWatch, type SavedWatch, saveWatch } from './watching/saved-watch'
import type { Moment } from './watching/subject'
import type { Watch } from './watching/watch'

const DAY_MS = 86_400_000
/** What has been silent for longer, and has nothing open, is not expected any more. */
const FORGOTTEN_AFTER_MS = 45 * DAY_MS

/** What the watches of the last run have left, for those of this one. */
export class Resumption {
  private readonly watches: Map<string, SavedWatch>
  private readonly asked: ReadonlyMap<string, string>
  /** When they were saved, by the monotonic clock of this run. */
  private readonly saved_ms: number

  constructor(
    private readonly kept: KeptAlerts,
    private readonly book: IncidentBook,
    { now_ms, wall_ms }: Moment,
  ) {
    const { watches, asked } = kept.saved
    // The wall clock alone knows for how long nothing ran; that it was set meanwhile, nobody can tell.
    this.saved_ms = now_ms - Math.min(Math.max(0, wall_ms - kept.saved_at), FORGOTTEN_AFTER_MS)
    this.watches = new Map(watches.map((watch) => [fingerprintOf(watch.rule_id, watch.device_id), watch]))
    this.asked = new Map(asked.map(([rule_id, condition]) => [rule_id, JSON.stringify(condition)]))
  }

  introduceSubjects(router: Router, now_ms: number): void {
    const open = new Set(this.fingerprintsOpen().map(([, device_id]) => device_id))
    for (const { is_expected, heard_at, ...identity } of this.kept.saved.subjects) {
      const heard_ms = this.saved_ms - Math.max(0, this.kept.saved_at - heard_at)
      if (now_ms - heard_ms >= FORGOTTEN_AFTER_MS && !open.has(identity.id)) continue
      router.introduce(identity, is_expected === true, heard_ms)
    }
  }

  resume(watch: Watch, { now_ms }: Moment): void {
    const { rule, subject } = watch
    const saved = this.watches.get(fingerprintOf(rule.id, subject.id))
    const raised = this.book.raisedOn(rule.id, subject.id)
    const isSame = this.asked.get(rule.id) === JSON.stringify(rule.condition)
    resumeWatch(watch, { saved, saved_ms: this.saved_ms, raised, isSame }, now_ms)
  }

  /** What is open and watched by nobody any more ends. */
  endOrphans(router: Router): void {
    for (const rule_id of this.book.ruleIds()) {
      const rule = router.rule(rule_id)?.rule
      if (rule === undefined) this.book.endRule(rule_id, 'rule_removed')
      else if (!rule.enabled) this.book.endRule(rule_id, 'rule_disabled')
    }
    const watched = new Set<string>()
    for (const { rule, watches } of router.all()) {
      for (const { subject } of watches) watched.add(fingerprintOf(rule.id, subject.id))
    }
    for (const [rule_id, device_id] of this.fingerprintsOpen()) {
      const fingerprint = fingerprintOf(rule_id, device_id)
      if (!watched.has(fingerprint)) this.book.end(fingerprint, 'rule_removed')
    }
  }

  private fingerprintsOpen(): (readonly [rule_id: string, device_id: string])[] {
    const saved = [...this.watches.values()].map(({ rule_id, device_id }) => [rule_id, device_id] as const)
    const open = this.book.open().flatMap(({ rule_id, device_id, members }) => {
      const ids = device_id === MANY ? Object.keys(members ?? {}) : [device_id]
      return ids.map((id) => [rule_id, id] as const)
    })
    return [...saved, ...open].filter(([rule_id, device_id]) => this.book.raisedOn(rule_id, device_id))
  }
}

/** What subjects and watches leave for the next run. */
export function saveWatching(router: Router, moment: Moment): Pick<SavedAlerts, 'asked' | 'subjects' | 'watches'> {
  const subjects = [...router.subjects.all()].filter((subject) => subject.isWatched && !subject.is_named_only)
  const rules = [...router.all()]
  const watches = rules.flatMap((watched) => Array.from(watched.watches, (watch) => saveWatch(watch, moment)))
  return {
    asked: rules.map(({ rule }) => [rule.id, rule.condition as unknown as Json]),
    subjects: subjects.map((subject) => saveSubject(subject, moment)),
    watches: watches.filter((watch) => watch !== undefined),
  }
}

function saveSubject(subject: KnownSubject, { now_ms, wall_ms }: Moment): SavedSubject {
  const { id, alias, model, host, parent_id, is_expected, heard_ms } = subject
  return {
    ...{ id, alias },
    ...(model !== undefined && { model }),
    ...(host !== undefined && { host }),
    ...(parent_id !== undefined && { parent_id }),
    ...(is_expected && { is_expected }),
    // To the day, so that a sample alone is no reason to write the file.
    heard_at: Math.round((wall_ms - now_ms + heard_ms) / DAY_MS) * DAY_MS,
  }
}
