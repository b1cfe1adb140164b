import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  parseInflux1Options,
  parseInflux2Options,
  parseInflux3Options,
} from '../../../src/database/influx/influx-options'
import type { InfluxOptions } from '../../../src/database/influx/influx-options'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import type { ErrorCode } from '../../../src/domain/errors'
import { aReading, START } from '../../support/database-samples'
import { withStore } from '../../support/influx-store'
import { ScriptedServer, type Received, type Reply } from '../../support/scripted-server'
import { readingLines } from '../../support/sqlite'
import { Influx3Server } from '../../support/influx3-server'
import { answerSql } from '../../support/sql-answers'

const HOUR = 3_600_000

/** Is what it is told to be, and answers every question alike. */
class OddServer extends ScriptedServer {
  constructor(
    private readonly version: string,
    private readonly reply: Reply,
  ) {
    super()
  }

  protected override answer({ path }: Received): Reply {
    const headers = { 'X-Influxdb-Build': 'OSS', 'X-Influxdb-Version': this.version }
    if (/query/.test(path)) return { ...this.reply, headers: { ...this.reply.headers, ...headers } }
    // Writing nothing to 2.x and 3.x is refused in words.
    return path.includes('write') && !this.version.startsWith('1')
      ? { status: 400, headers, body: 'writing requires points' }
      : { status: 204, headers }
  }
}

const KINDS: readonly [string, (url: string) => InfluxOptions][] = [
  ['1.6.7', (url) => parseInflux1Options({ url, database: 'kasa' })],
  ['v2.7.12', (url) => parseInflux2Options({ url, organization: 'home', bucket: 'kasa', token: 't' })],
  ['3.2.1', (url) => parseInflux3Options({ url, database: 'kasa', token: 't' })],
]
/** For silence alone: a busy machine may take longer to bring what is large. */
const IMPATIENT = { timeout_ms: 300 }

const LONG = 'x'.repeat(2_000_000)
const ANSWERS: readonly [string, Reply, ErrorCode, RegExp][] = [
  ['a refused login', { status: 401, body: { error: 'no' } }, 'DATABASE_LOGIN_REFUSED', /401/],
  ['a forbidden question', { status: 403, body: { error: 'no' } }, 'DATABASE_LOGIN_REFUSED', /403/],
  ['a missing database', { status: 404, body: { error: 'no such thing' } }, 'DATABASE_MISSING', /no such thing/],
  ['a refused statement', { status: 400, body: { message: 'syntax error' } }, 'DATABASE_UNSUPPORTED', /syntax error/],
  ['a busy server', { status: 503, body: 'later' }, 'DATABASE_UNAVAILABLE', /later/],
  ['a fault with many words', { status: 500, body: LONG }, 'DATABASE_UNAVAILABLE', /^.{1,500}$/s],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9' } }, 'DATABASE_UNSUPPORTED', /302/],
  ['an endless line', { status: 200, body: LONG }, 'DATABASE_INVALID', /longer than/],
  ['a huge answer', { status: 200, body: `${'x'.repeat(1000)}\n`.repeat(20_000) }, 'DATABASE_INVALID', /larger than/],
]

describe('what a server answers to a question', () => {
  for (const [version, optionsOf] of KINDS) {
    for (const [what, reply, code, message] of ANSWERS) {
      it(`is an error where it is ${what}: InfluxDB ${version}`, async () => {
        const server = await new OddServer(version, reply).start()
        const asked = withStore(optionsOf(server.url), (store) => store.latest(['plug-1']))
        await assert.rejects(asked, { code, message }).finally(() => server.stop())
      })
    }

    it(`is an error where there is none in time: InfluxDB ${version}`, async () => {
      const server = await new OddServer(version, { status: 200 }).start()
      const path = version.startsWith('1') ? '/query' : version.startsWith('v2') ? '/api/v2/query' : '/api/v3/query_sql'
      server.fail(path, 'silence', 2)
      const asked = withStore({ ...optionsOf(server.url), ...IMPATIENT }, (store) => store.latest())
      await assert.rejects(asked, { code: 'DATABASE_UNAVAILABLE', message: /0\.3 s/ }).finally(() => server.stop())
    })
  }

  for (const [what, version, body] of [
    ['no JSON', '1.6.7', 'oops'],
    ['a list', '1.6.7', '[]'],
    ['rows without time', '1.6.7', '{"results":[{"series":[{"columns":["x"],"values":[[1]]}]}]}'],
    ['a time that is text', '1.6.7', '{"results":[{"series":[{"columns":["time"],"values":[["now"]]}]}]}'],
    ['a time that is none', 'v2.7.12', '#datatype,string,long,string\r\n,result,table,_time\r\n,,0,now\r\n'],
    ['no JSON', '3.2.1', 'oops'],
    ['JSON of another form', '3.2.1', '[1]'],
  ] as const) {
    it(`is an error where it is ${what}: InfluxDB ${version}`, async () => {
      const server = await new OddServer(version, { status: 200, body }).start()
      const [, optionsOf] = KINDS.find(([known]) => known === version) as (typeof KINDS)[number]
      const asked = withStore(optionsOf(server.url), (store) => store.latest(['plug-1']))
      await assert.rejects(asked, { code: 'DATABASE_INVALID' }).finally(() => server.stop())
    })
  }

  it('may tell of a failure after it has begun: InfluxDB 2.x', async () => {
    const body = '#datatype,string,string\r\n,error,reference\r\n,"panic: out of memory",897\r\n'
    const server = await new OddServer('v2.7.12', { status: 200, body }).start()
    const [, optionsOf] = KINDS[1] as (typeof KINDS)[number]
    const asked = withStore(optionsOf(server.url), (store) => store.latest())
    await assert.rejects(asked, { code: 'DATABASE_UNAVAILABLE', message: /out of memory/ }).finally(() => server.stop())
  })

  it('is put together from shorter ranges where InfluxDB 3 refuses to open so many files', async () => {
    const server = await new Influx3Server().start()
    server.sql = answerSql
    const options = parseInflux3Options({ url: server.url, database: 'kasa', token: 'apiv3_token' })
    // Every ten minutes for ten days: more than three times what it opens at once.
    const readings = Array.from({ length: 1440 }, (_, index) => aReading({ timestamp: START + index * 600_000 }))
    const old = aReading({ device_id: 'old' })
    await withStore(options, async (store) => {
      await store.send(readingLines(...readings, old))
      for (const order of ['oldest-first', 'newest-first'] as const) {
        const query = parseHistoryQuery({ from: '2001-01-01', to: '2090-01-01', order, limit: 10_000 }, START)
        assert.equal((await store.history(query)).rows.length, 1441)
      }
      assert.deepEqual(await store.latest(), [old, readings.at(-1)])
      assert.deepEqual(await store.latest(['old']), [old])
      const day = { from: START + 9 * 24 * HOUR, to: START + 10 * 24 * HOUR, bucket: '1h' }
      assert.equal((await store.history(parseHistoryQuery(day, START))).rows.length, 24)
    }).finally(() => server.stop())
  })
})
