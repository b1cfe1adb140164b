import { PACK } from '../../files/pack'
import { MEDIA_TYPES } from '../answers/negotiation'
import { PROBLEM_SCHEMA, PROBLEM_TYPE } from '../problems/problem'
import type { Parameter } from '../routing/parameter'
import { parametersOf } from '../routing/parameters-of'
import type { Described, Route } from '../routing/route'
import { problemsOf } from './problems-of'

export interface OpenApiOptions {
  /** Where the API is on its server: `/kasa`. */
  readonly path: string
  readonly needs_key: boolean
}

const KEYS = [{ bearer: [] }, { header: [] }]

const HEADERS = {
  ETag: { description: 'For If-None-Match', schema: { type: 'string' } },
  'X-Cache': { description: 'Where the answer comes from', schema: { enum: ['HIT', 'STALE', 'MISS'] } },
  Age: { description: 'Since it was made, s', schema: { type: 'integer', minimum: 0 } },
} as const

interface Response {
  readonly description: string
  readonly headers?: object
  /** By media type. */
  readonly content?: Readonly<Record<string, object>>
}

const PROBLEM_CONTENT = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }

/** Of Node.js itself: it has no body. */
const TOO_LONG = ['431', { description: 'URL and headers are longer than 16 kB' }] as const

/** The description of an API, OpenAPI 3.1, from the table that its requests are checked by. */
export function openApi(routes: readonly Route[], { path, needs_key }: OpenApiOptions): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kasa Monitor',
      summary: 'Devices, readings, energy and alerts of a Kasa Monitor in Node-RED',
      version: PACK.version,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: path }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: needs_key ? KEYS : [{}],
    paths: pathsOf(routes, needs_key),
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  }
}

function pathsOf(routes: readonly Route[], needs_key: boolean): object {
  const paths = new Map<string, object>()
  for (const route of routes) {
    const operation = { [route.method.toLowerCase()]: operationOf(route, needs_key) }
    paths.set(route.path, { ...paths.get(route.path), ...operation })
  }
  return Object.fromEntries(paths)
}

function operationOf(route: Route, needs_key: boolean): object {
  const { id, tag, summary, description, right, body } = route
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(right === 'none' && needs_key && { security: [{}, ...KEYS] }),
    parameters: Object.entries(parametersOf(route)).map(([name, parameter]) => parameterOf(name, parameter)),
    ...(body && {
      requestBody: {
        description: body.description,
        required: true,
        content: { [MEDIA_TYPES.json]: { schema: body.schema } },
      },
    }),
    responses: responsesOf(route, needs_key),
  }
}

function parameterOf(name: string, { in: place, description, required, schema }: Parameter): object {
  return {
    name,
    in: place,
    description,
    required: place === 'path' || required === true,
    schema,
    ...(schema.type === 'array' && { style: 'form', explode: false }),
  }
}

function responsesOf(route: Route, needs_key: boolean): object {
  const responses = new Map<string, Response>([TOO_LONG])
  for (const [status, answer] of Object.entries(route.answers)) responses.set(status, responseOf(route, answer))
  if (route.keep) responses.set('304', { description: 'The client has it already' })
  for (const [number, description] of problemsOf(route, needs_key)) {
    const status = String(number)
    // A part that has failed is told with 503, and that the API itself cannot answer is so, too.
    const { content, ...answer } = responses.get(status) ?? { description }
    responses.set(status, { ...answer, content: { ...content, ...PROBLEM_CONTENT } })
  }
  return Object.fromEntries(responses)
}

function responseOf(
  { formats, keep }: Route,
  { description, schema = {}, type = MEDIA_TYPES.json }: Described,
): Response {
  const types = formats ? formats.map((format) => MEDIA_TYPES[format]) : [type]
  const content = types.map((each) => [each, { schema: isJson(each) ? schema : { type: 'string' } }] as const)
  return { description, ...(keep && { headers: HEADERS }), content: Object.fromEntries(content) }
}

function isJson(type: string): boolean {
  return type === MEDIA_TYPES.json || type.endsWith('+json')
}
