import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import type { TimeRange } from '../../../src/database/history/record-source'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import { systemClock } from '../../../src/domain/clock'
import { parseRetentionOptions } from '../../../src/retention/retention-options'
import { refusal } from '../../contract/database/subject'
import { ADMINISTRATOR, startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
import { linesOf } from '../../support/influx-store'
import { tierStoreOn } from '../../support/influx-tiers'
import { MemoryCatalog } from '../../support/memory-catalog'
import { retaining } from '../../support/retaining'
import { skipWithout } from '../../support/skipping'
import { anEmptyRow, aPlan, aRetention, aTier, DAY_MS, HOUR_MS } from '../../support/tier-plans'

const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
const PERSON = { username: 'reader and writer', password: 'of-this-test' }

describe('retention policies of tiers in InfluxDB 1.x', function () {
  this.timeout(60_000)
  let server: Influxd
  let database = ''
  let databases = 0
  let under: ReturnType<typeof tierStoreOn>

  before(async function () {
    skipWithout(whyNoInfluxd(), this)
    server = await startInfluxd({ auth: true })
    await server.query(`CREATE USER "${PERSON.username}" WITH PASSWORD '${PERSON.password}'`)
  })
  after(() => server?.stop())

  const storeOf = (given: object = ADMINISTRATOR) =>
    tierStoreOn(parseInflux1Options({ url: server.url, database, ...given }))

  beforeEach(async () => {
    database = `places ${(databases += 1)}`
    await server.query(`CREATE DATABASE "${database}"`)
    under = storeOf()
  })
  afterEach(() => under.end())

  const retentionOn = (catalog: MemoryCatalog, given: object = {}) => {
    const keepOut = <Result>(_: TimeRange, work: () => Promise<Result>) => work()
    const tiers = { store: under.tiers, catalog, keepOut }
    const options = parseRetentionOptions({ time_zone: 'UTC', ...given })
    return retaining({ tiers, settle: () => Promise.resolve(true) }, options, systemClock)
  }

  /** Name, duration, duration of shard groups, and whether it is the default one. */
  const policies = async () => {
    const rows = await server.query(`SHOW RETENTION POLICIES ON "${database}"`)
    return rows.map(([name, duration, shard, , isDefault]) => [name, duration, shard, isDefault].join(' ')).sort()
  }
  const prepare = (plan = aPlan(), retention = aRetention()) => under.tiers.prepare(plan, retention)
  const put = (...lines: string[]) => under.put(linesOf(...lines))
  const reading = (timestamp: number) => `reading,device_id=plug-1 power_w=1,quality="good" ${timestamp}`
  const count = async (measurement: string, policy = 'autogen') =>
    (await server.query(`SELECT count(*) FROM "${policy}"."${measurement}"`, database))[0]?.[1] ?? 0

  it('keep rows for their life, the margin and a bucket; the default one stays what it was', async () => {
    const daily = aTier({ name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 365 })
    const ever = aTier({ name: 'ever', bucket: { unit: 'month', count: 1 }, keep_days: 0 })
    assert.deepEqual(await prepare(aPlan({ tiers: [aTier(), daily, ever] })), { findings: [] })
    const [raw, ...tiers] = await policies()
    assert.equal(raw, 'autogen 0s 168h0m0s true')
    assert.match(tiers.join('; '), /^kasa_daily 8835h0m0s 672h0m0s false; kasa_ever 0s 672h0m0s false; /)
    assert.match(tiers.join('; '), /kasa_hourly 769h0m0s 168h0m0s false$/)
  })

  it('that are not there yet have no rows', async () => {
    const range = { from: NOW, to: NOW + 1 }
    assert.equal(await under.tiers.extent(aTier()), undefined)
    assert.deepEqual(await under.tiers.devices(aTier(), range), [])
    assert.deepEqual(await under.tiers.read({ tier: aTier(), ...range, device_ids: [], fields: [] }), [])
    assert.deepEqual(await under.tiers.measure(aTier(), range), { rows: 0 })
  })

  it('follow a plan that changes, as long as nothing would be deleted by it', async () => {
    await prepare()
    await under.tiers.write(aTier(), [anEmptyRow(NOW - 20 * DAY_MS)])
    await prepare(aPlan({ tiers: [aTier({ keep_days: 60 })] }))
    assert.ok((await policies()).includes('kasa_hourly 1489h0m0s 168h0m0s false'))
    const shorter = aPlan({ tiers: [aTier({ keep_days: 5 })] })
    const { findings } = await prepare(shorter)
    assert.match(
      findings.join(),
      /"kasa_hourly".* for 62 days, not for 7 days; that is changed as soon as nothing older/,
    )
    await under.tiers.expire({ source: aTier(), from: 0, to: NOW - 5 * DAY_MS, device_ids: [] })
    assert.deepEqual((await prepare(shorter)).findings, [])
    assert.ok((await policies()).includes('kasa_hourly 169h0m0s 24h0m0s false'))
  })

  it('of others are never changed, nor what they hold deleted', async () => {
    await server.query(`CREATE RETENTION POLICY "kasa_hourly" ON "${database}" DURATION INF REPLICATION 1`)
    const theirs = { ...ADMINISTRATOR, retention_policy: 'kasa_hourly' }
    const other = storeOf(theirs)
    await other.put(linesOf(`water,meter=cellar litres=1 ${NOW - 100 * DAY_MS}`))
    await other.end()
    const { findings } = await prepare()
    assert.match(findings.join(), /"kasa_hourly".* that is not changed, because "water" is kept there as well/)
    assert.ok((await policies()).includes('kasa_hourly 0s 168h0m0s false'))
    await under.tiers.write(aTier(), [anEmptyRow(NOW - 100 * DAY_MS)])
    assert.equal(await under.tiers.expire({ source: aTier(), from: 0, to: NOW, device_ids: [] }), 1)
    assert.equal(await count('water', 'kasa_hourly'), 1)
  })

  it('are looked at and left alone where nothing is to be set up', async () => {
    const before = await policies()
    const { findings } = await prepare(aPlan(), aRetention('nothing'))
    assert.match(findings.join(), /CREATE RETENTION POLICY "kasa_hourly" ON ".*" DURATION 769h REPLICATION 1 SHARD/)
    assert.deepEqual(await policies(), before)
    await prepare()
    const { findings: changed } = await prepare(aPlan({ tiers: [aTier({ keep_days: 60 })] }), aRetention('nothing'))
    assert.match(changed.join(), /ALTER RETENTION POLICY "kasa_hourly" ON ".*" DURATION 1489h/)
  })

  it('of raw readings are changed where everything is to be set up and nothing else is there', async () => {
    await put(reading(NOW - DAY_MS))
    assert.deepEqual(await prepare(aPlan(), aRetention('everything')), { findings: [], raw_retention_ms: 9 * DAY_MS })
    assert.ok((await policies()).includes('autogen 216h0m0s 24h0m0s true'))
    assert.equal(await count('reading'), 1)
  })

  it('of raw readings wait until nothing is left that is not rolled up', async () => {
    await put(reading(NOW - 90 * DAY_MS), reading(NOW))
    const { findings, raw_retention_ms } = await prepare(aPlan(), aRetention('everything'))
    assert.match(findings.join(), /for ever, not for 9 days; that is changed as soon as nothing older is left there/)
    assert.equal(raw_retention_ms, undefined)
    assert.ok((await policies()).includes('autogen 0s 168h0m0s true'))
    await under.tiers.expire({ source: 'raw', from: 0, to: NOW - 7 * DAY_MS, device_ids: [] })
    assert.equal((await prepare(aPlan(), aRetention('everything'))).raw_retention_ms, 9 * DAY_MS)
  })

  for (const line of [`water,meter=cellar litres=1`, `recorded_energy,device_id=plug-1 used_kwh=1`]) {
    const [measurement = ''] = line.split(',')
    it(`of raw readings are not changed where there is ${measurement} as well`, async () => {
      await put(reading(NOW), `${line} ${NOW - 400 * DAY_MS}`)
      const { findings } = await prepare(aPlan(), aRetention('everything'))
      assert.match(findings.join(), new RegExp(`because "${measurement}" is kept there as well`))
      assert.ok((await policies()).includes('autogen 0s 168h0m0s true'))
    })
  }

  it('of raw readings that are too short are told of', async () => {
    await server.query(`ALTER RETENTION POLICY "autogen" ON "${database}" DURATION 168h`)
    const { findings, raw_retention_ms } = await prepare()
    assert.equal(raw_retention_ms, 7 * DAY_MS)
    assert.match(findings.join(), /keeps raw readings for 7 days only. By hand: ALTER RETENTION POLICY "autogen"/)
  })

  it('are named to a person where the login may not make them; rows then find no place', async () => {
    await server.query(`GRANT ALL ON "${database}" TO "${PERSON.username}"`)
    const limited = storeOf(PERSON)
    const { findings } = await limited.tiers.prepare(aPlan(), aRetention())
    const error = await refusal(limited.tiers.write(aTier(), [anEmptyRow(NOW)]))
    await limited.put(linesOf(reading(NOW - DAY_MS)))
    const deleted = await limited.tiers.expire({ source: 'raw', from: 0, to: NOW, device_ids: [] })
    await limited.end()
    assert.match(findings.join(), /could not be made\. .*By hand: CREATE RETENTION POLICY "kasa_hourly"/)
    assert.equal(error.code, 'DATABASE_MISSING')
    assert.deepEqual([deleted, await count('reading')], [1, 0])
  })

  it('that a person makes are told of with what makes them, and found when they are there', async () => {
    await put(reading(NOW - 2 * DAY_MS), reading(NOW - DAY_MS))
    const retention = retentionOn(new MemoryCatalog(), { server_retention: 'nothing' })
    const { findings } = await retention.run(true)
    assert.equal(findings.length, 2)
    const { code, details } = await refusal(retention.run(false))
    assert.deepEqual([code, details.findings], ['DATABASE_MISSING', findings])
    for (const finding of findings) await server.query(finding.slice(finding.indexOf('CREATE ')))
    const made = await retention.run(false)
    assert.deepEqual([made.findings, made.tiers[1]?.rolled_up], [[], 2])
    await retention.stop()
  })

  it('that are gone are missed by whoever writes', async () => {
    await prepare()
    await under.tiers.write(aTier(), [anEmptyRow(NOW)])
    await server.query(`DROP RETENTION POLICY "kasa_hourly" ON "${database}"`)
    assert.equal((await refusal(under.tiers.write(aTier(), [anEmptyRow(NOW)]))).code, 'DATABASE_MISSING')
  })

  it('do not take what is older than they keep: that is an error, not a loss', async () => {
    await prepare()
    const rows = [anEmptyRow(NOW - 300 * DAY_MS), anEmptyRow(NOW)]
    const { code, message } = await refusal(under.tiers.write(aTier(), rows))
    assert.equal(code, 'DATABASE_UNSUPPORTED')
    assert.match(message, /beyond retention policy/)
  })

  describe('that hold readings of the same time', () => {
    const DAYS_AGO = [12, 11, 10, 9, 8, 1]

    beforeEach(async () => {
      await server.query(`CREATE RETENTION POLICY "archive" ON "${database}" DURATION INF REPLICATION 1`)
      await put(...DAYS_AGO.map((days) => reading(NOW - days * DAY_MS)))
      const range = `time > ${NOW - 11.5 * DAY_MS}ms AND time < ${NOW - 9.5 * DAY_MS}ms`
      await server.query(`SELECT * INTO "archive"."reading" FROM "autogen"."reading" WHERE ${range}`, database)
    })

    const expire = (from_days: number, to_days: number) => {
      const range = { from: NOW - from_days * DAY_MS, to: NOW - to_days * DAY_MS }
      return under.tiers.expire({ source: 'raw', ...range, device_ids: [] })
    }

    it('keep them from being deleted, which is told before', async () => {
      const kept = await under.tiers.undeletable('raw', { from: NOW - 20 * DAY_MS, to: NOW })
      assert.deepEqual([kept?.from, kept?.to], [NOW - 11 * DAY_MS, NOW - 9 * DAY_MS])
      assert.match(kept?.reason ?? '', /policy "archive" holds "reading".* DROP RETENTION POLICY "archive" ON "places/)
      assert.match(kept?.reason ?? '', /ALTER RETENTION POLICY "autogen" ON "places \d+" DURATION/)
      const { code, message } = await refusal(expire(11, 9))
      assert.deepEqual([code, message], ['DATABASE_UNSUPPORTED', kept?.reason])
      assert.deepEqual([await count('reading', 'archive'), await count('reading')], [2, 6])
      assert.equal(await under.tiers.undeletable('raw', { from: NOW - 9 * DAY_MS, to: NOW }), undefined)
      assert.equal(await expire(9, 7), 2)
    })

    it('do not keep retention from anything else', async () => {
      const catalog = new MemoryCatalog()
      const tiers = {
        store: under.tiers,
        catalog,
        keepOut: <Result>(_: TimeRange, work: () => Promise<Result>) => work(),
      }
      const options = parseRetentionOptions({ time_zone: 'UTC' })
      const retention = retaining({ tiers, settle: () => Promise.resolve(true) }, options, systemClock)
      const dry = await retention.run(true)
      const made = await retention.run(false)
      assert.equal(await count('reading', 'archive'), 2)
      for (const {
        findings,
        tiers: [raw],
      } of [dry, made]) {
        assert.equal(findings.length, 1)
        assert.match(findings.join(), /policy "archive" holds "reading"/)
        assert.equal(raw?.held_back, 2)
      }
      // The last one before a silence stays.
      assert.equal(await count('reading'), 4)
      assert.ok((catalog.watermark('daily') ?? 0) > NOW - 2 * DAY_MS)
      await server.query(`DROP RETENTION POLICY "archive" ON "${database}"`)
      assert.deepEqual((await retention.run(false)).findings, [])
      assert.equal(await count('reading'), 2)
      await retention.stop()
    })
  })
})
