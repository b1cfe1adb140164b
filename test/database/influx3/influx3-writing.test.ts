import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { parseInflux2Options, parseInflux3Options } from '../../../src/database/influx/influx-options'
import { createInflux, examineInflux } from '../../../src/database/influx-servers'
import { systemClock } from '../../../src/domain/clock'
import { Influx3Server } from '../../support/influx3-server'
import { linesOf, manyLines, outlineOf, withStore } from '../../support/influx-store'

const NOW = Date.UTC(2026, 0, 5)
const LINES = linesOf(`m v=1 ${NOW}`, `m v=2 ${NOW + 1}`)

describe('InfluxDB 3.x as a store', () => {
  let server: Influx3Server

  beforeEach(async () => {
    server = await new Influx3Server().start()
  })

  afterEach(() => server.stop())

  const optionsOf = (others: Partial<Record<string, unknown>> = {}) =>
    parseInflux3Options({ url: server.url, database: 'kasa', token: 'apiv3_token', ...others })

  const outlineFor = (others: Partial<Record<string, unknown>> = {}, lines = LINES) =>
    withStore(optionsOf(others), async (store) => outlineOf(await store.send(lines)))

  it('is recognised, and gets lines in a way that a 204 means that they are on disk', async () => {
    await withStore(optionsOf(), async (store) => {
      assert.deepEqual(outlineOf(await store.send(LINES)), { kind: 'stored' })
      assert.deepEqual([store.name, store.grace_ms], ['InfluxDB 3.2.1', 0])
    })
    const { path, query, headers } = server.requests.at(-1) ?? assert.fail()
    assert.equal(path, '/api/v3/write_lp')
    assert.deepEqual(Object.fromEntries(query), {
      ...{ db: 'kasa', precision: 'millisecond', accept_partial: 'true', no_sync: 'false' },
    })
    assert.equal(headers.authorization, 'Bearer apiv3_token')
    assert.equal(server.stored.lines.length, 2)
  })

  it('says itself which lines are bad: one request, and the others are stored', async () => {
    const { text } = manyLines(100)
    const lines = text.toString().split('\n').slice(0, 100)
    const bad = [0, 41, 99]
    for (const index of bad) lines[index] = 'bad'
    assert.deepEqual(await outlineFor({}, linesOf(...lines)), { kind: 'stored', bad })
    assert.equal(server.stored.lines.length, 97)
    assert.equal(server.requests.filter(({ body, path }) => path === '/api/v3/write_lp' && body !== '').length, 1)
  })

  it('gets lines the way of 2.x where it has no other', async () => {
    await server.stop()
    server = await new Influx3Server({ native: false }).start()
    await withStore(optionsOf(), async (store) => {
      for (let turn = 0; turn < 2; turn++) assert.deepEqual(outlineOf(await store.send(LINES)), { kind: 'stored' })
    })
    assert.equal(server.requests.filter(({ path }) => path === '/api/v3/write_lp').length, 1)
    assert.deepEqual(await outlineFor({}, linesOf('bad')), { kind: 'refused' })
  })

  it('holds lines while the token is wrong; one that may only write is enough', async () => {
    const refused = { kind: 'held', code: 'DATABASE_LOGIN_REFUSED' }
    assert.deepEqual(await outlineFor({ token: 'wrong' }), refused)
    assert.deepEqual(await outlineFor({ token: undefined }), refused)
    assert.deepEqual(await outlineFor({ token: 'apiv3_writer' }), { kind: 'stored' })
  })

  it('takes less at once where it says so', async () => {
    const small = await new Influx3Server({ maximum_bytes: 1000 }).start()
    assert.deepEqual(await outlineFor({ url: small.url }, manyLines(100)), { kind: 'too-large' })
    await small.stop()
  })

  it('is examined, and what is not there does not come into being by that', async () => {
    const { name, found, may_write, advice } = await examineInflux(optionsOf(), systemClock)
    assert.deepEqual([name, found, may_write, advice], ['InfluxDB 3.2.1', true, true, []])
    const other = await examineInflux(optionsOf({ database: 'new' }), systemClock)
    assert.deepEqual([other.found, other.may_write, server.databases.has('new')], [false, true, false])
    assert.match(other.advice.join(), /database "new" yet/)
    assert.equal((await examineInflux(optionsOf({ token: 'wrong' }), systemClock)).code, 'DATABASE_LOGIN_REFUSED')
    assert.equal((await examineInflux(optionsOf({ token: 'apiv3_writer' }), systemClock)).may_write, true)
  })

  it('gets a database where there is none, from who may make one', async () => {
    const options = optionsOf({ database: 'new' })
    await createInflux(options, systemClock)
    await createInflux(options, systemClock)
    assert.ok(server.databases.has('new'))
    const writer = optionsOf({ database: 'other', token: 'apiv3_writer' })
    await assert.rejects(createInflux(writer, systemClock), { code: 'DATABASE_LOGIN_REFUSED' })
  })

  it('tells the size of its files, and how long it keeps data', async () => {
    server.sql = ({ body }) => {
      const { db, q } = JSON.parse(body) as { db: string; q: string }
      const isAboutDatabases = db === '_internal' && q.includes('system.databases')
      const row = isAboutDatabases ? { retention_period_ns: 86_400e9 } : { size_bytes: 4096, row_count: 100 }
      return { status: 200, body: [row] }
    }
    await withStore(optionsOf(), async (store) => {
      await store.probe()
      const { size_bytes, rows, findings } = await store.health()
      assert.deepEqual([size_bytes, rows, findings.length], [4096, 100, 1])
      assert.match(findings.join(), /older than a day/)
    })
    assert.equal((await examineInflux(optionsOf(), systemClock)).retention_ms, 86_400_000)
  })

  it('is not taken for InfluxDB 2.x, although it takes lines as that does', async () => {
    const options = parseInflux2Options({ url: server.url, organization: 'x', bucket: 'kasa', token: 'apiv3_token' })
    await withStore(options, (store) => assert.rejects(store.probe(), /choose InfluxDB 3\.x/))
  })
})
