import Ajv, { type ErrorObject } from 'ajv'
import { parseInstant } from '../../database/time-range'
import { invalid, MonitorError } from '../../domain/errors'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import type { AlertCommand } from '../alert-command'
import type { Groups } from '../rules/groups'
import { parseRules } from '../rules/parse-rules'
import type { RuleTariff } from '../rules/priced'
import { refuseBy } from '../rules/schema-error'
import { COMMAND_SCHEMAS, UNTIL_IN_WORDS } from './command-schemas'

type Given = Readonly<Record<string, unknown>> & { readonly labels?: object }

const ajv = new Ajv({ ownProperties: true, verbose: true, allowUnionTypes: true })
const CHECKS = new Map(Object.entries(COMMAND_SCHEMAS).map(([name, schema]) => [name, ajv.compile<Given>(schema)]))

/**
 * A checked command from what a message holds. `until` may be ms since the epoch or ISO text with its zone; rules may
 * stand alone, as a list. What was given stays as it was.
 * @param given nothing, where the command needs nothing
 * @param groups of the node, which rules may name
 * @param tariff of the node, which rules may go by
 * @throws MonitorError `INPUT_INVALID` naming the field, the value and what is allowed
 */
export function parseAlertCommand(command: string, given: unknown, groups?: Groups, tariff?: RuleTariff): AlertCommand {
  try {
    return parse(command, given, groups, tariff)
  } catch (thrown) {
    if (!(thrown instanceof MonitorError) || thrown.code !== 'CONFIG_INVALID') throw thrown
    // Rules are configuration, unless a message brings them.
    const { field = command, value, range = '' } = thrown.details
    throw invalid('INPUT_INVALID', field, value, range)
  }
}

function parse(
  command: string,
  given: unknown,
  groups: Groups | undefined,
  tariff: RuleTariff | undefined,
): AlertCommand {
  const isValid = CHECKS.get(command)
  if (!isValid) throw invalid('INPUT_INVALID', 'command', command, `one of ${[...CHECKS.keys()].join(', ')}`)
  const fields = fieldsOf(command, given)
  if (!isValid(fields)) refuseBy(isValid.errors?.[0] as ErrorObject, command)
  return { ...fields, command, ...madeOf(fields, groups, tariff) } as AlertCommand
}

/** An inject node sends blank text where nothing is set. */
function fieldsOf(command: string, given: unknown): unknown {
  if (given === undefined || given === null || given === '') return {}
  return command === 'set_rules' && Array.isArray(given) ? { rules: given as unknown[] } : given
}

/** Fields that are something else in a command than in a message. */
function madeOf(
  { until, for_s, rules, labels }: Given,
  groups: Groups | undefined,
  tariff: RuleTariff | undefined,
): object {
  if (until !== undefined && for_s !== undefined) {
    throw invalid('INPUT_INVALID', 'silence.until', until, 'nothing beside for_s')
  }
  return {
    ...(rules !== undefined && { rules: parseRules(rules, 'rules', groups, tariff) }),
    ...(until !== undefined && { until: momentOf(until) }),
    ...(labels !== undefined && { labels: { ...labels } }),
  }
}

function momentOf(until: unknown): number {
  const { minimum, maximum } = TIMESTAMP_RANGE
  const timestamp = parseInstant(until)
  if (timestamp !== undefined && timestamp >= minimum && timestamp <= maximum) return timestamp
  throw invalid('INPUT_INVALID', 'silence.until', until, UNTIL_IN_WORDS)
}
