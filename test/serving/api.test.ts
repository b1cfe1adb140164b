import assert from 'node:assert/strict'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { route } from '../../src/serving/routing/route'
import { ApiServer, type ApiServerOptions } from '../support/api-server'

const LONG = Array.from({ length: 200 }, (_, index) => ({ device_id: `device ${index}` }))
const described = { 200: { description: 'as it is' } }
const line = { tag: 'test', summary: 'test', right: 'read', parameters: {}, answers: described } as const

const short = route({
  ...line,
  method: 'GET',
  path: '/short',
  id: 'short',
  keep: () => 'status',
  answer: () => ({ json: { a: 1 } }),
})
const long = route({
  ...line,
  method: 'GET',
  path: '/long',
  id: 'long',
  keep: () => 'history',
  answer: () => ({ json: LONG }),
})
const now = route({ ...line, method: 'GET', path: '/now', id: 'now', answer: () => ({ json: { now: true } }) })
const text = route({
  ...{ ...line, method: 'GET', path: '/text', id: 'text' },
  answers: { 200: { description: 'text', type: 'text/plain; version=0.0.4' } },
  answer: () => ({ text: 'up 1\n', type: 'text/plain; version=0.0.4' }),
})
const echo = route<Record<never, never>, { readonly word: string }>({
  ...{ ...line, method: 'POST', path: '/echo', id: 'echo' },
  body: {
    description: 'a word',
    schema: {
      type: 'object',
      properties: { word: { type: 'string', maxLength: 10 } },
      required: ['word'],
      additionalProperties: false,
    },
  },
  answer: ({ body }) => ({ json: { echo: body.word } }),
})
const failing = route({
  ...{ ...line, method: 'GET', path: '/failing/{code}', id: 'failing' },
  parameters: { code: { in: 'path', description: 'a code', schema: { type: 'string', maxLength: 40 } } },
  answer: ({ parameters: { code } }) => {
    if (code === 'unforeseen') throw new TypeError('at /home/somebody/secret')
    throw new MonitorError(code as 'CLOSED', 'it went wrong', { details: { device_id: 'd1' } })
  },
})
const ROUTES = [short, long, now, text, echo, failing]
const JSON_TYPE = { 'content-type': 'application/json' }

