import type { ErrorObject } from 'ajv/dist/2020'
import { invalid } from '../../domain/errors'
import type { Parameters, ParameterSchema } from './parameter'
import type { Route } from './route'
import { rangeOf, validatorsOf } from './validators'

const WHOLE = /^-?\d{1,15}$/
const NUMBER = /^-?\d{1,15}(\.\d{1,12})?$/

export type Values = Readonly<Record<string, unknown>>

/**
 * What a request gives, checked, with defaults; in the order of the route's table.
 * @param query as it stands in the URL, without the question mark
 * @throws MonitorError `INPUT_INVALID` naming the parameter
 */
export function valuesOf(route: Route, places: ReadonlyMap<string, string>, query: string): Values {
  const { parameters, validateParameters } = validatorsOf(route)
  const texts = new Map<string, string[]>([...places].map(([name, text]) => [name, [text]]))
  for (const [name, text] of new URLSearchParams(query)) {
    if (!Object.hasOwn(parameters, name) || parameters[name]?.in !== 'query') throw unknown(route, name)
    texts.set(name, [...(texts.get(name) ?? []), text])
  }
  const given = Object.entries(parameters).flatMap(([name, { schema }]) => {
    const found = texts.get(name)
    return found ? [[name, valueOf(name, schema, found)] as const] : []
  })
  const values: Values = Object.fromEntries(given)
  if (validateParameters(values)) return values
  throw mistake(parameters, validateParameters.errors?.[0])
}

function mistake(parameters: Parameters, error: ErrorObject | undefined): Error {
  const { missingProperty } = (error?.params ?? {}) as { readonly missingProperty?: string }
  const name = error?.instancePath.split('/')[1] ?? missingProperty ?? 'query'
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  const value = missingProperty === undefined ? error?.data : undefined
  return invalid('INPUT_INVALID', name, value, parameter ? rangeOf(parameter.schema) : 'what is described')
}

/** Its value is not repeated: somebody may have taken it for the place of a key. */
function unknown(route: Route, name: string): Error {
  const names = Object.entries(validatorsOf(route).parameters).flatMap(([each, { in: place }]) => {
    return place === 'query' ? [each] : []
  })
  const range = names.length === 0 ? 'no parameters' : `only the parameters ${names.join(', ')}`
  return invalid('INPUT_INVALID', 'query', name, range)
}

/** What is none of its type stays text, which the schema refuses. */
function valueOf(name: string, schema: ParameterSchema, texts: readonly string[]): unknown {
  if (schema.type === 'array') return texts.flatMap((text) => text.split(','))
  const [text = ''] = texts
  if (texts.length > 1) throw invalid('INPUT_INVALID', name, `${texts.length} values`, 'one value')
  switch (schema.type) {
    case 'integer':
      return WHOLE.test(text) ? Number(text) : text
    case 'number':
      return NUMBER.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'string':
      return text
  }
}
