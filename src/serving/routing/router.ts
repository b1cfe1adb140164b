import { invalid } from '../../domain/errors'
import type { Method, Route } from './route'

/** The routes of one path: which methods it has. */
export interface Matched {
  readonly routes: ReadonlyMap<Method, Route>
  /** What stands in the place of `{device_id}`. */
  readonly values: ReadonlyMap<string, string>
}

interface Template {
  readonly segments: readonly string[]
  readonly routes: Map<Method, Route>
}

const PLACE = /^\{(.+)\}$/

/** Finds routes by their path. */
export class Router {
  /** Fixed paths come before those with a place. */
  private readonly templates: readonly Template[]

  constructor(routes: readonly Route[]) {
    const byPath = new Map<string, Template>()
    for (const route of routes) {
      const template = byPath.get(route.path) ?? { segments: segmentsOf(route.path), routes: new Map() }
      template.routes.set(route.method, route)
      byPath.set(route.path, template)
    }
    const places = ({ segments }: Template) => segments.filter((segment) => PLACE.test(segment)).length
    this.templates = [...byPath.values()].sort((one, other) => places(one) - places(other))
  }

  /**
   * @param path as it stands in the URL: `/devices/a%2Fb`
   * @throws MonitorError `INPUT_INVALID` where it is no text
   */
  find(path: string): Matched | undefined {
    const segments = segmentsOf(path)
    for (const { segments: wanted, routes } of this.templates) {
      const values = valuesIn(segments, wanted)
      if (values) return { routes, values }
    }
    return undefined
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}

function valuesIn(segments: readonly string[], wanted: readonly string[]): Map<string, string> | undefined {
  if (segments.length !== wanted.length) return undefined
  const values = new Map<string, string>()
  for (const [index, segment] of segments.entries()) {
    const name = PLACE.exec(wanted[index] ?? '')?.[1]
    if (name === undefined && segment !== wanted[index]) return undefined
    if (name !== undefined && segment === '') return undefined
    if (name !== undefined) values.set(name, segment)
  }
  for (const [name, text] of values) values.set(name, decoded(name, text))
  return values
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('INPUT_INVALID', name, text, 'text in UTF-8, percent-encoded')
  }
}
