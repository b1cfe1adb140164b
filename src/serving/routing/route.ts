import type { CacheKind } from '../../cache/cache-options'
import type { Clock } from '../../domain/clock'
import type { Answer, Format } from '../answers/answer'
import type { ApiSources } from '../api-sources'
import type { Caller, Right } from '../protection/caller'
import type { Parameters, ValuesOf } from './parameter'

export type Method = 'GET' | 'POST'

/** For how long an answer is kept: as the cache has it for a kind, or, of the present, for `status_ms`. */
export type Keep = CacheKind | 'status'

/** One of several requests in one. */
export interface Part {
  readonly status: number
  /** A media type. */
  readonly type: string
  readonly body: string
}

/** What a handler works with. */
export interface RouteContext<Of extends Parameters = Parameters, Body = unknown> {
  /** Of path and query, checked. */
  readonly parameters: ValuesOf<Of>
  /** Checked by its schema; undefined where the route has none. */
  readonly body: Body
  /** One of the route's. */
  readonly format: Format
  readonly sources: ApiSources
  readonly clock: Clock
  /** Nobody waits for the answer any more, or its time is over. */
  readonly signal: AbortSignal
  readonly caller: Caller
  /** The answer to another `GET` of this API, for the same caller: `/devices?online=true`. It does not fail. */
  readonly ask: (target: string) => Promise<Part>
}

/** What one status means, and the JSON Schema of what comes with it. */
export interface Described {
  readonly description: string
  /** Of JSON; where there are rows, of the object that has them. */
  readonly schema?: object
  /** Media type; `application/json` without it. */
  readonly type?: string
}

/** One line of the table that the router, the checks and the OpenAPI description come from. */
export interface Route<Of extends Parameters = Parameters, Body = unknown> {
  readonly method: Method
  /** `/devices/{device_id}` */
  readonly path: string
  /** The operation's id: `getDevice`. */
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** `none`: whoever reaches the API. */
  readonly right: Right | 'none'
  readonly parameters: Of
  readonly body?: { readonly description: string; readonly schema: object }
  /** Of an answer of rows; JSON alone without it. The parameter `format` and the header `Accept` choose. */
  readonly formats?: readonly Format[]
  /** By status: what is no problem. */
  readonly answers: Readonly<Record<number, Described>>
  /** Statuses of problems, beside those that every route has. */
  readonly problems?: readonly number[]
  /** Absent, or nothing: the answer is made anew for each request. Of `GET` alone. */
  keep?(parameters: ValuesOf<Of>, now_ms: number): Keep | undefined
  /** @throws MonitorError which becomes a problem, see `statusOf` */
  answer(context: RouteContext<Of, Body>): Answer | Promise<Answer>
}

/** Checks a line of the table, and gives its handler the types of its parameters. */
export function route<const Of extends Parameters, Body = undefined>(line: Route<Of, Body>): Route {
  return line as unknown as Route
}
