import type { Lookup } from '../routing/lookups'
import type { Route } from '../routing/route'
import { FORMATS, type Format } from './answer'
import { MEDIA_TYPES, typeFor } from './negotiation'

const offers = new WeakMap<Route, readonly string[]>()

/** As the parameter `format` says, else as the client likes it best; undefined where it accepts none of them. */
export function formatFor({ route, format: wanted }: Lookup, accept: string | undefined): Format | undefined {
  const { formats = ['json'] } = route
  const named = FORMATS.find((format) => format === wanted)
  if (named !== undefined && formats.length > 1) return named
  const index = typeFor(accept, offersOf(route))
  return index === undefined ? undefined : formats[index]
}

function offersOf(route: Route): readonly string[] {
  const known = offers.get(route)
  if (known) return known
  const { formats } = route
  const [single = MEDIA_TYPES.json] = Object.values(route.answers).map(({ type = MEDIA_TYPES.json }) => type)
  const types = formats ? formats.map((format) => MEDIA_TYPES[format]) : [single.split(';')[0] ?? single]
  offers.set(route, types)
  return types
}
