import { parseInflux3Options } from '../../../src/database/influx/influx-options'
import { describeTierStore } from '../../contract/tier-store.contract'
import { answerSql } from '../../support/sql-answers'
import { Influx3Server } from '../../support/influx3-server'
import { tierStoreOn } from '../../support/influx-tiers'

describeTierStore('InfluxDB 3.x, as documented', async () => {
  const server = await new Influx3Server().start()
  server.sql = answerSql
  const under = tierStoreOn(parseInflux3Options({ url: server.url, database: 'kasa', token: 'apiv3_token' }))
  return {
    ...under,
    countOthers: () =>
      Promise.resolve(server.stored.lines.filter(({ measurement }) => measurement !== 'reading').length),
    end: async () => {
      await under.end()
      await server.stop()
    },
  }
})
