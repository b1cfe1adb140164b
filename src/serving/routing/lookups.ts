import { createHash } from 'node:crypto'
import type { Clock } from '../../domain/clock'
import { toMonitorError, type MonitorError } from '../../domain/errors'
import { FORMATS, type Format } from '../answers/answer'
import type { ApiOptions } from '../api-options'
import type { Keep, Method, Route } from './route'
import { Router } from './router'
import { valuesOf, type Values } from './query'

/** What a target means. */
export interface Lookup {
  readonly route: Route
  /** Its own, without the choice of a format. */
  readonly parameters: Values
  /** As the query names it. */
  readonly format: unknown
  /** By format: equal for all requests that ask the same, whatever their targets look like. */
  readonly keys: Readonly<Record<Format, string>>
  /** The query without its cursor, for a link to the next page. */
  readonly query: string
  readonly keep: Keep | undefined
}

/** What is at a path. */
export interface Outcome {
  readonly route?: Route
  readonly found?: Lookup
  /** What is wrong with the target. */
  readonly error?: MonitorError
  /** Where the path has other methods alone. */
  readonly allow?: readonly Method[]
}

/** Dashboards ask for the same again and again. */
const REMEMBERED = 1000
const LONGEST_REMEMBERED = 512

/** Finds out what targets mean. Those of late are remembered as they stand in the URL, so that they need no parsing. */
export class Lookups {
  private readonly router: Router
  private readonly remembered = new Map<string, Outcome>()

  /** @param owner of the API, among all that have the same cache */
  constructor(
    routes: readonly Route[],
    private readonly owner: Pick<ApiOptions, 'identity' | 'instance'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.router = new Router(routes)
  }

  /** @param target `/devices?state=online` @returns undefined where there is no such path */
  find(method: string, target: string): Outcome | undefined {
    if (method !== 'GET') return this.lookUp(method, target)
    const known = this.remembered.get(target)
    if (known) return known
    const outcome = this.lookUp(method, target)
    if (outcome?.found && target.length <= LONGEST_REMEMBERED) this.remember(target, outcome)
    return outcome
  }

  /** The methods that a path has; undefined where there is no such path. */
  methodsOf(target: string): readonly Method[] | undefined {
    try {
      const matched = this.router.find(pathOf(target))
      return matched && [...matched.routes.keys()]
    } catch {
      return undefined
    }
  }

  private lookUp(method: string, target: string): Outcome | undefined {
    let route: Route | undefined
    try {
      const path = pathOf(target)
      const matched = this.router.find(path)
      if (!matched) return undefined
      route = matched.routes.get(method as Method)
      if (!route) return { allow: [...matched.routes.keys()] }
      const query = target.slice(path.length + 1)
      const values = valuesOf(route, matched.values, query)
      const { parameters: known } = route
      const own = Object.entries(values).filter(([name]) => Object.hasOwn(known, name))
      const parameters: Values = Object.fromEntries(own)
      const keep = method === 'GET' ? route.keep?.(parameters as never, this.clock.now()) : undefined
      const keys = this.keysOf(route, parameters, keep)
      return { route, found: { route, parameters, format: values.format, keys, query, keep } }
    } catch (thrown) {
      const error = toMonitorError(thrown)
      return route ? { route, error } : { error }
    }
  }

  private keysOf(route: Route, values: Values, keep: Keep | undefined): Readonly<Record<Format, string>> {
    const asked = JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
    const hash = createHash('sha256').update(asked).digest('base64url')
    const { identity, instance } = this.owner
    const owner = keep === 'history' ? identity : instance
    const keys = FORMATS.map((format) => [format, `api:${owner}:${route.id}:${format}:${hash}`] as const)
    return Object.fromEntries(keys) as Record<Format, string>
  }

  private remember(target: string, outcome: Outcome): void {
    if (this.remembered.size >= REMEMBERED) {
      for (const oldest of this.remembered.keys()) {
        this.remembered.delete(oldest)
        break
      }
    }
    // V8 holds the whole head of the request for every part that was cut out of it.
    this.remembered.set(Buffer.from(target).toString(), outcome)
  }
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}
