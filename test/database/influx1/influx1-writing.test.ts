import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import {
  parseInflux1Options,
  parseInflux2Options,
  type Influx1Options,
} from '../../../src/database/influx/influx-options'
import { createInflux, examineInflux } from '../../../src/database/influx-servers'
import { MonitorError } from '../../../src/domain/errors'
import { systemClock } from '../../../src/domain/clock'
import { ADMINISTRATOR, startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'
import { linesOf, manyLines, outlineOf, withStore } from '../../support/influx-store'

const NOW = Date.UTC(2026, 0, 5)
const LOST = { kind: 'retry', code: 'DATABASE_UNAVAILABLE', lost_connection: true, timed_out: false }

describe('InfluxDB 1.x as a store', function () {
  this.timeout(60_000)
  let influxd: Influxd

  before(async function () {
    skipWithout(whyNoInfluxd(), this)
    influxd = await startInfluxd()
    await influxd.query('CREATE DATABASE kasa')
  })

  after(() => influxd?.stop())

  const optionsOf = (others: Partial<Record<string, unknown>> = {}): Influx1Options =>
    parseInflux1Options({ url: influxd.url, database: 'kasa', ...others })

  /** All points of a measurement, whatever their fields. */
  const count = async (measurement: string) => {
    const [row] = await influxd.query(`SELECT count(v) FROM ${measurement}`, 'kasa')
    return row?.[1] ?? 0
  }

  it('tells its name and version, and keeps what it has acknowledged', async () => {
    await withStore(optionsOf(), async (store) => {
      await store.probe()
      assert.deepEqual([store.name, store.grace_ms], ['InfluxDB 1.6.7', 0])
      assert.deepEqual(outlineOf(await store.send(linesOf(`first v=1 ${NOW}`, `first v=2 ${NOW + 1}`))), {
        kind: 'stored',
      })
      assert.equal(await count('first'), 2)
    })
  })

  it('stores the same lines once, however often they come', async () => {
    await withStore(optionsOf(), async (store) => {
      for (let turn = 0; turn < 3; turn++) await store.send(linesOf(`again v=1 ${NOW}`))
      assert.equal(await count('again'), 1)
    })
  })

  it('takes 5,000 lines in one request, and several requests at once', async () => {
    await withStore(optionsOf(), async (store) => {
      const verdicts = await Promise.all(
        [0, 1, 2, 3].map((turn) => store.send(manyLines(5000, NOW + turn * 5_000_000))),
      )
      assert.deepEqual(verdicts.map(outlineOf), Array(4).fill({ kind: 'stored' }))
      const [row] = await influxd.query('SELECT count(power_w) FROM reading', 'kasa')
      assert.equal(row?.[1], 20_000)
    })
  })

  it('is waited for while it is down at start, and after a crash; what it had acknowledged is there', async () => {
    await withStore(optionsOf(), async (store) => {
      await influxd.kill()
      assert.deepEqual(outlineOf(await store.send(linesOf(`crash v=1 ${NOW}`))), LOST)
      await assert.rejects(store.probe(), { code: 'DATABASE_UNAVAILABLE' })
      await influxd.run()
      assert.deepEqual(outlineOf(await store.send(linesOf(`crash v=1 ${NOW}`))), { kind: 'stored' })
      await influxd.kill()
      assert.deepEqual(outlineOf(await store.send(linesOf(`crash v=2 ${NOW + 1}`))), LOST)
      await influxd.run()
      assert.deepEqual(outlineOf(await store.send(linesOf(`crash v=2 ${NOW + 1}`))), { kind: 'stored' })
      assert.equal(await count('crash'), 2)
    })
  })

  it('ends a request to a server that hangs, and goes on when it wakes up', async () => {
    await withStore(optionsOf({ timeout_ms: 1000 }), async (store) => {
      await store.probe()
      influxd.pause()
      try {
        const verdicts = await Promise.all([1, 2, 3].map((v) => store.send(linesOf(`hang v=${v} ${NOW}`))))
        assert.deepEqual(verdicts.map(outlineOf), Array(3).fill({ ...LOST, timed_out: true }))
      } finally {
        influxd.resume()
      }
      await withStore(optionsOf(), async (patient) => {
        assert.deepEqual(outlineOf(await patient.send(linesOf(`hang v=4 ${NOW + 1}`))), { kind: 'stored' })
      })
    })
  })

  it('does not wait for anything when it is stopped', async () => {
    influxd.pause()
    try {
      await withStore(optionsOf(), async (store) => {
        const sent = store.send(linesOf(`stop v=1 ${NOW}`))
        await store.stop()
        assert.deepEqual(outlineOf(await sent), { kind: 'held', code: 'CLOSED' })
        await store.stop()
      })
    } finally {
      influxd.resume()
    }
  })

  it('is told from one that lacks the database, which can be made, twice too', async () => {
    const options = optionsOf({ database: 'new "one"' })
    await withStore(options, async (store) => {
      assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), { kind: 'held', code: 'DATABASE_MISSING' })
      const examination = await examineInflux(options, systemClock)
      assert.deepEqual([examination.found, examination.may_write], [false, false])
      await createInflux(options, systemClock)
      await createInflux(options, systemClock)
      assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), { kind: 'stored' })
    })
  })

  it('is told from one that lacks the retention policy: nothing is taken for bad, and it can be made', async () => {
    const options = optionsOf({ retention_policy: 'long' })
    await withStore(options, async (store) => {
      assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), { kind: 'held', code: 'DATABASE_MISSING' })
      await createInflux(options, systemClock)
      await createInflux(options, systemClock)
      assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), { kind: 'stored' })
    })
  })

  it('refuses lines that it cannot read, or of another type, and stores the others', async () => {
    await withStore(optionsOf(), async (store) => {
      assert.deepEqual(outlineOf(await store.send(linesOf(`bad v=1 ${NOW}`, 'bad', `bad v=2 ${NOW + 1}`))), {
        kind: 'refused',
      })
      assert.equal(await count('bad'), 2)
      const conflict = await store.send(linesOf(`bad v=3 ${NOW + 2}`, `bad v="text" ${NOW + 3}`))
      assert.equal(conflict.kind, 'refused')
      assert.match(conflict.kind === 'refused' ? conflict.reason : '', /field type conflict/)
    })
  })

  it('tells lines that are older than it keeps from bad ones', async () => {
    await influxd.query('CREATE DATABASE brief WITH DURATION 1d')
    await withStore(optionsOf({ database: 'brief' }), async (store) => {
      const verdict = await store.send(linesOf(`old v=1 ${Date.UTC(2001, 0, 1)}`))
      assert.deepEqual(verdict.kind === 'stored' && verdict.bad?.map(({ index, expired }) => [index, expired]), [
        [0, true],
      ])
    })
    const { retention_ms, advice } = await examineInflux(optionsOf({ database: 'brief' }), systemClock)
    assert.equal(retention_ms, 86_400_000)
    assert.match(advice.join(), /older than a day/)
  })

  it('tells its size, its series and how its work went', async () => {
    await withStore(optionsOf(), async (store) => {
      await store.send(linesOf(`healthy v=1 ${NOW}`))
      await store.send(linesOf('bad'))
      const { name, size_bytes, series, writes, findings } = await store.health()
      assert.equal(name, 'InfluxDB 1.6.7')
      assert.ok((series ?? 0) > 3, String(series))
      assert.ok(size_bytes !== undefined && size_bytes >= 0)
      assert.deepEqual([writes.count, writes.failures, findings], [2, 1, []])
    })
  })

  it('is examined without leaving anything behind', async () => {
    const measurements = await influxd.query('SHOW MEASUREMENTS', 'kasa')
    const examination = await examineInflux(optionsOf(), systemClock)
    const place = 'database "kasa"'
    assert.deepEqual(examination, {
      ...{ reachable: true, name: 'InfluxDB 1.6.7', place, found: true, may_write: true, advice: [] },
    })
    assert.deepEqual(await influxd.query('SHOW MEASUREMENTS', 'kasa'), measurements)
    await influxd.kill()
    const { reachable, code } = await examineInflux(optionsOf(), systemClock)
    await influxd.run()
    assert.deepEqual([reachable, code], [false, 'DATABASE_UNAVAILABLE'])
  })

  it('is not taken for another version: the person is told what to choose', async () => {
    const options = parseInflux2Options({ url: influxd.url, organization: 'home', bucket: 'kasa', token: 'token' })
    await withStore(options, async (store) => {
      await assert.rejects(store.probe(), (error) => {
        assert.ok(error instanceof MonitorError)
        assert.equal(error.code, 'DATABASE_UNSUPPORTED')
        assert.match(error.message, /InfluxDB 1\.6\.7.*choose InfluxDB 1\.x/)
        return true
      })
      assert.equal((await store.send(linesOf(`m v=1 ${NOW}`))).kind, 'held')
    })
  })

  it('has no backup of ours', async () => {
    await withStore(optionsOf(), (store) => assert.rejects(store.backup(), { code: 'DATABASE_UNSUPPORTED' }))
  })
})

