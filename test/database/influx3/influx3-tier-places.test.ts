import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { parseInflux3Options } from '../../../src/database/influx/influx-options'
import { refusal } from '../../contract/database/subject'
import { linesOf } from '../../support/influx-store'
import { Influx3Server } from '../../support/influx3-server'
import { tierStoreOn } from '../../support/influx-tiers'
import { answerSql } from '../../support/sql-answers'
import { anEmptyRow, aPlan, aRetention, aTier, DAY_MS, HOUR_MS } from '../../support/tier-plans'

const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
const EVER = { from: NOW - 400 * DAY_MS, to: NOW + DAY_MS }

describe('databases of tiers in InfluxDB 3.x', () => {
  let server: Influx3Server
  let under: ReturnType<typeof tierStoreOn>

  const storeOf = (token: string) => tierStoreOn(parseInflux3Options({ url: server.url, database: 'kasa', token }))

  beforeEach(async () => {
    server = await new Influx3Server().start()
    server.sql = answerSql
    under = storeOf('apiv3_token')
  })
  afterEach(async () => {
    await under.end()
    await server.stop()
  })

  const prepare = (plan = aPlan({ raw_keep_days: 0 }), retention = aRetention()) => under.tiers.prepare(plan, retention)
  const rows = () => under.tiers.read({ tier: aTier(), ...EVER, device_ids: [], fields: [] })

  it('are made with the retention that rows need, and show nothing that is older', async () => {
    assert.deepEqual(await prepare(), { findings: [] })
    assert.equal(server.database('kasa_hourly').retention_ms, 769 * HOUR_MS)
    const kept = anEmptyRow(NOW - 31 * DAY_MS)
    await under.tiers.write(aTier(), [anEmptyRow(NOW - 40 * DAY_MS), kept])
    assert.deepEqual(await rows(), [kept])
  })

  it('that are not there yet have no rows', async () => {
    const range = { from: NOW, to: NOW + 1 }
    assert.equal(await under.tiers.extent(aTier()), undefined)
    assert.deepEqual(await under.tiers.devices(aTier(), range), [])
    assert.deepEqual(await under.tiers.read({ tier: aTier(), ...range, device_ids: [], fields: [] }), [])
    assert.deepEqual(await under.tiers.measure(aTier(), range), { rows: 0 })
  })

  it('stay as they were made: a person is told what to do', async () => {
    await prepare()
    const { findings } = await prepare(aPlan({ raw_keep_days: 0, tiers: [aTier({ keep_days: 60 })] }))
    assert.match(findings.join(), /"kasa_hourly" keeps what is in it for 32 days, not for 62 days/)
    assert.match(findings.join(), /influxdb3 update database --retention-period 1489h --database kasa_hourly/)
    assert.equal(server.database('kasa_hourly').retention_ms, 769 * HOUR_MS)
  })

  it('of raw readings are told of where they keep them otherwise than planned: nobody can delete there', async () => {
    for (const set_up of ['tiers', 'everything'] as const) {
      const { findings, raw_retention_ms } = await prepare(aPlan(), aRetention(set_up))
      assert.match(findings.join(), /"kasa" keeps .* for ever.* --retention-period 216h --database kasa/)
      assert.equal(raw_retention_ms, undefined)
    }
    assert.equal(under.tiers.expiry, 'server')
    const { code } = await refusal(under.tiers.expire({ source: 'raw', from: 0, to: NOW, device_ids: [] }))
    assert.equal(code, 'DATABASE_UNSUPPORTED')
  })

  it('are named to a person where the token may not make them', async () => {
    const limited = storeOf('apiv3_writer')
    const { findings } = await limited.tiers.prepare(aPlan(), aRetention())
    await limited.end()
    assert.match(findings.join(), /"kasa_hourly" could not be looked at or set up/)
    assert.ok(!server.databases.has('kasa_hourly'))
  })

  it('that are gone are not made by writing rows', async () => {
    await prepare()
    await under.tiers.write(aTier(), [anEmptyRow(NOW)])
    server.databases.delete('kasa_hourly')
    assert.equal((await refusal(under.tiers.write(aTier(), [anEmptyRow(NOW)]))).code, 'DATABASE_MISSING')
    assert.ok(!server.databases.has('kasa_hourly'))
  })

  it('count and name devices over as many files as there are', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => {
      return `reading,device_id=plug-${index % 3} power_w=1,quality="good" ${NOW - index * 600_000}`
    })
    await under.put(linesOf(...lines))
    const range = { from: NOW - 7 * DAY_MS, to: NOW + 1 }
    assert.deepEqual(await under.tiers.devices('raw', range), ['plug-0', 'plug-1', 'plug-2'])
    assert.equal((await under.tiers.measure('raw', range)).rows, 1000)
    const counts = await under.tiers.count({ buckets: [range], device_ids: [] })
    assert.deepEqual(
      counts.map(({ counts: [count] }) => count),
      [334, 333, 333],
    )
  })
})
