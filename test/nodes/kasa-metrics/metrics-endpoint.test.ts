import assert from 'node:assert/strict'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { after, before, describe, it } from 'mocha'
import { MetricsEndpoint } from '../../../nodes/kasa-metrics/metrics-endpoint'
import { MonitorError } from '../../../src/domain/errors'

const BODY = '# TYPE kasa_polls_total counter\nkasa_polls_total 1\n'.repeat(30)

describe('The endpoint of kasa-metrics', () => {
  let server: Server
  let answer = () => Promise.resolve({ type: 'text/plain; version=0.0.4', body: BODY })
  const reported: unknown[] = []

  before(async () => {
    const endpoint = new MetricsEndpoint({ text: () => answer() }, (thrown) => void reported.push(thrown))
    server = createServer((asked, response) => endpoint.handle(asked, response, asked.url ?? ''))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => void server.close())

  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      request({ port, path, method, headers, host: '127.0.0.1', agent: false }, resolve).on('error', reject).end()
    })

  it('answers the text, kept by nobody', async () => {
    const response = await ask('/')
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4')
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(await text(response), BODY)
  })

  it('packs it for those who take that, and for no others', async () => {
    const packed = await ask('/?name=up', 'GET', { 'accept-encoding': 'deflate, gzip;q=0.8' })
    assert.equal(packed.headers['content-encoding'], 'gzip')
    const chunks: Buffer[] = []
    for await (const chunk of packed) chunks.push(chunk as Buffer)
    assert.equal(gunzipSync(Buffer.concat(chunks)).toString(), BODY)
    for (const accepted of ['identity', 'gzip;q=0', 'br, gzip; q=0.0, *']) {
      const plain = await ask('/', 'GET', { 'accept-encoding': accepted })
      assert.equal(plain.headers['content-encoding'], undefined, accepted)
      plain.resume()
    }
  })

  it('answers HEAD without a body, other methods and other paths not at all', async () => {
    const head = await ask('/', 'HEAD')
    assert.equal(head.headers['content-length'], String(BODY.length))
    assert.equal(await text(head), '')
    const post = await ask('/', 'POST')
    assert.deepEqual([post.statusCode, post.headers.allow], [405, 'GET, HEAD'])
    post.resume()
    const deeper = await ask('/deeper')
    assert.equal(deeper.statusCode, 404)
    deeper.resume()
  })

  it('says why where it cannot answer, and reports it once, until it answers again', async () => {
    const error = new MonitorError('METRICS_UNSUPPORTED', 'a package is not installed')
    const well = answer
    const status = async () => {
      const response = await ask('/')
      const body = await text(response)
      return response.statusCode === 503 ? body : response.statusCode
    }
    answer = () => Promise.reject(error)
    assert.equal(await status(), 'a package is not installed\n')
    assert.equal(await status(), 'a package is not installed\n')
    assert.deepEqual(reported, [error])
    answer = well
    assert.equal(await status(), 200)
    answer = () => Promise.reject(error)
    await status()
    assert.deepEqual(reported, [error, error])
  })
})
