import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { RetentionEvent } from '../../../nodes/kasa-retention/retention-events'
import type { DatabaseHealth, HistoryBucket } from '../../../src/database/database'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import type { RetentionReport, RetentionStatus } from '../../../src/retention/retention-report'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
import { withStore } from '../../support/influx-store'
import { skipWithout } from '../../support/skipping'
import { soon } from '../../support/soon'
import { INFLUX_DATABASE } from '../storage/stores'
import { AskedNodeRed, askedFlow, whyNotBuilt } from './asked-node-red'
import { assertSame, DAY, fill, months } from './months'

const WITHIN_MS = 120_000
const TIERS = [
  { name: 'hourly', bucket: '1h', keep_days: 10, fields: '' },
  { name: 'daily', bucket: '1d', keep_days: 0, fields: '' },
]

describe('a server that goes away while its readings are rolled up', function () {
  this.timeout(WITHIN_MS)
  const nodeRed = new AskedNodeRed()
  const { range, readings } = months(['fridge', 'standby'], 14)
  let server: Influxd

  before(async function () {
    skipWithout(whyNotBuilt() ?? whyNoInfluxd(), this)
    server = await startInfluxd()
    await server.query(`CREATE DATABASE "${INFLUX_DATABASE}"`)
    const options = parseInflux1Options({ url: server.url, database: INFLUX_DATABASE })
    await withStore(options, (store) => fill(store, readings))
    await rain()
    await nodeRed.process.start()
    await nodeRed.process.deploy(
      askedFlow([
        { id: 'database', type: 'kasa-database', kind: 'influx1', url: server.url, database: INFLUX_DATABASE },
        { id: 'history', type: 'kasa-history', database: 'database' },
        { id: 'health', type: 'kasa-history', database: 'database', operation: 'health' },
        {
          ...{ id: 'retention', type: 'kasa-retention', database: 'database', time_zone: 'UTC' },
          ...{ raw_keep_days: 2, tiers: TIERS, lag_hours: 1 },
        },
      ]),
    )
  })

  after(async () => {
    await nodeRed.process.stop()
    await server?.stop()
  })

  /** Somebody else's, in the same database: older than anything of ours is kept. */
  async function rain(): Promise<void> {
    const lines = Array.from({ length: 100 }, (_, index) => `rain mm=${index} ${range.to - index * DAY}`)
    const words = new URLSearchParams({ db: INFLUX_DATABASE, precision: 'ms' })
    const reply = await fetch(`${server.url}/write?${words}`, { method: 'POST', body: lines.join('\n') })
    assert.equal(reply.status, 204)
  }

  const days = () =>
    nodeRed.ask<HistoryBucket[]>('history', {
      ...{ ...range, device_ids: 'fridge, standby', bucket: 'day', time_zone: 'UTC', fields: 'power_w' },
      ...{ order: 'oldest-first', limit: 10_000 },
    })

  it('is waited for, told of when that takes too long, and has everything once when it is back', async () => {
    const before = await days()
    await server.kill()
    await nodeRed.shows(/tries again$/)

    await server.run()
    const cut = nodeRed.answer<RetentionReport>('retention')
    await untilHalfWay()
    await server.kill()
    assert.equal((await cut).error?.code, 'DATABASE_UNAVAILABLE')
    await soon(async () => assert.deepEqual(namesOf((await nodeRed.noted()).events), ['lagging']))
    await nodeRed.makesReadings()

    await server.run()
    await soon(async () => assert.equal((await nodeRed.ask<DatabaseHealth>('health')).spool.points, 0))
    const report = await nodeRed.ask<RetentionReport>('retention')
    // It may have tried again by itself before it was asked to; what it freed then it has said then.
    await nodeRed.shows(/^hourly up to \d\d:00/)
    assert.deepEqual(report.findings, [])
    assertSame(await days(), before)
    const { events, statuses, errors } = await nodeRed.noted()
    assert.ok(statuses.includes('lagging: database away'))
    assert.ok(statuses.some((status) => /^hourly up to \d\d:00, [\d,]+ rows freed$/.test(status)))
    assert.deepEqual(namesOf(events), ['lagging', 'caught_up'])
    assert.deepEqual(errors, ['DATABASE_UNAVAILABLE'])
    await nodeRed.assertHasAll()
  })

  it('is told how long to keep each tier, with a margin, and keeps what is not ours', async () => {
    const policies = await server.query(`SHOW RETENTION POLICIES ON "${INFLUX_DATABASE}"`)
    const lives = policies.map(([name, life]) => [name, Number.parseInt(String(life)) / 24])
    // A bucket lives as long after its end.
    assert.deepEqual(lives, [
      ['autogen', 0],
      ['kasa_hourly', 10 + 2 + 1 / 24],
      ['kasa_daily', 0],
    ])
    const [[, drops] = []] = await server.query('SELECT count("mm") FROM "rain"', INFLUX_DATABASE)
    assert.equal(drops, 100)
    const [[oldest] = []] = await server.query('SELECT first("power_w") FROM "reading"', INFLUX_DATABASE)
    assert.ok(Number(oldest) > range.to - 3 * DAY, 'readings are there that are past their life')
  })

  async function untilHalfWay(): Promise<void> {
    for (const limit = Date.now() + WITHIN_MS; Date.now() < limit;) {
      const { progress = 0 } = await nodeRed.ask<RetentionStatus>('retention', 'status')
      if (progress > 0.5) return
    }
    assert.fail('nothing is rolled up')
  }
})

function namesOf(events: readonly RetentionEvent[]): string[] {
  return events.map(({ event }) => event)
}
