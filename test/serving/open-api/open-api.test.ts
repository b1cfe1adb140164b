import assert from 'node:assert/strict'
import Ajv2020 from 'ajv/dist/2020'
import { after, before, describe, it } from 'mocha'
import { RETRY_BY_CODE } from '../../../src/domain/errors'
import { LiveServer } from '../../../src/serving/live/live-server'
import { openApi } from '../../../src/serving/open-api/open-api'
import { openApiRoute } from '../../../src/serving/open-api/open-api-route'
import { statusOf } from '../../../src/serving/problems/problem-status'
import type { Route } from '../../../src/serving/routing/route'
import { validatorsOf } from '../../../src/serving/routing/validators'
import { ROUTES } from '../../../src/serving/routes/routes'
import { systemClock } from '../../../src/domain/clock'
import { ApiServer, NO_SOURCES } from '../../support/api-server'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, object> }>
  >
}
interface Description {
  readonly openapi: string
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const live = new LiveServer({ options: { live_clients: 1, keys: [] }, sources: NO_SOURCES, clock: systemClock })
const OWN = openApiRoute(() => ({}))
const ALL: readonly Route[] = [...ROUTES, OWN, ...live.routes]
const describedFor = (needs_key: boolean) => openApi(ALL, { path: '/kasa', needs_key }) as Description

describe('The description of the API', () => {
  const description = describedFor(true)
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  it('has every route, each under an id and a tag of its own', () => {
    const routes = ALL.map(({ method, path }) => `${method.toLowerCase()} ${path}`)
    assert.deepEqual(operations.map(({ method, path }) => `${method} ${path}`).sort(), routes.sort())
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.equal(new Set(ids).size, ids.length)
    const tags = new Set(description.tags.map(({ name }) => name))
    for (const { operation } of operations) for (const tag of operation.tags) assert.ok(tags.has(tag), tag)
  })

  it('names every place of a path, and no other', () => {
    for (const { path, operation } of operations) {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const named = operation.parameters.filter((parameter) => parameter.in === 'path')
      assert.deepEqual(
        named.map(({ name }) => name),
        places,
        path,
      )
      assert.ok(named.every(({ required }) => required))
    }
  })

  it('has schemas that are schemas, for what is asked and for what is answered', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    for (const line of ALL) {
      validatorsOf(line)
      for (const { schema } of Object.values(line.answers)) if (schema) ajv.compile(schema)
    }
  })

  it('tells of the problems that each request can have, and of a missing key where one is needed', () => {
    const open = describedFor(false)
    for (const { path, method, operation } of operations) {
      for (const status of ['400', '401', '406', '429', '500', '503']) {
        const { content = {}, description: text = '' } = operation.responses[status] ?? {}
        assert.ok('application/problem+json' in content && text !== '', `${path} ${status}`)
      }
      const isOwn = ALL.some((line) => line.path === path && line.problems?.includes(401))
      assert.equal(open.paths[path]?.[method]?.responses['401'] !== undefined, isOwn, path)
    }
  })

  it('describes health and readiness where a part has failed, too', () => {
    for (const path of ['/health', '/ready']) {
      const { content = {} } = description.paths[path]?.get?.responses['503'] ?? {}
      assert.deepEqual(Object.keys(content), ['application/json', 'application/problem+json'], path)
    }
  })

  it('has words for every problem', () => {
    const wordless = operations.flatMap(({ operation }) =>
      Object.entries(operation.responses).filter(([, { description: text }]) => text === 'A problem'),
    )
    assert.deepEqual(wordless, [])
  })
})

describe('The status of an error', () => {
  it('is one that HTTP has for failures, for every code', () => {
    for (const code of Object.keys(RETRY_BY_CODE) as (keyof typeof RETRY_BY_CODE)[]) {
      const status = statusOf(code)
      assert.ok(status >= 400 && status < 600, code)
      // Who is told to try again later is not told that nothing helps.
      if (RETRY_BY_CODE[code] === 'later') assert.notEqual(status, 500, code)
    }
  })
})

describe('The API of nothing that is deployed', () => {
  let server: ApiServer
  before(async () => void (server = await ApiServer.start({ routes: [...ROUTES, OWN] })))
  after(() => server.stop())

  for (const line of [...ROUTES, OWN].filter(({ method }) => method === 'GET')) {
    it(`answers ${line.path} as it is described`, async () => {
      const reply = await server.ask(line.path.replace('{device_id}', 'nothing'))
      const described = describedFor(true).paths[line.path]?.get?.responses[reply.status]
      assert.ok(described, `${reply.status} ${reply.body}`)
      const [type] = String(reply.headers['content-type']).split(';')
      const types = Object.keys(described.content ?? {}).map((each) => each.split(';')[0])
      assert.ok(types.includes(type), `${type} is none of ${types.join()}`)
      assert.deepEqual(server.faults, [])
    })
  }
})
