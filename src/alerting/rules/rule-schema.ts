import { CONDITION_FIELDS } from './condition-fields'
import { fieldsSchema } from './field-schema'
import type { Fields, TextField } from './fields'
import { MOST_JOINED, RULE_FIELDS } from './rule'

/** Where the value of a condition is not the rule's own device's: the id or the alias of another one. */
export const CONDITION_DEVICE = { type: 'text', maximum_length: 128, optional: true } as const satisfies TextField

const JOINED_KINDS = ['all', 'any'] as const
export const CONDITION_KINDS: readonly string[] = [...Object.keys(CONDITION_FIELDS), ...JOINED_KINDS]

const condition = {
  $ref: '#/$defs/condition',
  description: 'an object with the kind of the condition and what that needs',
}

function simpleCondition([kind, fields]: [string, Fields]): object {
  const { properties, required } = fieldsSchema({ ...fields, device: CONDITION_DEVICE })
  return conditionSchema({ kind: { const: kind }, ...properties }, required)
}

function conditionSchema(properties: object, required: readonly string[]): object {
  return { type: 'object', properties, required: ['kind', ...required], additionalProperties: false }
}

const joinedCondition = conditionSchema(
  {
    kind: { enum: JOINED_KINDS },
    conditions: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_JOINED,
      items: condition,
      description: `a list of 1 to ${MOST_JOINED} conditions`,
    },
  },
  ['conditions'],
)

const { properties, required } = fieldsSchema(RULE_FIELDS)

/**
 * JSON Schema of one rule as it is written, before defaults are filled in: made from the tables of its fields. It is for a
 * validator that knows `discriminator`, which is of OpenAPI: so an error is one of the kind that was meant.
 */
export const RULE_SCHEMA = {
  $id: 'alert-rule',
  type: 'object',
  properties: { ...properties, condition },
  // A rule without an id gets one.
  required: [...required.filter((key) => key !== 'id'), 'condition'],
  additionalProperties: false,
  $defs: {
    condition: {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      required: ['kind'],
      description: condition.description,
      oneOf: [...Object.entries<Fields>(CONDITION_FIELDS).map(simpleCondition), joinedCondition],
    },
  },
} as const
