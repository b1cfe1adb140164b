import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { InfluxConnection } from '../../../src/database/influx/influx-connection'
import { MonitorError } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { ScriptedServer, type Received, type Reply } from '../../support/scripted-server'

const CANARY = 's3cr3t-CANARY'
const GET = { method: 'GET', path: '/x' } as const
const POST = { method: 'POST', path: '/write?db=a%20b', body: 'm v=1 1\n'.repeat(1000) } as const

class Echo extends ScriptedServer {
  reply: Reply = { status: 204 }
  protected override answer(): Reply {
    return this.reply
  }
}

describe('A connection to an InfluxDB server', () => {
  let server: Echo
  let connection: InfluxConnection
  const clock = new FakeClock()

  const connect = (url = server.url, verify_certificate: 'yes' | 'no' = 'yes') =>
    new InfluxConnection({
      url,
      timeout_ms: 5000,
      connections: 3,
      verify_certificate,
      authorization: () => CANARY,
      clock,
    })

  beforeEach(async () => {
    server = await new Echo().start()
    connection = connect()
  })

  afterEach(async () => {
    connection.stop()
    await server.stop()
  })

  const requestAt = (index: number) => server.requests[index] as Received
  const errorOf = (exchange: Promise<unknown>) =>
    exchange.then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => (thrown instanceof MonitorError ? thrown : assert.fail(String(thrown))),
    )

  it('gives every answer, whatever its status', async () => {
    for (const status of [200, 201, 204, 206, 301, 400, 401, 404, 413, 429, 500, 503]) {
      server.reply = { status, headers: { 'retry-after': '3' }, body: status === 204 ? '' : { error: 'a reason' } }
      const { status: received, headers, body } = await connection.exchange(POST)
      assert.deepEqual([received, headers['retry-after']], [status, '3'])
      assert.equal(body, status === 204 ? '' : '{"error":"a reason"}')
    }
  })

  it('sends text as it is, with path, login and its own headers', async () => {
    await connection.exchange({ ...POST, headers: { accept: 'application/csv' } })
    const { path, query, headers, body } = requestAt(0)
    assert.deepEqual(
      [path, query.get('db'), headers.authorization, headers.accept],
      ['/write', 'a b', CANARY, 'application/csv'],
    )
    assert.equal(body, POST.body)
    assert.equal(headers['content-encoding'], undefined)
  })

  it('packs what goes to other hosts', async () => {
    // The system takes it for this host, the connection does not.
    const remote = connect(server.url.replace('127.0.0.1', '0.0.0.0'))
    await remote.exchange(POST)
    remote.stop()
    assert.equal(requestAt(0).headers['content-encoding'], 'gzip')
    assert.equal(requestAt(0).body, POST.body)
  })

  it('keeps a path before that of the server', async () => {
    const behind = connect(`${server.url}/influx`)
    await behind.exchange(GET)
    behind.stop()
    assert.equal(requestAt(0).path, '/influx/x')
  })

  it('uses as many connections as it may, however much is asked at once, and keeps them', async () => {
    for (let turn = 0; turn < 3; turn++) await Promise.all(Array.from({ length: 8 }, () => connection.exchange(GET)))
    assert.deepEqual([server.requests.length, connection.connections, await server.connections()], [24, 3, 3])
  })

  it('sends again at once what a server cut off, once', async () => {
    server.fail('/write', 'reset')
    assert.equal((await connection.exchange(POST)).status, 204)
    server.fail('/write', 'reset', 2)
    assert.equal((await errorOf(connection.exchange(POST))).code, 'DATABASE_UNAVAILABLE')
  })

  it('says so where an answer breaks off', async () => {
    for (const status of [204, 400]) {
      server.reply = { status }
      server.fail('/write', 'cut')
      assert.equal((await errorOf(connection.exchange(POST))).code, 'DATABASE_UNAVAILABLE', String(status))
    }
  })

  it('ends a request that is not answered in time, and its connection', async () => {
    server.fail('/write', 'silence', 2)
    const failed = Promise.all([errorOf(connection.exchange(POST)), errorOf(connection.exchange(POST))])
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(5000)
    for (const error of await failed) assert.match(error.message, /did not answer within 5 s/)
    assert.equal((await connection.exchange(GET)).status, 204)
    assert.equal(clock.pending, 0)
  })

  it('refuses an answer that is larger than it ever has to be', async () => {
    for (const status of [200, 400]) {
      server.reply = { status, headers: { 'content-length': String(65 * 1024 * 1024) }, body: 'x' }
      assert.match((await errorOf(connection.exchange(GET))).message, /larger than/)
    }
  })

  it('says why nothing is there', async () => {
    const { url } = server
    await server.stop()
    assert.match((await errorOf(connection.exchange(GET))).message, /no server listens there/)
    const secure = connect(url.replace('http', 'https'))
    assert.match((await errorOf(secure.exchange(GET))).message, /no server listens there/)
    secure.stop()
  })

  it('ends what is under way when it is stopped, and takes nothing more', async () => {
    server.fail('/x', 'silence')
    const ended = errorOf(connection.exchange(GET))
    while (server.requests.length < 1) await new Promise((resolve) => setImmediate(resolve))
    connection.stop()
    connection.stop()
    assert.equal((await ended).code, 'CLOSED')
    assert.equal((await errorOf(connection.exchange(GET))).code, 'CLOSED')
    assert.equal(clock.pending, 0)
  })

  it('shows its login to nobody, not even while it is used', async () => {
    const show = (value: unknown) => inspect(value, { depth: 12, showHidden: true, maxStringLength: null })
    server.fail('/x', 'silence')
    const failed = errorOf(connection.exchange(GET))
    while (server.requests.length < 1) await new Promise((resolve) => setImmediate(resolve))
    assert.ok(!show(connection).includes(CANARY))
    clock.advance(5000)
    assert.ok(!show(await failed).includes(CANARY))
    assert.equal(requestAt(0).headers.authorization, CANARY)
  })

  it('trusts a certificate of nobody only where it was told to', async function () {
    const made = selfSigned()
    if (made === undefined) {
      console.log('      not run: openssl is not installed')
      return this.skip()
    }
    const secure = createServer(made, (_, response) => response.writeHead(204).end())
    secure.listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`
    const doubting = connect(url)
    assert.match((await errorOf(doubting.exchange(GET))).message, /certificate is not valid/)
    const trusting = connect(url, 'no')
    assert.equal((await trusting.exchange(GET)).status, 204)
    for (const each of [doubting, trusting]) each.stop()
    secure.closeAllConnections()
    secure.close()
  })
})

function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '2']
  try {
    const { status } = spawnSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert])
    return status === 0 ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
