import type { Field, Fields, NumberField } from './fields'

/** Of a text that is a label, or a value that a condition compares with. */
const LONGEST_VALUE = 256
const LABEL_NAME = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'
const LARGEST = 1e12

/** JSON Schema of one field; its `description` says in words what is allowed, for the dialog and for errors. */
export function fieldSchema(field: Field): Readonly<Record<string, unknown>> {
  return { ...shapeOf(field), description: inWords(field), ...('default' in field && { default: field.default }) }
}

function shapeOf(field: Field): object {
  switch (field.type) {
    case 'number':
      return { type: field.whole ? 'integer' : 'number', minimum: field.minimum, maximum: field.maximum }
    case 'boolean':
      return { type: 'boolean' }
    case 'text':
      return {
        type: 'string',
        maxLength: field.maximum_length,
        ...(field.pattern && { pattern: field.pattern.expression }),
      }
    case 'choice':
      return { type: 'string', enum: field.values }
    case 'list':
      return {
        type: 'array',
        minItems: field.minimum_length ?? 0,
        maxItems: field.maximum_length,
        items: { ...(field.item.type === 'text' && { minLength: 1 }), ...fieldSchema(field.item) },
      }
    case 'labels':
      return {
        type: 'object',
        patternProperties: { [LABEL_NAME]: { type: 'string', maxLength: LONGEST_VALUE, description: LABEL_IN_WORDS } },
        additionalProperties: false,
        maxProperties: field.maximum_length,
      }
    case 'value':
      return { type: ['number', 'boolean', 'string'], maxLength: LONGEST_VALUE }
  }
}

const LABEL_IN_WORDS = `text of at most ${LONGEST_VALUE} characters`

/** What a field allows: `a number from 0 to 604800 s`. */
export function inWords(field: Field): string {
  switch (field.type) {
    case 'number':
      return numberInWords(field)
    case 'boolean':
      return 'true or false'
    case 'text':
      return `${field.pattern?.means ?? 'text'}, at most ${field.maximum_length} characters`
    case 'choice':
      return `one of ${field.values.join(', ')}`
    case 'list':
      return `a list of ${field.minimum_length ?? 0} to ${field.maximum_length}, each ${inWords(field.item)}`
    case 'labels':
      return `at most ${field.maximum_length} names of letters, digits, _ and - with texts`
    case 'value':
      return `a number, true or false, or ${LABEL_IN_WORDS}`
  }
}

function numberInWords({ whole, minimum, maximum, unit }: NumberField): string {
  const kind = whole ? 'a whole number' : 'a number'
  const range = minimum === -LARGEST && maximum === LARGEST ? '' : ` from ${minimum} to ${maximum}`
  return `${kind}${range}${unit ? ` ${unit}` : ''}`
}

/** JSON Schema of an object with these fields and no others. Those that are neither optional nor have a default are required. */
export function fieldsSchema(fields: Fields): {
  readonly properties: Readonly<Record<string, object>>
  readonly required: readonly string[]
} {
  const properties = Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])
  const required = Object.entries(fields).filter(([, field]) => !('default' in field) && !('optional' in field))
  return { properties: Object.fromEntries(properties), required: required.map(([key]) => key) }
}
