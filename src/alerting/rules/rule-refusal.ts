import type { ErrorObject } from 'ajv'
import { invalid, type MonitorError } from '../../domain/errors'
import { CONDITION_KINDS } from './rule-schema'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly description?: string
}

const PLAIN_KEY = /^\w{1,64}$/

/** What ajv has found, as an error that names the path, the value and what is allowed there. Ajv has to be verbose. */
export function refusalOf(error: ErrorObject, at: string): MonitorError {
  const path = at + pathOf(error.instancePath)
  const params = error.params as Readonly<Record<string, unknown>>
  const schema = (error.parentSchema ?? {}) as Schema
  switch (error.keyword) {
    case 'required':
      return missing(path, String(params.missingProperty), schema)
    case 'additionalProperties':
      return unknownKey(path, String(params.additionalProperty), error.data, schema)
    case 'discriminator':
      return invalid('CONFIG_INVALID', `${path}.kind`, params.tagValue, `one of ${CONDITION_KINDS.join(', ')}`)
    default:
      return invalid('CONFIG_INVALID', path, error.data, inWords(schema))
  }
}

function missing(path: string, key: string, schema: Schema): MonitorError {
  if (key === 'kind')
    return invalid('CONFIG_INVALID', `${path}.kind`, undefined, `one of ${CONDITION_KINDS.join(', ')}`)
  return invalid('CONFIG_INVALID', path + step(key), undefined, inWords(schema.properties?.[key] ?? {}))
}

function unknownKey(path: string, key: string, data: unknown, schema: Schema): MonitorError {
  const known = Object.keys(schema.properties ?? {})
  const range = known.length === 0 ? inWords(schema) : `only the keys ${known.join(', ')}`
  const value =
    typeof data === 'object' && data !== null ? Object.getOwnPropertyDescriptor(data, key)?.value : undefined
  return invalid('CONFIG_INVALID', path + step(key), value, range)
}

function inWords(schema: Schema): string {
  return schema.description ?? 'an object'
}

/** `/condition/conditions/0/value` as `.condition.conditions[0].value`. */
function pathOf(pointer: string): string {
  const keys = pointer.split('/').slice(1)
  return keys
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : step(key.replaceAll('~1', '/').replaceAll('~0', '~'))))
    .join('')
}

/** A key is foreign text: a strange one is quoted and cut. */
function step(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 64))}]`
}
