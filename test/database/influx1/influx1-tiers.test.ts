import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import { describeTierStore } from '../../contract/tier-store.contract'
import { START } from '../../support/database-samples'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
import { linesOf } from '../../support/influx-store'
import { tierStoreOn } from '../../support/influx-tiers'

const reason = whyNoInfluxd()

describe('tiers in InfluxDB 1.x', () => {
  if (reason) return void it.skip(`not run: ${reason}`)
  let server: Influxd
  let databases = 0
  before(async () => (server = await startInfluxd()))
  after(() => server.stop())

  describeTierStore('InfluxDB 1.x', async () => {
    const database = `of test ${(databases += 1)}`
    await server.query(`CREATE DATABASE "${database}"`)
    return {
      ...tierStoreOn(parseInflux1Options({ url: server.url, database })),
      countOthers: async () => {
        const found = await server.query(
          'SELECT count("litres") FROM "water"; SELECT count("used_kwh") FROM "recorded_energy"',
          database,
        )
        return found.reduce((sum, [, count]) => sum + Number(count), 0)
      },
    }
  })

  it('rolls up any number of devices, some at a time', async () => {
    const database = `of test ${(databases += 1)}`
    await server.query(`CREATE DATABASE "${database}"`)
    const { tiers, put, end } = tierStoreOn(parseInflux1Options({ url: server.url, database }))
    const ids = Array.from({ length: 600 }, (_, index) => `plug-${1000 + index}`)
    const lines = [0, 1, 2].flatMap((minute) =>
      ids.map((id) => `reading,device_id=${id} power_w=${minute},quality="good" ${START + minute * 60_000}`),
    )
    await put(linesOf(...lines))
    const rows = await tiers.rollUp({ buckets: [{ from: START, to: START + 3_600_000 }], device_ids: [], fields: [] })
    await end()
    assert.deepEqual(
      rows.map(({ device_id, samples }) => [device_id, samples]),
      ids.map((id) => [id, 3]),
    )
  })
})
