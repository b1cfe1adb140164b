import type { Route } from '../routing/route'

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'A parameter, or the body, is not allowed; `field` and `range` say what is',
  401: 'A key is needed, or it is not known',
  403: 'The key does not allow it, commands are switched off, or it comes from a page of another origin',
  404: 'There is no such device, or nothing else of that name',
  406: 'The answer has no form that is accepted',
  409: 'Something newer says otherwise',
  413: 'The body is too large',
  415: 'The body is no JSON',
  422: 'The device has no part for this command',
  429: 'Too many requests; `Retry-After` says when the next is allowed',
  500: 'A fault of the API itself',
  501: 'The API has nothing to answer this from, such as a database',
  502: 'The device does not answer as it should',
  503: 'The database, or something else that is needed, is away, or the answer takes too long; try again later',
  504: 'The device does not answer in time',
}

/** The problems that a route may answer with, by status. */
export function problemsOf(route: Route, needs_key: boolean): (readonly [status: number, description: string])[] {
  const { method, body, problems = [] } = route
  const statuses = new Set([400, 406, 429, 500, 503, ...problems])
  if (needs_key) statuses.add(401)
  if (method !== 'GET') statuses.add(403)
  if (body) for (const status of [413, 415]) statuses.add(status)
  return [...statuses].sort((a, b) => a - b).map((status) => [status, DESCRIPTIONS[status] ?? 'A problem'] as const)
}
