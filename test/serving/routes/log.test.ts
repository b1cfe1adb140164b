import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import type { LogQuery } from '../../../src/domain/log-line'
import { MonitorError } from '../../../src/domain/errors'
import { slowWatch, type SlowWork } from '../../../src/domain/slow-watch'
import { listLog } from '../../../src/serving/routes/log'
import { route } from '../../../src/serving/routing/route'
import { ApiServer } from '../../support/api-server'
import { FakeClock } from '../../support/fake-clock'

describe('GET /log', () => {
  let server: ApiServer | undefined
  afterEach(() => server?.stop())

  it('asks for what its query says, and answers the lines', async () => {
    const clock = new FakeClock()
    const line = {
      timestamp: clock.now(),
      level: 'warn',
      part: 'api',
      event: 'slow',
      duration_ms: 5,
      message: 'x',
    } as const
    const asked: LogQuery[] = []
    const log = (query: LogQuery) => {
      asked.push(query)
      return Promise.resolve({ lines: [line], complete: false })
    }
    server = await ApiServer.start({ routes: [listLog], sources: { log }, clock })
    const reply = await server.ask('/log?level=warn&limit=1&part=api&since=-1h')
    assert.deepEqual(reply.json(), { lines: [line], complete: false })
    await server.ask('/log')
    const since = clock.now() - 3_600_000
    assert.deepEqual(asked, [
      { level: 'warn', limit: 1, part: 'api', since },
      { level: 'info', limit: 100 },
    ])
  })

  it('refuses what it does not know, and says where no log is kept', async () => {
    const log = () => Promise.reject(new MonitorError('LOG_OFF', 'No log is kept'))
    server = await ApiServer.start({ routes: [listLog], sources: { log } })
    for (const query of ['level=debug', 'limit=0', 'limit=1001', 'since=soon', 'part=', 'until=now']) {
      assert.equal((await server.ask(`/log?${query}`)).status, 400, query)
    }
    assert.equal((await server.ask('/log')).json().code, 'LOG_OFF')
  })
})

describe('An answer that takes long', () => {
  it('is told to whoever watches, by its path and without what else was asked', async () => {
    const clock = new FakeClock()
    const slow = route({
      ...{ method: 'GET', path: '/slow', id: 'getSlow', tag: 'test', summary: 'Slow', right: 'none' },
      parameters: {},
      answers: { 200: { description: 'Late' } },
      answer: () => {
        clock.advance(1500)
        return { json: {} }
      },
    })
    const seen: SlowWork[] = []
    const end = slowWatch.watch(1000, (work) => seen.push(work))
    const server = await ApiServer.start({ routes: [slow], clock })
    try {
      await server.ask('/slow')
      await server.ask('/other?secret')
    } finally {
      end()
      await server.stop()
    }
    assert.deepEqual(seen, [{ part: 'api', what: 'GET /slow: 200', duration_ms: 1500 }])
  })
})
