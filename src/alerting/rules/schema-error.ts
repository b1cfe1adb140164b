import type { ErrorObject } from 'ajv'
import { refuse } from './refuse'
import { CONDITION_KINDS } from './rule-schema'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly description?: string
}

const PLAIN_KEY = /^\w{1,64}$/

/** @throws MonitorError `CONFIG_INVALID`: what ajv, which has to be verbose, has found; with path, value and what is allowed */
export function refuseBy(error: ErrorObject, at: string): never {
  const path = at + pathOf(error.instancePath)
  const params = error.params as Readonly<Record<string, unknown>>
  const schema = (error.parentSchema ?? {}) as Schema
  switch (error.keyword) {
    case 'required':
      return missing(path, String(params.missingProperty), schema)
    case 'additionalProperties':
      return unknownKey(
        path,
        String(params.additionalProperty),
        error.data as Readonly<Record<string, unknown>>,
        schema,
      )
    case 'discriminator':
      refuse(`${path}.kind`, params.tagValue, `one of ${CONDITION_KINDS.join(', ')}`)
    default:
      refuse(path, error.data, inWords(schema))
  }
}

function missing(path: string, key: string, schema: Schema): never {
  if (key === 'kind') refuse(`${path}.kind`, undefined, `one of ${CONDITION_KINDS.join(', ')}`)
  refuse(path + step(key), undefined, inWords(schema.properties?.[key] ?? {}))
}

function unknownKey(path: string, key: string, data: Readonly<Record<string, unknown>>, schema: Schema): never {
  const known = Object.keys(schema.properties ?? {})
  const range = known.length === 0 ? inWords(schema) : `only the keys ${known.join(', ')}`
  refuse(path + step(key), data[key], range)
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
