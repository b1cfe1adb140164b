import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, it } from 'mocha'
import type { Row, RowsEnd } from '../../../src/serving/answers/answer'
import { route } from '../../../src/serving/routing/route'
import { ApiServer } from '../../support/api-server'

const PAGE = 1000

/** How many rows were read, and whether reading has ended. */
class Source {
  read = 0
  isOver = false

  async *rows(count: number, fail_at = Infinity): AsyncGenerator<readonly Row[], RowsEnd, void> {
    try {
      for (let from = 0; from < count; from += PAGE) {
        await Promise.resolve()
        if (from >= fail_at) throw new Error('the disk is gone')
        const size = Math.min(PAGE, count - from)
        yield Array.from({ length: size }, (_, index) => ({
          device_id: 'kettle',
          timestamp: from + index,
          power_w: 1.5,
        }))
        this.read += size
      }
      return count > 1 ? { cursor: 'next page' } : {}
    } finally {
      this.isOver = true
    }
  }
}

describe('Rows', () => {
  let server: ApiServer
  let source: Source
  const start = async () => {
    source = new Source()
    const rows = route({
      ...{ method: 'GET', path: '/rows', id: 'rows', tag: 'test', summary: 'test', right: 'read' },
      parameters: {
        count: { in: 'query', description: 'rows', schema: { type: 'integer', minimum: 0, maximum: 1e7, default: 2 } },
        fail_at: { in: 'query', description: 'row', schema: { type: 'integer', minimum: 0, maximum: 1e7 } },
      },
      formats: ['json', 'ndjson', 'csv'],
      answers: { 200: { description: 'rows' } },
      keep: () => 'history',
      answer: ({ parameters: { count, fail_at, ...others } }) => {
        // How they are written is not the business of whoever reads them.
        assert.deepEqual(others, {})
        return {
          rows: source.rows(count, fail_at),
          member: 'rows',
          columns: ['device_id', 'timestamp', 'power_w', 'voltage_v'],
        }
      },
    })
    server = await ApiServer.start({ routes: [rows] })
  }
  afterEach(() => server.stop())

  const open = async (target: string, headers = {}): Promise<IncomingMessage> => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: target, headers, agent: false })
    asked.on('error', () => undefined).end()
    const [reply] = (await once(asked, 'response')) as [IncomingMessage]
    return reply
  }

  it('come as JSON, with what follows them', async () => {
    await start()
    const reply = await server.ask('/rows')
    assert.deepEqual(reply.json(), {
      rows: [
        { device_id: 'kettle', timestamp: 0, power_w: 1.5 },
        { device_id: 'kettle', timestamp: 1, power_w: 1.5 },
      ],
      cursor: 'next page',
    })
    assert.deepEqual((await server.ask('/rows?count=0')).json(), { rows: [] })
    assert.equal((await server.ask('/rows')).headers['x-cache'], 'HIT')
  })

  it('come as lines of JSON and as CSV, by name or as the client likes it; the next page stands in a header', async () => {
    await start()
    const lines = await server.ask('/rows', { accept: 'application/x-ndjson' })
    assert.equal(lines.headers['content-type'], 'application/x-ndjson')
    assert.deepEqual(
      lines.body
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Row).timestamp),
      [0, 1],
    )
    assert.equal(lines.headers.link, '<?cursor=next+page>; rel="next"')
    const table = await server.ask('/rows?format=csv&count=2', { accept: 'application/json' })
    assert.equal(table.headers['content-type'], 'text/csv; charset=utf-8')
    assert.equal(table.body, 'device_id,timestamp,power_w,voltage_v\r\nkettle,0,1.5,\r\nkettle,1,1.5,\r\n')
    assert.equal(table.headers.link, '<?format=csv&count=2&cursor=next+page>; rel="next"')
    assert.equal(
      (await server.ask('/rows', { accept: 'text/html, text/csv;q=0.5' })).headers['content-type'],
      table.headers['content-type'],
    )
    assert.equal((await server.ask('/rows', { accept: 'text/html' })).status, 406)
  })

  it('that are many go out while they are read, and are all there', async () => {
    await start()
    const reply = await server.ask('/rows?count=50000&format=ndjson')
    assert.equal(reply.headers['transfer-encoding'], 'chunked')
    assert.equal(reply.headers['content-length'], undefined)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const lines = reply.body.trimEnd().split('\n')
    assert.equal(lines.length, 50_000)
    assert.equal((JSON.parse(lines.at(-1) ?? '') as Row).timestamp, 49_999)
    const again = await server.ask('/rows?count=50000&format=json', { 'accept-encoding': 'gzip' })
    const all = JSON.parse(gunzipSync(again.bytes).toString()) as { rows: Row[]; cursor: string }
    assert.deepEqual([all.rows.length, all.cursor], [50_000, 'next page'])
  })

  it('that are too many to be kept are read for each who asks', async () => {
    await start()
    const target = '/rows?count=50000&format=csv'
    const replies = await Promise.all([server.ask(target), server.ask(target), server.ask(target)])
    for (const { body } of replies) assert.equal(body.split('\r\n').length, 50_002)
    assert.equal(source.read, 150_000)
    assert.equal(server.api.statistics().in_flight, 0)
  })

  it('are read no faster than the client reads', async () => {
    await start()
    const reply = await open('/rows?count=1000000&format=csv')
    reply.once('readable', () => undefined)
    let before = -1
    while (source.read !== before) {
      before = source.read
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    // What the sockets of both sides hold, and no more.
    assert.ok(source.read < 500_000, `${source.read} rows were read`)
    assert.equal(server.api.statistics().in_flight, 1)
    reply.destroy()
    while (!source.isOver || server.api.statistics().in_flight > 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    assert.ok(source.read < 500_000)
  })

  it('that cannot be read to their end do not look as if they were all', async () => {
    await start()
    const reply = await open('/rows?count=50000&fail_at=30000')
    assert.equal(reply.statusCode, 200)
    reply.resume()
    await assert.rejects(once(reply, 'end'), /aborted/)
    assert.ok(source.isOver)
  })

  it('are not read where only the head is asked for', async () => {
    await start()
    const head = await server.ask('/rows?count=1000000', {}, 'HEAD')
    assert.deepEqual([head.status, head.body], [200, ''])
    while (!source.isOver) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.ok(source.read < 20_000)
  })
})
