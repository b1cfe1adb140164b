import { FORMATS } from '../answers/answer'
import type { Parameter, Parameters } from './parameter'
import type { Route } from './route'

/** All that a route may be given in path and query: a choice of formats is a parameter as well. */
export function parametersOf({ parameters, formats = [] }: Route): Parameters {
  if (formats.length < 2) return parameters
  const format: Parameter = {
    in: 'query',
    description: 'Instead of the header Accept',
    schema: { type: 'string', enum: FORMATS.filter((each) => formats.includes(each)) },
  }
  return { ...parameters, format }
}
