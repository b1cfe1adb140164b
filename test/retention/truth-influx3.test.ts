import { parseInflux3Options } from '../../src/database/influx/influx-options'
import { startInfluxDatabase } from '../support/influx-database'
import { Influx3Server } from '../support/influx3-server'
import { answerSql } from '../support/sql-answers'
import { describeTruth } from './truth'

describeTruth(
  'InfluxDB 3.x, as documented',
  async () => {
    const server = await new Influx3Server().start()
    server.sql = answerSql
    const settings = { url: server.url, database: 'kasa', token: 'apiv3_token' }
    const { database, end } = await startInfluxDatabase(parseInflux3Options(settings))
    return {
      database,
      end: async () => {
        await end()
        await server.stop()
      },
    }
  },
  { devices: ['kettle', 'lamp'], days: 5, zones: ['Asia/Kathmandu'] },
)