describe('InfluxDB 1.x with a small limit for requests', function () {
  this.timeout(60_000)

  it('is sent fewer lines', async function () {
    skipWithout(whyNoInfluxd(), this)
    const influxd = await startInfluxd({ maximum_body_bytes: 10_000 })
    try {
      await influxd.query('CREATE DATABASE kasa')
      await withStore(parseInflux1Options({ url: influxd.url, database: 'kasa' }), async (store) => {
        assert.deepEqual(outlineOf(await store.send(manyLines(5000))), { kind: 'too-large' })
        assert.deepEqual(outlineOf(await store.send(manyLines(100))), { kind: 'stored' })
      })
    } finally {
      await influxd.stop()
    }
  })
})

describe('InfluxDB 1.x that asks for a login', function () {
  this.timeout(60_000)
  let influxd: Influxd

  before(async function () {
    skipWithout(whyNoInfluxd(), this)
    influxd = await startInfluxd({ auth: true })
    await influxd.query('CREATE DATABASE kasa')
    for (const [name, right] of [
      ['reader', 'READ'],
      ['writer', 'WRITE'],
    ]) {
      await influxd.query(`CREATE USER ${name} WITH PASSWORD 'right: one'`)
      await influxd.query(`GRANT ${right} ON kasa TO ${name}`)
    }
  })

  after(() => influxd?.stop())

  const verdictOf = (username?: string, password?: string) =>
    withStore(parseInflux1Options({ url: influxd.url, database: 'kasa', username, password }), async (store) =>
      outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))),
    )
  const refused = { kind: 'held', code: 'DATABASE_LOGIN_REFUSED' }

  it('takes lines from who may write, and holds those of others', async () => {
    assert.deepEqual(await verdictOf('writer', 'right: one'), { kind: 'stored' })
    assert.deepEqual(await verdictOf(ADMINISTRATOR.username, ADMINISTRATOR.password), { kind: 'stored' })
    assert.deepEqual(await verdictOf('writer', 'wrong'), refused)
    assert.deepEqual(await verdictOf('reader', 'right: one'), refused)
    assert.deepEqual(await verdictOf(), refused)
  })

  it('is examined by one who may only write', async () => {
    const options = parseInflux1Options({
      url: influxd.url,
      database: 'kasa',
      username: 'writer',
      password: 'right: one',
    })
    const { found, may_write } = await examineInflux(options, systemClock)
    assert.deepEqual([found, may_write], [true, true])
    const findings = await withStore(options, async (store) => {
      await store.probe()
      return (await store.health()).findings
    })
    assert.match(findings.join(), /does not allow this user/)
    await assert.rejects(createInflux({ ...options, database: 'other' }, systemClock), {
      code: 'DATABASE_LOGIN_REFUSED',
    })
  })
})
