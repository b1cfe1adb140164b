import { after, before, describe, it } from 'mocha'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import { describeTierStore } from '../../contract/tier-store.contract'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
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
})
