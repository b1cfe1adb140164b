import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { parseInflux1Options, parseInflux2Options } from '../../../src/database/influx/influx-options'
import { createInflux, examineInflux } from '../../../src/database/influx-servers'
import type { Verdict } from '../../../src/database/sending/verdict'
import { systemClock } from '../../../src/domain/clock'
import { Influx2Server } from '../../support/influx2-server'
import { linesOf, manyLines, outlineOf, withStore } from '../../support/influx-store'
import type { Fault } from '../../support/scripted-server'

const NOW = Date.UTC(2026, 0, 5)
const LINES = linesOf(`m v=1 ${NOW}`, `m v=2 ${NOW + 1}`)

describe('InfluxDB 2.x as a store', () => {
  let server: Influx2Server

  beforeEach(async () => {
    server = await new Influx2Server({ retention_s: 7 * 86_400 }).start()
  })

  afterEach(() => server.stop())

  const optionsOf = (others: Partial<Record<string, unknown>> = {}) =>
    parseInflux2Options({ url: server.url, organization: 'home', bucket: 'kasa', token: 'token', ...others })

  const verdictOf = (others: Partial<Record<string, unknown>> = {}, lines = LINES): Promise<Verdict> =>
    withStore(optionsOf(others), (store) => store.send(lines))

  /** What becomes of lines when this goes wrong with the write, not with the look before it. */
  const verdictAfter = (fault: Fault, times = 1, others = {}) =>
    withStore(optionsOf(others), async (store) => {
      await store.probe()
      server.fail('/api/v2/write', fault, times)
      return store.send(LINES)
    })

  it('is recognised, and gets lines with its token, organization and bucket', async () => {
    await withStore(optionsOf(), async (store) => {
      assert.deepEqual(outlineOf(await store.send(LINES)), { kind: 'stored' })
      assert.deepEqual([store.name, store.grace_ms], ['InfluxDB 2.7.12', 0])
    })
    const { path, query, headers, body } = server.requests.at(-1) ?? assert.fail()
    assert.equal(path, '/api/v2/write')
    assert.deepEqual(Object.fromEntries(query), { org: 'home', bucket: 'kasa', precision: 'ms' })
    assert.deepEqual([headers.authorization, body], ['Token token', LINES.text.toString()])
    assert.equal(server.stored.lines.length, 2)
  })

  it('is asked what it is once, and again when it was away', async () => {
    await withStore(optionsOf(), async (store) => {
      const pings = () => server.requests.filter(({ path }) => path === '/ping').length
      for (let turn = 0; turn < 3; turn++) await store.send(LINES)
      assert.equal(pings(), 1)
      server.fail('/api/v2/write', 'reset', 2)
      assert.equal((await store.send(LINES)).kind, 'retry')
      await store.send(LINES)
      assert.equal(pings(), 2)
    })
  })

  it('holds lines while token, bucket or organization are wrong', async () => {
    const [login, missing] = ['DATABASE_LOGIN_REFUSED', 'DATABASE_MISSING'].map((code) => ({ kind: 'held', code }))
    assert.deepEqual(outlineOf(await verdictOf({ token: 'wrong' })), login)
    assert.deepEqual(outlineOf(await verdictOf({ token: undefined })), login)
    assert.deepEqual(outlineOf(await verdictOf({ token: 'reader' })), login)
    assert.deepEqual(outlineOf(await verdictOf({ bucket: 'other' })), missing)
    assert.deepEqual(outlineOf(await verdictOf({ organization: 'other' })), missing)
    assert.equal(server.stored.lines.length, 0)
  })

  it('refuses lines that it cannot read, and those of another type', async () => {
    assert.deepEqual(outlineOf(await verdictOf({}, linesOf(`m v=1 ${NOW}`, 'bad'))), { kind: 'refused' })
    assert.equal(server.stored.lines.length, 0)
    assert.deepEqual(outlineOf(await verdictOf({}, linesOf(`m v=1 ${NOW}`, `m v="x" ${NOW + 1}`))), { kind: 'refused' })
    assert.equal(server.stored.lines.length, 1)
  })

  it('takes less at once where it says so', async () => {
    const small = await new Influx2Server({ maximum_bytes: 1000 }).start()
    assert.deepEqual(outlineOf(await verdictOf({ url: small.url }, manyLines(100))), { kind: 'too-large' })
    assert.deepEqual(outlineOf(await verdictOf({ url: small.url }, manyLines(10))), { kind: 'stored' })
    await small.stop()
  })

  it('is given the time that it asks for', async () => {
    for (const status of [429, 503]) {
      const verdict = await verdictAfter({ status, headers: { 'retry-after': '3' } })
      assert.deepEqual(verdict.kind === 'retry' && verdict.after_ms, 3000)
    }
    const headers = { date: new Date(NOW).toUTCString(), 'retry-after': new Date(NOW + 90_000).toUTCString() }
    const verdict = await verdictAfter({ status: 503, headers })
    assert.deepEqual(verdict.kind === 'retry' && verdict.after_ms, 90_000)
  })

  it('is asked again after troubles that pass', async () => {
    const passing = { kind: 'retry', code: 'DATABASE_UNAVAILABLE', timed_out: false }
    for (const fault of [{ status: 500 }, { status: 503 }]) {
      assert.deepEqual(outlineOf(await verdictAfter(fault)), { ...passing, lost_connection: false })
    }
    const lost = { ...passing, lost_connection: true }
    assert.deepEqual(outlineOf(await verdictAfter('reset', 2)), lost)
    assert.deepEqual(outlineOf(await verdictAfter('cut')), lost)
    const late = { ...lost, timed_out: true }
    assert.deepEqual(outlineOf(await verdictAfter('silence', 1, { timeout_ms: 1000 })), late)
  })

  it('has stored lines where it says 200, 201 or 206, but for those that it names', async () => {
    for (const status of [200, 201, 206])
      assert.deepEqual(outlineOf(await verdictAfter({ status })), { kind: 'stored' })
    const body = { error: 'partial write of line protocol occurred', data: [{ line_number: 2, error_message: 'no' }] }
    assert.deepEqual(outlineOf(await verdictAfter({ status: 201, body })), { kind: 'stored', bad: [1] })
  })

  it('is examined: what it is, how long it keeps data, what is missing', async () => {
    const examination = await examineInflux(optionsOf(), systemClock)
    const { reachable, name, found, may_write, retention_ms, advice } = examination
    assert.deepEqual([reachable, name, found, may_write], [true, 'InfluxDB 2.7.12', true, true])
    assert.equal(retention_ms, 7 * 86_400_000)
    assert.match(advice.join(), /older than 7 days/)
    assert.equal((await examineInflux(optionsOf({ bucket: 'new' }), systemClock)).found, false)
    assert.equal((await examineInflux(optionsOf({ token: 'reader' }), systemClock)).may_write, false)
    assert.equal(server.stored.lines.length, 0)
  })

  it('gets a bucket where there is none', async () => {
    const options = optionsOf({ bucket: 'new' })
    await createInflux(options, systemClock)
    await createInflux(options, systemClock)
    assert.ok(server.buckets.has('new'))
    assert.deepEqual(outlineOf(await verdictOf({ bucket: 'new' })), { kind: 'stored' })
    await assert.rejects(createInflux(optionsOf({ organization: 'other' }), systemClock), { code: 'DATABASE_MISSING' })
    await assert.rejects(createInflux(optionsOf({ token: 'wrong' }), systemClock), { code: 'DATABASE_LOGIN_REFUSED' })
  })

  it('tells the size and the series of its bucket', async () => {
    await withStore(optionsOf(), async (store) => {
      await store.send(LINES)
      const { name, size_bytes, series, writes, findings } = await store.health()
      assert.match(findings.join(), /older than 7 days/)
      assert.deepEqual([name, size_bytes, series, writes.count], ['InfluxDB 2.7.12', 5000, 2, 1])
    })
  })

  it('tells nothing of its size where it fails, and why', async () => {
    await withStore(optionsOf(), async (store) => {
      server.fail('/api/v2/buckets', { status: 500 })
      const { size_bytes, findings } = await store.health()
      assert.equal(size_bytes, undefined)
      assert.match(findings.join(), /does not tell how large it is/)
    })
  })

  it('is not taken for InfluxDB 1.x', async () => {
    const options = parseInflux1Options({ url: server.url, database: 'kasa' })
    await withStore(options, (store) => assert.rejects(store.probe(), /choose InfluxDB 2\.x/))
  })
})
