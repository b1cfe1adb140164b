import assert from 'node:assert/strict'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import type { Database, HistoryPage, HistoryQuery } from '../../src/database/database'
import { COMMAND_NAMES } from '../../src/domain/command'
import { MonitorError, RETRY_BY_CODE, type ErrorCode } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import { openApi } from '../../src/serving/open-api/open-api'
import { openApiRoute } from '../../src/serving/open-api/open-api-route'
import { PROBLEM_SCHEMA, PROBLEM_TYPE } from '../../src/serving/problems/problem'
import { ROUTES } from '../../src/serving/routes/routes'
import { ApiServer, COMMAND_KEY, KEYS, READ_KEY, type Reply } from '../support/api-server'
import { FakeDatabase } from '../support/fake-database'
import { reading } from '../support/readings'
import { polled } from './routes/stored-home'

const REQUESTS = 300
const WITHIN_MS = 20_000
const MINUTE = 60_000

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: Schema
}
interface Schema {
  readonly type: string
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
}
type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: object
  readonly responses: Responses
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>
}

interface Asked {
  /** Of the operation. */
  readonly id: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Says something of two devices, whatever is asked. */
const DATABASE = {
  tiers: new FakeDatabase().tiers,
  history({ from, to, bucket, limit }: HistoryQuery): Promise<HistoryPage> {
    const named = ['fridge', 'kettle'].map((device_id) => ({ device_id, timestamp: from }))
    const field = { mean: 1.5, minimum: 1, maximum: 2 }
    const rows = named.map((each) => ({ ...each, quality: 'good' as const, power_w: 5, on: true }))
    const buckets = named.map((each) => {
      return { ...each, bucket_ms: Math.min(to - from, MINUTE), count: 3, covered_s: 60, fields: { power_w: field } }
    })
    return Promise.resolve({ rows: (bucket ? buckets : rows).slice(0, limit) } as HistoryPage)
  },
  latest(): Promise<Reading[]> {
    return Promise.resolve([reading({ device_id: 'fridge' }), reading({ device_id: 'kettle', alias: '=1+1' })])
  },
} as Database

describe('Whatever the API is asked', function () {
  this.timeout(WITHIN_MS)
  const described = openApiRoute(() => description)
  const description = openApi([...ROUTES, described], { path: '', needs_key: true }) as Description
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, rest]): Operation => ({ ...rest, path, method: method.toUpperCase() })),
  )
  let commands = 0
  let server: ApiServer

  before(async () => {
    server = await ApiServer.start({
      routes: [...ROUTES, described],
      sources: {
        devices: () => [polled({ device_id: 'kettle' }), polled({ device_id: 'a/b' }, 'offline')],
        database: () => Promise.resolve(DATABASE),
        health: () => [{ kind: 'database', name: '', state: 'failed', code: 'DATABASE_FULL' }],
        log: () => Promise.reject(new MonitorError('LOG_OFF', 'nobody keeps one')),
        command: () => outcome(commands++),
      },
      options: { keys: KEYS, commands: 'yes', commands_per_min: 6000, requests_per_min: 0, body_kb: 1 },
    })
  })
  after(() => server.stop())

  it('answers as its description says', async () => {
    const seen = new Map<number, number>()
    const ask = async ({ id, target, headers, body }: Asked) => {
      const operation = operations.find(({ operationId }) => operationId === id) as Operation
      const reply = await server.ask(target, headers, operation.method, body)
      seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1)
      assertDescribed(operation.responses, reply)
    }
    await fc.assert(fc.asyncProperty(requestTo(operations), ask), { numRuns: REQUESTS })
    assert.deepEqual(server.faults, [])
    for (const status of [200, 400, 401]) assert.ok(seen.has(status), `no ${status} in ${REQUESTS}`)
  })
})

/** A device does it, or fails as devices do. */
function outcome(count: number): Promise<object> {
  const codes = ['DEVICE_UNKNOWN', 'COMMAND_UNSUPPORTED', 'CIRCUIT_OPEN', 'REPLY_TIMEOUT', 'LOGIN_REFUSED'] as const
  const code: ErrorCode | undefined = codes[count % (codes.length + 1)]
  return code ? Promise.reject(new MonitorError(code, 'so it is')) : Promise.resolve(reading())
}

function requestTo(operations: readonly Operation[]): fc.Arbitrary<Asked> {
  return fc.constantFrom(...operations).chain((operation) => {
    const headers = fc.record(
      {
        'x-api-key': fc.constantFrom(READ_KEY, COMMAND_KEY, COMMAND_KEY, 'something-else'),
        accept: fc.constantFrom('*/*', 'text/csv', 'application/json;q=0.5, */*;q=0.1', 'image/png', ';;,', 'a/b;q=x'),
        'accept-encoding': fc.constantFrom('gzip', 'br, gzip', 'identity;q=0', 'gzip;q=0', ',,,'),
        'if-none-match': fc.constantFrom('*', '"other"', 'W/"a", "b"'),
        'content-type': fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/plain'),
        origin: fc.constantFrom('https://elsewhere.example', 'null'),
      },
      { requiredKeys: operation.requestBody ? ['content-type'] : [] },
    )
    const keyed = headers.map((given) =>
      given['x-api-key'] ? given : { ...given, authorization: `Bearer ${READ_KEY}` },
    )
    return fc.record({
      id: fc.constant(operation.operationId),
      target: targetOf(operation),
      headers: fc.oneof({ weight: 5, arbitrary: keyed }, { weight: 1, arbitrary: headers }) as fc.Arbitrary<
        Asked['headers']
      >,
      body: operation.requestBody ? bodyOf() : fc.constant(undefined),
    })
  })
}

