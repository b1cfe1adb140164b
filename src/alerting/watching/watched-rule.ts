import { type DeviceMatcher, deviceMatcher, exactNames } from '../rules/device-patterns'
import type { Groups } from '../rules/groups'
import type { Rule } from '../rules/rule'
import type { KnownSubject } from './known-subject'
import type { Watch } from './watch'
import type { WatchedGroup } from './watched-group'

/** A rule with all that it watches. */
export class WatchedRule {
  /** Who has one of these names is expected to be there. */
  readonly names: readonly string[]
  readonly watches = new Set<Watch>()
  /** Where all subjects are watched as one. */
  group: WatchedGroup | undefined
  private readonly matches: DeviceMatcher
  private readonly folded: ReadonlySet<string>

  constructor(
    readonly rule: Rule,
    groups: Groups,
  ) {
    this.matches = deviceMatcher(rule.devices, groups)
    this.names = exactNames(rule.devices, groups)
    this.folded = new Set(this.names.map((name) => name.toLowerCase()))
  }

  /** Written the same, so that what it watches can stay as it is. */
  isSame(rule: Rule): boolean {
    return JSON.stringify(rule) === JSON.stringify(this.rule)
  }

  /** Who is expected because another rule has named it is nobody's business here. */
  means(subject: KnownSubject): boolean {
    if (!this.rule.enabled) return false
    if (subject.is_named_only) return this.folded.has(subject.id.toLowerCase())
    return this.matches(subject)
  }
}