describe('The HTTP API', () => {
  let server: ApiServer
  const start = async (options: Partial<ApiServerOptions> = {}) => {
    server = await ApiServer.start({ routes: ROUTES, ...options })
    return server
  }
  afterEach(() => server.stop())

  it('keeps an answer, and says for how long and how old it is', async () => {
    const { headers, status, body } = await (await start()).ask('/short')
    assert.equal(status, 200)
    assert.equal(body, '{"a":1}')
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['content-length'], '7')
    assert.equal(headers['cache-control'], 'private, max-age=2')
    assert.equal(headers['x-cache'], 'MISS')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(headers.vary ?? '', /Accept-Encoding/)
    const again = await server.ask('/short?')
    assert.equal(again.headers['x-cache'], 'HIT')
    assert.equal(again.headers.age, undefined)
    assert.equal(again.headers.etag, headers.etag)
  })

  it('sends nothing that the client has', async () => {
    const { headers } = await (await start()).ask('/short')
    const etag = String(headers.etag)
    assert.match(etag, /^"[\w-]+"$/)
    for (const given of [etag, `"other", W/${etag}`, '*']) {
      const reply = await server.ask('/short', { 'if-none-match': given })
      assert.deepEqual([reply.status, reply.body, reply.headers.etag], [304, '', etag])
    }
    assert.equal((await server.ask('/short', { 'if-none-match': '"other"' })).status, 200)
  })

  it('encodes what is over 1,000 bytes, each encoding with an etag of its own', async () => {
    await start()
    const plain = await server.ask('/long')
    const gzip = await server.ask('/long', { 'accept-encoding': 'gzip, deflate' })
    const brotli = await server.ask('/long', { 'accept-encoding': 'gzip, deflate, br' })
    assert.equal(gzip.headers['content-encoding'], 'gzip')
    assert.equal(brotli.headers['content-encoding'], 'br')
    assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes)
    assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes)
    assert.equal(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size, 3)
    const known = await server.ask('/long', { 'accept-encoding': 'gzip', 'if-none-match': String(gzip.headers.etag) })
    assert.equal(known.status, 304)
    const small = await server.ask('/short', { 'accept-encoding': 'gzip' })
    assert.equal(small.headers['content-encoding'], undefined)
  })

  it('answers HEAD like GET without a body, OPTIONS with what there is', async () => {
    await start()
    const get = await server.ask('/long')
    const head = await server.ask('/long', {}, 'HEAD')
    assert.equal(head.status, 200)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-length'], get.headers['content-length'])
    assert.equal(head.headers.etag, get.headers.etag)
    const options = await server.ask('/echo', {}, 'OPTIONS')
    assert.deepEqual([options.status, options.headers.allow, options.body], [204, 'POST, OPTIONS', ''])
    assert.equal((await server.ask('/nowhere', {}, 'OPTIONS')).status, 404)
  })

  it('does not keep what has no time, and lets the client ask whether it has changed', async () => {
    await start()
    const { headers } = await server.ask('/now')
    assert.equal(headers['cache-control'], 'no-cache')
    assert.equal(headers['x-cache'], undefined)
    assert.equal((await server.ask('/now', { 'if-none-match': String(headers.etag) })).status, 304)
  })

  for (const [title, method, target, headers, body, status, more] of [
    ['a path that is not there', 'GET', '/nothing', {}, undefined, 404, {}],
    ['a path below another', 'GET', '/short/er', {}, undefined, 404, {}],
    ['a path with a / at its end', 'GET', '/short/', {}, undefined, 404, {}],
    ['another method', 'POST', '/short', JSON_TYPE, '{}', 405, {}],
    ['a method that nothing has', 'DELETE', '/echo', {}, undefined, 405, {}],
    ['a parameter that it does not know', 'GET', '/short?format=csv', {}, undefined, 400, { field: 'query' }],
    ['a type that it does not have', 'GET', '/short', { accept: 'text/html' }, undefined, 406, {}],
    ['a body that is no JSON by its type', 'POST', '/echo', { 'content-type': 'text/plain' }, '{}', 415, {}],
    ['a body without a type', 'POST', '/echo', {}, '{}', 415, {}],
    ['a body that is no JSON', 'POST', '/echo', JSON_TYPE, '{"word":', 400, {}],
    ['no body at all', 'POST', '/echo', JSON_TYPE, undefined, 400, {}],
    ['a body without what it needs', 'POST', '/echo', JSON_TYPE, '{}', 400, { field: 'word' }],
    ['a member that it does not know', 'POST', '/echo', JSON_TYPE, '{"word":"a","x":1}', 400, { field: 'body' }],
    ['a member out of its range', 'POST', '/echo', JSON_TYPE, '{"word":"12345678901"}', 400, { field: 'word' }],
    ['a path that is no text', 'GET', '/failing/%E0%A4%A', {}, undefined, 400, { field: 'code' }],
  ] as const) {
    it(`answers ${title} with a problem: ${status}`, async () => {
      const reply = await (await start()).ask(target, headers, method, body)
      assert.equal(reply.status, status, reply.body)
      assert.equal(reply.headers['content-type'], 'application/problem+json')
      assert.equal(reply.headers['cache-control'], 'no-store')
      const problem = reply.json()
      assert.equal(problem.status, status)
      for (const key of ['type', 'title', 'detail']) assert.equal(typeof problem[key], 'string')
      for (const [key, value] of Object.entries(more)) assert.equal(problem[key], value, reply.body)
      assert.deepEqual(server.faults, [])
    })
  }

  it('names the methods that a path has', async () => {
    assert.equal((await (await start()).ask('/short', {}, 'DELETE')).headers.allow, 'GET, HEAD, OPTIONS')
  })

  it('takes a body of JSON', async () => {
    await start()
    const reply = await server.ask(
      '/echo',
      { 'content-type': 'application/json; charset=utf-8' },
      'POST',
      '{"word":"ä"}',
    )
    assert.deepEqual([reply.status, reply.body, reply.headers['cache-control']], [200, '{"echo":"ä"}', 'no-store'])
  })

  it('refuses a body that is too large, whether that is said before or not', async () => {
    await start({ options: { body_kb: 1 } })
    const body = JSON.stringify({ word: 'x'.repeat(2000) })
    assert.equal((await server.ask('/echo', JSON_TYPE, 'POST', body)).status, 413)
    const chunked = await server.ask('/echo', { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, 'POST', body)
    assert.equal(chunked.status, 413)
    assert.equal(chunked.headers.connection, 'close')
  })

  it('gives text in its own type to whoever takes that', async () => {
    await start()
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
    const { headers, body } = await server.ask('/text', { accept })
    assert.deepEqual([headers['content-type'], body], ['text/plain; version=0.0.4', 'up 1\n'])
    assert.equal((await server.ask('/text', { accept: 'application/json' })).status, 406)
  })

  it('tells the code of an error, and nothing of what nobody has foreseen', async () => {
    await start()
    const unknown = await server.ask('/failing/DEVICE_UNKNOWN')
    assert.equal(unknown.status, 404)
    const { code, detail, device_id, type } = unknown.json()
    assert.deepEqual([code, detail, device_id], ['DEVICE_UNKNOWN', 'it went wrong', 'd1'])
    assert.match(String(type), /^https:.*errors\.md#DEVICE_UNKNOWN$/)
    const away = await server.ask('/failing/DATABASE_UNAVAILABLE')
    assert.deepEqual([away.status, away.headers['retry-after']], [503, '1'])
    assert.deepEqual(server.faults, [])
    const unforeseen = await server.ask('/failing/unforeseen')
    assert.equal(unforeseen.status, 500)
    assert.doesNotMatch(unforeseen.body, /somebody/)
    assert.deepEqual(
      server.faults.map(({ message }) => message),
      ['at /home/somebody/secret'],
    )
  })

  it('counts what it has answered', async () => {
    await start()
    for (const target of ['/short', '/short', '/short', '/nothing', '/short?x=1']) await server.ask(target)
    const { routes, unrouted, hits, misses, in_flight, sent_bytes } = server.api.statistics()
    const counted = routes.find(({ path }) => path === '/short')
    assert.deepEqual(counted?.statuses, { 200: 3, 400: 1 })
    assert.ok((counted?.latency_ms?.p50 ?? 0) > 0)
    assert.deepEqual([unrouted, hits, misses, in_flight], [{ 404: 1 }, 2, 1, 0])
    assert.ok(sent_bytes > 21)
  })

  it('answers nothing once it is stopped', async () => {
    await start()
    server.api.stop()
    server.api.stop()
    assert.equal((await server.ask('/short')).status, 503)
  })
})
