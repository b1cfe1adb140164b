import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020'
import { invalid, type MonitorError } from '../../domain/errors'
import type { Parameters, ParameterSchema } from './parameter'
import { parametersOf } from './parameters-of'
import type { Route } from './route'

const ajv = new Ajv2020({ useDefaults: true, verbose: true, allowUnionTypes: true })

/** What checks the requests of one route. */
export interface Validators {
  readonly parameters: Parameters
  readonly validateParameters: ValidateFunction
  readonly validateBody?: ValidateFunction
}

/** Compiled once for each route, when it is first asked for. */
export function validatorsOf(route: Route): Validators {
  const known = compiled.get(route)
  if (known) return known
  const parameters = parametersOf(route)
  const named = Object.entries(parameters)
  const schema = {
    type: 'object',
    properties: Object.fromEntries(named.map(([name, { schema }]) => [name, schema])),
    required: named.filter(([, { required }]) => required).map(([name]) => name),
  }
  const validators: Validators = {
    parameters,
    validateParameters: ajv.compile(schema),
    ...(route.body && { validateBody: ajv.compile(route.body.schema) }),
  }
  compiled.set(route, validators)
  return validators
}

const compiled = new WeakMap<Route, Validators>()

/** What a validator has found wrong first. @param whole what to call all of it: `body` */
export function mistakeIn({ errors }: ValidateFunction, whole: string): MonitorError {
  const error = errors?.[0]
  if (!error) return invalid('INPUT_INVALID', whole, undefined, 'a valid value')
  const { keyword, instancePath, data } = error
  const path = instancePath.slice(1).replaceAll('/', '.')
  const params = error.params as Readonly<Record<string, unknown>>
  if (keyword === 'required') {
    const missing = [path, String(params.missingProperty)].filter((name) => name !== '').join('.')
    return invalid('INPUT_INVALID', missing, undefined, 'a value')
  }
  if (keyword === 'additionalProperties') {
    return invalid('INPUT_INVALID', path || whole, params.additionalProperty, 'only the members that it has')
  }
  return invalid('INPUT_INVALID', path || whole, data, allowedBy(error))
}

function allowedBy({ keyword, parentSchema, params, message }: ErrorObject): string {
  if (keyword === 'enum') return `one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`
  const { type, minimum, maximum } = (parentSchema ?? {}) as Readonly<Record<string, unknown>>
  if (minimum !== undefined && maximum !== undefined)
    return `${String(type)} from ${String(minimum)} to ${String(maximum)}`
  return message?.replace(/^must /, 'to ') ?? 'a valid value'
}

/** What a parameter may be, in words. */
export function rangeOf(schema: ParameterSchema): string {
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const kind = schema.type === 'integer' ? 'a whole number' : 'a number'
      return `${kind} from ${schema.minimum} to ${schema.maximum}`
    }
    case 'boolean':
      return 'true or false'
    case 'array':
      return `at most ${schema.maxItems}, separated by commas, none of them twice, each ${rangeOf(schema.items)}`
    case 'string':
      if (schema.enum) return `one of ${schema.enum.join(', ')}`
      return `text of ${schema.minLength ?? 0} to ${schema.maxLength ?? 'any number of'} characters${schema.pattern === undefined ? '' : ', none of them forbidden'}`
  }
}
