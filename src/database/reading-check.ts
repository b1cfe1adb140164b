import Ajv, { type ErrorObject } from 'ajv'
import { invalid, type MonitorError } from '../domain/errors'
import { READING_SCHEMA, type Reading } from '../domain/reading'

const validate = new Ajv({ allowUnionTypes: true }).compile<Reading>(READING_SCHEMA)

/** @throws MonitorError `INPUT_INVALID` naming the field, its value and what is allowed */
export function checkReading(given: unknown, name = 'reading'): asserts given is Reading {
  if (validate(given)) return
  const error = validate.errors?.[0]
  throw error ? refusal(error, given, name) : invalid('INPUT_INVALID', name, given, 'a reading')
}

function refusal(error: ErrorObject, given: unknown, name: string): MonitorError {
  const key = error.instancePath.slice(1)
  const field = key === '' ? name : `${name}.${key}`
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required':
      return invalid('INPUT_INVALID', `${name}.${String(params.missingProperty)}`, undefined, 'a value')
    case 'additionalProperties':
      return invalid('INPUT_INVALID', name, params.additionalProperty, 'only the keys of a reading')
    default:
      return invalid('INPUT_INVALID', field, valueAt(given, key), range(error, params))
  }
}

function range(error: ErrorObject, params: Record<string, unknown>): string {
  switch (error.keyword) {
    case 'type':
      return params.type === 'number' ? 'a finite number' : `a value of type ${String(params.type)}`
    case 'enum':
      return `one of ${(params.allowedValues as readonly string[]).join(', ')}`
    case 'minimum':
    case 'maximum':
      return `${String(params.comparison)} ${String(params.limit)}`
    case 'minLength':
    case 'maxLength':
      return `${error.keyword === 'minLength' ? 'at least' : 'at most'} ${String(params.limit)} characters`
    default:
      return 'text without control characters'
  }
}

function valueAt(given: unknown, key: string): unknown {
  if (key === '' || typeof given !== 'object' || given === null) return given
  return Object.hasOwn(given, key) ? (given as Record<string, unknown>)[key] : undefined
}
