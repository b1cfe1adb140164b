import { parseInflux3Options } from '../../../src/database/influx/influx-options'
import { describeDatabase } from '../../contract/database.contract'
import { startInfluxDatabase } from '../../support/influx-database'
import { Influx3Server } from '../../support/influx3-server'
import { answerSql } from '../../support/sql-answers'

describeDatabase('InfluxDB 3.x, as documented', async () => {
  const server = await new Influx3Server().start()
  server.sql = answerSql
  const settings = { url: server.url, database: 'kasa', token: 'apiv3_token' }
  const { database, end } = await startInfluxDatabase(parseInflux3Options(settings))
  return {
    database,
    fieldsAt: (place) => Promise.resolve(server.stored.fieldsAt(place)),
    end: async () => {
      await end()
      await server.stop()
    },
  }
})
