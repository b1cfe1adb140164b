import type { Home } from './home-alerts'

export const MOST_RULES_OF_HOME = 100
export const MOST_RULES = 2000

export interface RuleOfHome {
  readonly home: Home
  readonly rule_id: string
}

/** The rules of all pages, in the order in which they were heard of last. */
export class RecentRules {
  private readonly rules = new Map<string, RuleOfHome>()
  private readonly counts = new Map<Home, number>()

  hear(home: Home, rule_id: string): void {
    this.forget(home, rule_id)
    this.rules.set(keyOf(home, rule_id), { home, rule_id })
    this.counts.set(home, (this.counts.get(home) ?? 0) + 1)
  }

  forget(home: Home, rule_id: string): void {
    if (!this.rules.delete(keyOf(home, rule_id))) return
    const count = (this.counts.get(home) ?? 0) - 1
    if (count > 0) this.counts.set(home, count)
    else this.counts.delete(home)
  }

  /**
   * The one that has to leave where there are too many, on this page or in all: that which has been idle for longest, or
   * where none is idle the oldest.
   */
  surplus(home: Home, isOpen: (rule: RuleOfHome) => boolean): RuleOfHome | undefined {
    const isCrowded = (this.counts.get(home) ?? 0) > MOST_RULES_OF_HOME
    if (!isCrowded && this.rules.size <= MOST_RULES) return undefined
    let oldest: RuleOfHome | undefined
    for (const rule of this.rules.values()) {
      if (isCrowded && rule.home !== home) continue
      if (!isOpen(rule)) return rule
      oldest ??= rule
    }
    return oldest
  }
}

function keyOf(home: Home, rule_id: string): string {
  return `${rule_id}/${home ?? ''}`
}
