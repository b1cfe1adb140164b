import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import type { ApiOptions } from '../../../src/serving/api-options'
import { route } from '../../../src/serving/routing/route'
import { ApiServer, COMMAND_KEY, KEYS, READ_KEY } from '../../support/api-server'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { FakeClock } from '../../support/fake-clock'
import { Secret } from '../../../src/domain/secret'

const answers = { 200: { description: 'as it is' } }
const line = { tag: 'test', summary: 'test', parameters: {}, answers } as const
const ROUTES = [
  route({ ...line, method: 'GET', path: '/who', id: 'who', right: 'read', answer: ({ caller }) => ({ json: caller }) }),
  route({ ...line, method: 'GET', path: '/ready', id: 'ready', right: 'none', answer: () => ({ json: {} }) }),
  route({
    ...{ ...line, method: 'POST', path: '/switch', id: 'switch', right: 'command' },
    body: { description: 'anything', schema: { type: 'object' } },
    answer: () => ({ json: {} }),
  }),
]
const JSON_TYPE = { 'content-type': 'application/json' }

describe('Access to the API', () => {
  let server: ApiServer
  let clock: FakeClock
  const start = async (options: Partial<ApiOptions> = {}) => {
    clock = new FakeClock()
    server = await ApiServer.start({ routes: ROUTES, options, clock })
  }
  const act = (headers: Record<string, string> = {}) =>
    server.ask('/switch', { ...JSON_TYPE, ...headers }, 'POST', '{}')
  afterEach(() => server.stop())

  it('needs no key where there is none, and lets nobody command', async () => {
    await start({ commands: 'yes' })
    assert.equal((await server.ask('/who')).json().right, 'read')
    assert.equal((await act()).status, 403)
  })

  it('lets whoever has passed a login command, where there are no keys and it is allowed', async () => {
    await start({ commands: 'yes', is_behind_login: true })
    assert.equal((await act()).status, 200)
    await server.stop()
    await start({ is_behind_login: true })
    assert.equal((await act()).status, 403)
  })

  it('needs a key where there are some, in either header', async () => {
    await start({ keys: KEYS })
    const refused = await server.ask('/who')
    assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer'])
    assert.equal((await server.ask('/who', { authorization: `Bearer ${READ_KEY}` })).json().key, 'dashboard')
    assert.equal((await server.ask('/who', { 'x-api-key': COMMAND_KEY })).json().key, 'switches')
    const beside_a_login = { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': READ_KEY }
    assert.equal((await server.ask('/who', beside_a_login)).status, 200)
    assert.equal((await server.ask('/nothing')).status, 401)
    assert.equal((await server.ask('/ready')).status, 200)
  })

  it('takes no key from the address, and does not repeat one that stands there', async () => {
    await start({ keys: KEYS })
    assert.equal((await server.ask(`/who?api_key=${READ_KEY}`)).status, 401)
    const known = await server.ask(`/who?api_key=${READ_KEY}`, { 'x-api-key': READ_KEY })
    assert.equal(known.status, 400)
    assert.ok(!known.body.includes(READ_KEY))
  })

  for (const key of ['wrong', READ_KEY.slice(1), `${READ_KEY} `, READ_KEY.toUpperCase(), '']) {
    it(`refuses the key '${key}', which is none`, async () => {
      await start({ keys: KEYS })
      const spaces = key.trim() === READ_KEY
      assert.equal((await server.ask('/who', { 'x-api-key': key })).status, spaces ? 200 : 401)
      assert.equal(server.api.statistics().refused_keys, spaces ? 0 : 1)
    })
  }

  it('lets a key command that may, and no other', async () => {
    await start({ keys: KEYS, commands: 'yes' })
    assert.equal((await act({ 'x-api-key': READ_KEY })).status, 403)
    assert.equal((await act({ 'x-api-key': COMMAND_KEY })).status, 200)
  })

  it('counts requests by key, and lets go on when time has passed', async () => {
    await start({ keys: KEYS, requests_per_min: 3 })
    const ask = (key: string) => server.ask('/who', { 'x-api-key': key })
    assert.equal((await ask(READ_KEY)).headers.ratelimit, undefined)
    for (const left of [1, 0]) {
      const { headers } = await ask(READ_KEY)
      assert.match(String(headers.ratelimit), new RegExp(`;r=${left};t=`))
      assert.equal(headers['ratelimit-policy'], '"default";q=3;w=60')
    }
    const refused = await ask(READ_KEY)
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '20'])
    assert.equal((await ask(COMMAND_KEY)).status, 200)
    clock.advance(20_000)
    assert.equal((await ask(READ_KEY)).status, 200)
    assert.equal((await ask(READ_KEY)).status, 429)
    assert.equal(server.api.statistics().rate_limited, 2)
  })

  it('counts those who guess keys by their address', async () => {
    await start({ keys: KEYS, requests_per_min: 2 })
    const guesses = []
    for (const key of ['one', 'two', 'three']) guesses.push((await server.ask('/who', { 'x-api-key': key })).status)
    assert.deepEqual(guesses, [401, 401, 429])
  })

  it('counts commands apart', async () => {
    await start({ keys: KEYS, commands: 'yes', commands_per_min: 1 })
    assert.equal((await act({ 'x-api-key': COMMAND_KEY })).status, 200)
    assert.equal((await act({ 'x-api-key': COMMAND_KEY })).status, 429)
    assert.equal((await server.ask('/who', { 'x-api-key': COMMAND_KEY })).status, 200)
  })

  it('counts nobody where any number is allowed', async () => {
    await start({ requests_per_min: 0 })
    assert.equal((await server.ask('/who')).headers.ratelimit, undefined)
  })

  it('gives no key away', async () => {
    const secret = new Secret(CANARY.password)
    await start({ keys: [{ name: 'canary', right: 'command', secret }], commands: 'yes' })
    const replies = [
      await server.ask('/who', { 'x-api-key': CANARY.password }),
      await server.ask('/who?key=1', { 'x-api-key': CANARY.password }),
      await server.ask('/who', { 'x-api-key': `${CANARY.password}x` }),
      await act({ 'x-api-key': CANARY.password }),
    ]
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 400, 401, 200],
    )
    assertNoSecret({
      answers: replies.map(({ body, headers }) => body + JSON.stringify(headers)).join(),
      statistics: JSON.stringify(server.api.statistics()),
      options: shown({ secret }),
    })
  })
})

