import { invalid } from '../domain/errors'
import { MOST_RULES, type Rule } from './rules/rule'

/** The rules of the dialog and those that were sent, each enabled or disabled by whoever said so last. */
export class RulesInForce {
  private sent: readonly Rule[] = []
  private readonly switched = new Map<string, boolean>()

  constructor(private readonly written: readonly Rule[]) {}

  all(): readonly Rule[] {
    const ids = new Set(this.written.map(({ id }) => id))
    return [...this.written, ...this.sent.filter(({ id }) => !ids.has(id))].map((rule) => this.asSwitched(rule))
  }

  /**
   * In place of those that were sent before.
   * @throws MonitorError `INPUT_INVALID` where the dialog has a rule with the same id, or where they are too many
   */
  send(rules: readonly Rule[]): void {
    const ids = new Set(this.written.map(({ id }) => id))
    const taken = rules.findIndex(({ id }) => ids.has(id))
    if (taken >= 0) {
      throw invalid('INPUT_INVALID', `rules[${taken}].id`, rules[taken]?.id, 'an id that no rule of the dialog has')
    }
    const most = MOST_RULES - this.written.length
    if (rules.length > most) throw invalid('INPUT_INVALID', 'rules', rules.length, `at most ${most} rules`)
    this.sent = rules
    this.forgetOld()
  }

  /** @throws MonitorError `INPUT_INVALID` where there is no such rule */
  switch(rule_id: string, enabled: boolean): void {
    if (!this.all().some(({ id }) => id === rule_id)) {
      throw invalid('INPUT_INVALID', 'rule_id', rule_id, 'the id of a rule')
    }
    this.switched.set(rule_id, enabled)
  }

  save(): { readonly rules: readonly Rule[]; readonly switched: (readonly [string, boolean])[] } {
    return { rules: this.sent, switched: [...this.switched] }
  }

  restore(sent: readonly Rule[], switched: readonly (readonly [string, boolean])[]): void {
    this.sent = sent
    for (const [rule_id, enabled] of switched) this.switched.set(rule_id, enabled)
    this.forgetOld()
  }

  private forgetOld(): void {
    const ids = new Set(this.all().map(({ id }) => id))
    for (const rule_id of this.switched.keys()) if (!ids.has(rule_id)) this.switched.delete(rule_id)
  }

  private asSwitched(rule: Rule): Rule {
    const enabled = this.switched.get(rule.id) ?? rule.enabled
    return enabled === rule.enabled ? rule : { ...rule, enabled }
  }
}
