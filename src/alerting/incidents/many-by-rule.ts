import { ManyAsOne, type ManyAsOneParts } from './many-as-one'

/** For each rule of which many are one incident, or may be in a moment. */
export class ManyByRule {
  private readonly rules = new Map<string, ManyAsOne>()
  private isRunning = false

  constructor(private readonly parts: Omit<ManyAsOneParts, 'rule_id'>) {}

  start(): void {
    this.isRunning = true
    for (const many of this.rules.values()) many.start()
  }

  stop(): void {
    this.isRunning = false
    for (const many of this.rules.values()) many.stop()
  }

  /** Those that are no longer needed are left out. */
  all(): ManyAsOne[] {
    for (const [rule_id, many] of this.rules) if (many.isIdle) this.rules.delete(rule_id)
    return [...this.rules.values()]
  }

  of(rule_id: string): ManyAsOne | undefined {
    return this.rules.get(rule_id)
  }

  /** Made where there is none. */
  needed(rule_id: string, many_from: number): ManyAsOne {
    let many = this.rules.get(rule_id)
    if (!many) {
      many = new ManyAsOne({ rule_id, ...this.parts })
      this.rules.set(rule_id, many)
      if (this.isRunning) many.start()
    }
    many.many_from = many_from
    return many
  }
}
