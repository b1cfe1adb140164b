import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv'
import { invalid, type MonitorError } from '../domain/errors'
import { READING_SCHEMA, type Reading } from '../domain/reading'
import { RECORDED_ENERGY_SCHEMA, type RecordedEnergy } from '../domain/recorded-energy'

const ajv = new Ajv({ allowUnionTypes: true })
export const isReading = ajv.compile<Reading>(READING_SCHEMA)
export const isRecordedEnergy = ajv.compile<RecordedEnergy>(RECORDED_ENERGY_SCHEMA)

/** @throws MonitorError `INPUT_INVALID` naming the field, its value and what is allowed */
export function checkReading(given: unknown, name = 'reading'): asserts given is Reading {
  if (!isReading(given)) throw refusalOf(isReading, given, name)
}

/** @throws MonitorError `INPUT_INVALID` naming the field, its value and what is allowed */
export function checkRecordedEnergy(given: unknown, name = 'record'): asserts given is RecordedEnergy {
  if (!isRecordedEnergy(given)) throw refusalOf(isRecordedEnergy, given, name)
}

function refusalOf({ errors }: ValidateFunction, given: unknown, name: string): MonitorError {
  const error = errors?.[0]
  return error ? refusal(error, given, name) : invalid('INPUT_INVALID', name, given, 'an object')
}

function refusal(error: ErrorObject, given: unknown, name: string): MonitorError {
  const key = error.instancePath.slice(1)
  const field = key === '' ? name : `${name}.${key}`
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required':
      return invalid('INPUT_INVALID', `${name}.${String(params.missingProperty)}`, undefined, 'a value')
    case 'additionalProperties':
      return invalid('INPUT_INVALID', name, params.additionalProperty, 'only the keys that it has')
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
