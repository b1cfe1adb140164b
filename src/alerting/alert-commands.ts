import { invalid } from '../domain/errors'
import type { AlertAnswer, AlertCommand, IncidentFilter, RuleState } from './alert-command'
import type { IncidentBook } from './incidents/incident-book'
import type { Notifier } from './notifying/notifier'
import type { Rule } from './rules/rule'
import type { RulesInForce } from './rules-in-force'
import type { Router } from './watching/router'

/** Where nobody says how many. */
const SHORT_HISTORY = 100

export interface AlertCommandsParts {
  readonly rules: RulesInForce
  readonly router: Router
  readonly book: IncidentBook
  readonly notifier: Notifier
  /** The rules in force are others now. */
  readonly onRules: () => void
}

/** What a flow may ask of the alerts. */
export class AlertCommands {
  constructor(private readonly parts: AlertCommandsParts) {}

  /** @throws MonitorError `INPUT_INVALID` naming the field, the value and what is allowed */
  run(command: AlertCommand): AlertAnswer {
    const { book, notifier, rules } = this.parts
    switch (command.command) {
      case 'acknowledge':
        return { incidents: book.acknowledge(filterOf(command), command.by) }
      case 'unacknowledge':
        return { incidents: book.unacknowledge(filterOf(command)) }
      case 'silence':
        return { silences: [notifier.silence(filterOf(command), command)] }
      case 'unsilence':
        return { silences: notifier.unsilence(command.silence_id) }
      case 'enable':
      case 'disable':
        rules.switch(command.rule_id, command.command === 'enable')
        return this.withRules()
      case 'set_rules':
        rules.send(command.rules)
        return this.withRules()
      case 'test':
        notifier.test(command.rule_id === undefined ? undefined : this.ruleNamed(command.rule_id))
        return {}
      case 'list':
        return { incidents: book.open(filterOf(command)), silences: notifier.silences(), rules: this.states() }
      case 'history':
        return { incidents: book.history(command.limit ?? SHORT_HISTORY, filterOf(command)) }
    }
  }

  private withRules(): AlertAnswer {
    this.parts.onRules()
    return { rules: this.states() }
  }

  private ruleNamed(rule_id: string): Rule {
    const rule = this.parts.router.rule(rule_id)?.rule
    if (rule === undefined) throw invalid('INPUT_INVALID', 'rule_id', rule_id, 'the id of a rule')
    return rule
  }

  private states(): RuleState[] {
    return this.parts.rules.all().map(({ id, name, enabled }) => {
      const watched = this.parts.router.rule(id)
      const states = Array.from(watched?.watches ?? [], (watch) => watch.phase)
      return {
        rule_id: id,
        name,
        enabled,
        watched: watched?.group?.members.size ?? states.length,
        pending: states.filter(({ state }) => state === 'pending').length,
        firing: states.filter(({ isOpen }) => isOpen).length,
      }
    })
  }
}

function filterOf(command: IncidentFilter): IncidentFilter {
  const { incident_id, rule_id, device, severity, labels } = command
  return {
    ...(incident_id !== undefined && { incident_id }),
    ...(rule_id !== undefined && { rule_id }),
    ...(device !== undefined && { device }),
    ...(severity !== undefined && { severity }),
    ...(labels !== undefined && { labels }),
  }
}
