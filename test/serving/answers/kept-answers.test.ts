import assert from 'node:assert/strict'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import type { Answer } from '../../../src/serving/answers/answer'
import { route } from '../../../src/serving/routing/route'
import { ApiServer, type ApiServerOptions } from '../../support/api-server'
import { FakeClock } from '../../support/fake-clock'

interface Making {
  readonly signal: AbortSignal
  finish(answer: Answer): void
  fail(error: Error): void
}

const answers = { 200: { description: 'as it is' } }
const parameters = {
  a: { in: 'query', description: 'a', schema: { type: 'integer', minimum: 0, maximum: 9, default: 1 } },
  b: { in: 'query', description: 'b', schema: { type: 'string' } },
} as const

describe('Kept answers', () => {
  let server: ApiServer
  let clock: FakeClock
  /** What is being made now. */
  let making: Making[]
  let begun: () => void
  let hasBegun: Promise<void>

  const line = { method: 'GET', tag: 'test', summary: 'test', right: 'read', parameters, answers } as const
  const answer = ({ signal }: { readonly signal: AbortSignal }) =>
    new Promise<Answer>((finish, fail) => {
      making.push({ signal, finish, fail })
      begun()
    })
  const ROUTES = [
    route({ ...line, path: '/kept', id: 'kept', keep: () => 'history', answer }),
    route({
      ...line,
      path: '/status',
      id: 'status',
      keep: () => 'status',
      answer: () => ({ json: { at: clock.now() } }),
    }),
    route({ ...line, path: '/fails', id: 'fails', keep: () => 'history', answer: fails }),
    route({ ...line, path: '/new', id: 'new', answer }),
  ]
  let failures: MonitorError[]
  function fails(): Answer {
    const error = failures.shift()
    if (error) throw error
    return { json: 'well' }
  }

  const expectBegin = () => void (hasBegun = new Promise((resolve) => (begun = resolve)))
  const start = async (options: Partial<ApiServerOptions> = {}) => {
    server = await ApiServer.start({ routes: ROUTES, clock, ...options })
  }
  beforeEach(() => {
    clock = new FakeClock()
    making = []
    failures = []
    expectBegin()
  })
  afterEach(() => server.stop())

  /** A client that can go away. */
  const client = (target: string) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: target, agent: false })
    asked.on('error', () => undefined).end()
    return asked
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

  it('are made once for all who ask the same, however that is written', async () => {
    await start()
    const asked = ['/kept?a=2&b=x', '/kept?b=x&a=2', '/kept?b=%78&a=2'].map((target) => server.ask(target))
    await server.hasReceived(3)
    await turn()
    assert.equal(making.length, 1)
    making[0]?.finish({ json: 'once' })
    const replies = await Promise.all(asked)
    assert.deepEqual(
      replies.map(({ body, headers }) => [body, headers['x-cache']]),
      replies.map(() => ['"once"', 'MISS']),
    )
    assert.equal((await server.ask('/kept?b=x&a=2')).headers['x-cache'], 'HIT')
  })

  it('are made apart for those who ask something else', async () => {
    await start()
    const asked = [server.ask('/kept'), server.ask('/kept?a=2')]
    while (making.length < 2) await turn()
    for (const each of making) each.finish({ json: 'made' })
    await Promise.all(asked)
    assert.equal((await server.ask('/kept?a=1')).headers['x-cache'], 'HIT')
  })

  it('about the present are two seconds old at most', async () => {
    await start()
    const first = (await server.ask('/status')).json().at
    assert.equal((await server.ask('/status')).headers.age, undefined)
    clock.advance(1900)
    const second = await server.ask('/status')
    assert.deepEqual([second.json().at, second.headers['x-cache'], second.headers.age], [first, 'HIT', '1'])
    const known = await server.ask('/status', { 'if-none-match': String(second.headers.etag) })
    assert.deepEqual([known.status, known.headers['x-cache'], known.headers.age], [304, 'HIT', '1'])
    clock.advance(200)
    const third = await server.ask('/status')
    assert.deepEqual([third.headers['x-cache'], Number(third.json().at) - Number(first)], ['MISS', 2100])
  })

  it('are served past their time where the cache may, while a new one is made', async () => {
    await start({ cache: { history_s: 10, stale_s: 60 } })
    const first = server.ask('/kept')
    await hasBegun
    making[0]?.finish({ json: 'old' })
    await first
    clock.advance(11_000)
    expectBegin()
    const stale = await server.ask('/kept')
    assert.deepEqual([stale.body, stale.headers['x-cache'], stale.headers.age], ['"old"', 'STALE', '11'])
    await hasBegun
    making[1]?.finish({ json: 'new' })
    let reply = await server.ask('/kept')
    while (reply.headers['x-cache'] === 'STALE') reply = await server.ask('/kept')
    assert.deepEqual([reply.body, reply.headers['x-cache']], ['"new"', 'HIT'])
  })

  it('end when nobody waits for them any more, not when one of several goes away', async () => {
    await start()
    const first = client('/kept')
    await hasBegun
    const second = client('/kept')
    await server.hasReceived(2)
    await turn()
    first.destroy()
    while (server.api.statistics().gone < 1) await turn()
    assert.equal(making[0]?.signal.aborted, false)
    const aborted = new Promise((resolve) => making[0]?.signal.addEventListener('abort', resolve))
    second.destroy()
    await aborted
    expectBegin()
    // Who asks after that hears nothing of it.
    const third = server.ask('/kept')
    await hasBegun
    making[1]?.finish({ json: 'for the third' })
    assert.equal((await third).body, '"for the third"')
    assert.equal(server.api.statistics().gone, 2)
  })

  it('that take too long are given up, for all who wait', async () => {
    await start({ options: { timeout_s: 5 } })
    const asked = [server.ask('/kept'), server.ask('/kept')]
    await server.hasReceived(2)
    await turn()
    clock.advance(5000)
    for (const reply of await Promise.all(asked)) {
      assert.deepEqual([reply.status, reply.json().code], [503, 'API_TIMEOUT'])
      assert.ok(reply.headers['retry-after'])
    }
    assert.equal(making[0]?.signal.aborted, true)
  })

  it('that fail are told to all who ask in that second, then made anew', async () => {
    await start()
    failures = [new MonitorError('DATABASE_UNAVAILABLE', 'away')]
    assert.deepEqual((await server.ask('/fails')).json().code, 'DATABASE_UNAVAILABLE')
    assert.deepEqual((await server.ask('/fails')).json().code, 'DATABASE_UNAVAILABLE')
    clock.advance(1100)
    assert.equal((await server.ask('/fails')).body, '"well"')
  })

  it('repeat what is wrong with a question for a second, word for word', async () => {
    await start()
    failures = [new MonitorError('INPUT_INVALID', 'to: before from', { details: { field: 'to', range: 'after from' } })]
    const [first, second] = [await server.ask('/fails'), await server.ask('/fails')]
    assert.deepEqual([first.status, first.json().field], [400, 'to'])
    assert.equal(second.body, first.body)
    assert.deepEqual(
      [second.headers['content-type'], second.headers['cache-control']],
      ['application/problem+json', 'no-store'],
    )
    clock.advance(1100)
    assert.equal((await server.ask('/fails')).status, 200)
  })

  it('are made by so many at a time as may be; others wait their turn', async () => {
    await start({ options: { maximum_in_flight: 1 } })
    const first = server.ask('/new')
    await hasBegun
    const second = server.ask('/new?a=2')
    await server.hasReceived(2)
    await turn()
    assert.equal(making.length, 1)
    assert.equal(server.api.statistics().in_flight, 1)
    expectBegin()
    making[0]?.finish({ json: 1 })
    await hasBegun
    making[1]?.finish({ json: 2 })
    assert.deepEqual([(await first).body, (await second).body], ['1', '2'])
    assert.equal(server.api.statistics().in_flight, 0)
  })

  it('that are not kept end when the client goes away', async () => {
    await start()
    const asked = client('/new')
    await hasBegun
    const aborted = new Promise((resolve) => making[0]?.signal.addEventListener('abort', resolve))
    asked.destroy()
    await aborted
  })

  it('end when the API is stopped, and leave no timer behind', async () => {
    await start()
    const asked = server.ask('/kept')
    await hasBegun
    server.api.stop()
    assert.equal((await asked).status, 503)
    assert.equal(making[0]?.signal.aborted, true)
    await server.stop()
    assert.equal(clock.pending, 0)
    await start()
  })
})
