import { route, type Route } from '../routing/route'

/** `GET /openapi.json`. @param describe is asked once */
export function openApiRoute(describe: () => object): Route {
  let text: string | undefined
  return route({
    method: 'GET',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'api',
    summary: 'This description',
    right: 'read',
    parameters: {},
    answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
    keep: () => 'device',
    answer: () => ({ text: (text ??= JSON.stringify(describe())), type: 'application/json' }),
  })
}