function targetOf({ path, parameters }: Operation): fc.Arbitrary<string> {
  const named = parameters.map((parameter) => {
    const text = fc.oneof({ weight: 4, arbitrary: valueOf(parameter.schema) }, { weight: 1, arbitrary: anyText() })
    return [parameter.name, parameter.in === 'path' || parameter.required ? text : seldom(text)] as const
  })
  const unknown = seldom(anyText())
  return fc.tuple(fc.record(Object.fromEntries(named)), unknown).map(([values, stray]) => {
    const query = new URLSearchParams(stray === null ? [] : [[stray, '1']])
    let place = path
    for (const { name, in: where } of parameters) {
      const value = values[name]
      if (typeof value !== 'string') continue
      if (where === 'query') query.set(name, value)
      else place = place.replace(`{${name}}`, encodeURIComponent(value === '' ? ' ' : value))
    }
    return query.size === 0 ? place : `${place}?${query.toString()}`
  })
}

/** So that what is asked is mostly in order. */
function seldom(text: fc.Arbitrary<string>): fc.Arbitrary<string | null> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: text })
}

function valueOf({ type, enum: choices, items, minimum = 0, maximum = 0 }: Schema): fc.Arbitrary<string> {
  if (choices) return fc.constantFrom(...choices)
  if (items) return fc.uniqueArray(valueOf(items), { minLength: 1, maxLength: 3 }).map((list) => list.join(','))
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum }).map(String)
  return fc.constantFrom('kettle', 'fridge', 'a/b', '-1h', 'now', 'today', 'auto', 'hour', '5m', 'UTC', '1750000000000')
}

function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('', '0', '-1', '1e9', 'null', '__proto__', '%', '../..', '\u0000', ' ', ',', 'true'),
  )
}

function bodyOf(): fc.Arbitrary<string> {
  const command = fc.record(
    {
      command: fc.constantFrom(...COMMAND_NAMES),
      ...{ brightness_pct: fc.integer({ min: -1, max: 101 }), on: fc.boolean(), alias: fc.string() },
    },
    { requiredKeys: ['command'] },
  )
  const paths = fc.constantFrom('/devices', '/overview', '/readings?limit=5', '/nothing', '/devices/%ff', '/batch', 'x')
  const batch = fc.record({ requests: fc.array(fc.record({ path: paths }), { minLength: 1, maxLength: 8 }) })
  const long = fc.constant({ command: 'alias', alias: 'x'.repeat(2000) })
  const some = fc.oneof(command, command, batch, batch, long, fc.jsonValue()).map((value) => JSON.stringify(value))
  return fc.oneof({ weight: 9, arbitrary: some }, { weight: 1, arbitrary: fc.constantFrom('', '{', '"\\ud800', '[}') })
}

function assertDescribed(responses: Responses, reply: Reply): void {
  const { status, headers } = reply
  const content = responses[status]?.content
  assert.ok(responses[status], `${status} is not described: ${reply.body}`)
  assert.notEqual(status, 500, reply.body)
  const bytes = decoded(reply)
  if (!content) return assert.equal(bytes.length, 0, `${status} has a body`)
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  const schema = content[type]?.schema
  assert.ok(schema, `${status} comes as ${type}`)
  if (type !== 'application/json' && type !== PROBLEM_TYPE) return
  const told: unknown = JSON.parse(bytes.toString())
  const validate = validatorOf(type === PROBLEM_TYPE ? PROBLEM_SCHEMA : schema)
  assert.ok(validate(told), `${status}: ${JSON.stringify(validate.errors)}`)
  if (type === PROBLEM_TYPE) assertProblem(told as Record<string, unknown>, status)
}

/** RFC 9457. */
function assertProblem({ type, title, status, detail, code }: Record<string, unknown>, expected: number): void {
  assert.equal(status, expected)
  assert.ok(type === 'about:blank' || URL.canParse(String(type)))
  assert.ok(String(title).length > 0 && String(detail).length > 0)
  assert.ok(code === undefined || Object.hasOwn(RETRY_BY_CODE, String(code)))
}

function decoded({ headers, bytes }: Reply): Buffer {
  if (headers['content-encoding'] === 'gzip') return gunzipSync(bytes)
  return headers['content-encoding'] === 'br' ? brotliDecompressSync(bytes) : bytes
}

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const validators = new Map<object, ValidateFunction>()

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile(schema)
  validators.set(schema, known)
  return known
}
