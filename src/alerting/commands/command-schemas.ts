import type { AlertCommandName } from '../alert-command'
import { fieldSchema } from '../rules/field-schema'
import { type Field, quantity } from '../rules/fields'
import { MOST_KEPT } from '../incidents/past-incidents'
import { RULE_FIELDS, SEVERITIES } from '../rules/rule'

export const UNTIL_IN_WORDS = 'ms since the epoch, or ISO text with its zone'

const text = (maximum_length: number): Field => ({ type: 'text', maximum_length })
// A filter is without the groups of a node: `@kitchen` would fit nothing.
const DEVICE = { expression: '^!?[^!@]', means: 'a device id or alias, * for any text, no @group' }

const rule_id = fieldSchema(RULE_FIELDS.id)
const FILTER = {
  incident_id: fieldSchema(text(1024)),
  rule_id,
  device: fieldSchema({ type: 'text', maximum_length: 128, pattern: DEVICE }),
  severity: fieldSchema({ type: 'choice', values: SEVERITIES }),
  labels: fieldSchema(RULE_FIELDS.labels),
}
const ACKNOWLEDGING = { ...FILTER, by: fieldSchema(text(128)) }
const SILENCING = {
  for_s: fieldSchema(quantity('s')),
  until: { type: ['number', 'string'], description: UNTIL_IN_WORDS },
  critical: fieldSchema({ type: 'boolean', default: false }),
  comment: fieldSchema(text(500)),
}
const limit = fieldSchema({ type: 'number', minimum: 1, maximum: MOST_KEPT, whole: true })
const rules = { description: 'a list of rules' }

/** JSON Schema of what a message holds beside the name of the command. */
export const COMMAND_SCHEMAS: Readonly<Record<AlertCommandName, object>> = {
  acknowledge: commandSchema(ACKNOWLEDGING),
  unacknowledge: commandSchema(ACKNOWLEDGING),
  silence: commandSchema({ ...FILTER, ...SILENCING }),
  unsilence: commandSchema({ silence_id: fieldSchema(text(64)) }),
  enable: commandSchema({ rule_id }, ['rule_id']),
  disable: commandSchema({ rule_id }, ['rule_id']),
  test: commandSchema({ rule_id }),
  list: commandSchema(FILTER),
  history: commandSchema({ ...FILTER, limit }),
  set_rules: commandSchema({ rules }, ['rules']),
}

function commandSchema(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  const keys = Object.keys(properties).join(', ')
  return { type: 'object', properties, required, additionalProperties: false, description: `an object with ${keys}` }
}
