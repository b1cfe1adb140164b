import type { Occurrence } from './occurrence'
import { fingerprintOf } from './open-incidents'
import type { Watched } from './watched'

/** What is raised, on whatever rule and subject: one at a time. */
export class Occurrences {
  private readonly byFingerprint = new Map<string, Occurrence>()
  /** So that a sample needs no fingerprint. */
  private readonly byWatch = new Map<Watched, Occurrence>()

  of(fingerprint: string): Occurrence | undefined {
    return this.byFingerprint.get(fingerprint)
  }

  /** What the watch tells of, be it of another watch or from before a restart. */
  followedBy(watch: Watched): Occurrence | undefined {
    const known = this.byWatch.get(watch)
    if (known) return known
    const occurrence = this.byFingerprint.get(fingerprintOf(watch.rule.id, watch.subject.id))
    if (!occurrence) return undefined
    if (occurrence.watch) this.byWatch.delete(occurrence.watch)
    occurrence.follow(watch)
    this.byWatch.set(watch, occurrence)
    return occurrence
  }

  ofRule(rule_id: string): Occurrence[] {
    return [...this.byFingerprint.values()].filter(({ rule }) => rule.rule_id === rule_id)
  }

  ruleIds(): ReadonlySet<string> {
    return new Set(Array.from(this.byFingerprint.values(), ({ rule }) => rule.rule_id))
  }

  /** @returns whether there was none of the same rule and subject */
  add(occurrence: Occurrence): boolean {
    const fingerprint = fingerprintOf(occurrence.rule.rule_id, occurrence.device_id)
    if (this.byFingerprint.has(fingerprint)) return false
    this.byFingerprint.set(fingerprint, occurrence)
    if (occurrence.watch) this.byWatch.set(occurrence.watch, occurrence)
    return true
  }

  delete({ rule, device_id, watch }: Occurrence): void {
    this.byFingerprint.delete(fingerprintOf(rule.rule_id, device_id))
    if (watch) this.byWatch.delete(watch)
  }
}
