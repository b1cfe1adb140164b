import Ajv from 'ajv'
import type { Groups } from './groups'
import { checkJoined } from './joined'
import { priced, type RuleTariff } from './priced'
import { refuse } from './refuse'
import { MOST_RULES, type Rule } from './rule'
import { checkRule } from './rule-check'
import { ruleOf } from './rule-contents'
import { idsOf } from './rule-ids'
import { refuseBy } from './schema-error'
import { RULE_SCHEMA } from './rule-schema'

const ajv = new Ajv({ discriminator: true, ownProperties: true, verbose: true, allowUnionTypes: true })
const isWritten = ajv.compile<WrittenRule>(RULE_SCHEMA)

/** As the schema has it: without what is left to defaults. */
type WrittenRule = Readonly<Record<string, unknown>> & { readonly id?: string; readonly name?: string }

/**
 * The rules that a person or a flow has written, with every default filled in; what was given stays as it was.
 * @param where what an error calls the list
 * @param groups of the node; where they are given, every `@name` has to be one of them
 * @param tariff of the node: what costs without a price of its own go by
 * @throws MonitorError `CONFIG_INVALID` naming the path such as `rules[3].condition.value`, the value and what is allowed
 */
export function parseRules(given: unknown, where = 'rules', groups?: Groups, tariff?: RuleTariff): Rule[] {
  if (!Array.isArray(given) || given.length > MOST_RULES) {
    refuse(where, given, `a list of at most ${MOST_RULES} rules`)
  }
  const written = Array.from<unknown, WrittenRule>(given, (rule, index) => checkWritten(rule, `${where}[${index}]`))
  const ids = idsOf(written, where)
  return written.map((each, index) => {
    const rule = ruleOf(each, ids[index] ?? '')
    checkRule(rule, `${where}[${index}]`, groups)
    return { ...rule, condition: priced(rule.condition, `${where}[${index}].condition`, tariff) }
  })
}

function checkWritten(given: unknown, at: string): WrittenRule {
  // Before ajv, which would follow what is nested without end until its stack is used up.
  checkJoined(given, `${at}.condition`)
  if (isWritten(given)) return given
  const error = isWritten.errors?.[0]
  return error ? refuseBy(error, at) : refuse(at, given, 'a rule')
}