describe('Pages of other sites', () => {
  let server: ApiServer
  const start = async (origins: readonly string[]) => {
    server = await ApiServer.start({ routes: ROUTES, options: { origins, commands: 'yes', is_behind_login: true } })
  }
  const origin = 'https://home.example'
  const asks = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' }
  afterEach(() => server.stop())

  it('may not read anything, unless a person has named them', async () => {
    await start([])
    const reply = await server.ask('/who', { origin })
    assert.equal(reply.status, 200)
    assert.equal(reply.headers['access-control-allow-origin'], undefined)
    const preflight = await server.ask('/switch', asks, 'OPTIONS')
    assert.equal(preflight.headers['access-control-allow-methods'], undefined)
  })

  it('may not change anything either, however they ask', async () => {
    await start([])
    assert.equal((await server.ask('/switch', { ...JSON_TYPE, origin }, 'POST', '{}')).status, 403)
    assert.equal((await server.ask('/switch', { ...JSON_TYPE, origin: 'null' }, 'POST', '{}')).status, 403)
    const own = `http://127.0.0.1:${server.port}`
    const host = `127.0.0.1:${server.port}`
    assert.equal((await server.ask('/switch', { ...JSON_TYPE, origin: own, host }, 'POST', '{}')).status, 200)
  })

  it('may where they are named', async () => {
    await start(['https://other.example', origin])
    const reply = await server.ask('/who', { origin })
    assert.equal(reply.headers['access-control-allow-origin'], origin)
    assert.match(String(reply.headers['access-control-expose-headers']), /ETag/)
    assert.match(String(reply.headers.vary), /Origin/)
    const preflight = await server.ask('/switch', asks, 'OPTIONS')
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers['access-control-allow-methods'], 'POST, OPTIONS')
    assert.match(String(preflight.headers['access-control-allow-headers']), /X-API-Key/)
    assert.equal((await server.ask('/switch', { ...JSON_TYPE, origin }, 'POST', '{}')).status, 200)
    assert.equal(
      (await server.ask('/who', { origin: 'https://evil.example' })).headers['access-control-allow-origin'],
      undefined,
    )
  })
})
