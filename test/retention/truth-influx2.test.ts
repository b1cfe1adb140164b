import { parseInflux2Options } from '../../src/database/influx/influx-options'
import { answerFlux } from '../support/flux-answers'
import { startInfluxDatabase } from '../support/influx-database'
import { Influx2Server } from '../support/influx2-server'
import { describeTruth } from './truth'

describeTruth(
  'InfluxDB 2.x, as documented',
  async () => {
    const server = await new Influx2Server().start()
    server.flux = answerFlux
    const settings = { url: server.url, organization: 'home', bucket: 'kasa', token: 'token' }
    const { database, end } = await startInfluxDatabase(parseInflux2Options(settings))
    return {
      database,
      end: async () => {
        await end()
        await server.stop()
      },
    }
  },
  { devices: ['kettle', 'lamp'], days: 5, zones: ['America/New_York'] },
)
