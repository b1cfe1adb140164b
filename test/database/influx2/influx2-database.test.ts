import { parseInflux2Options } from '../../../src/database/influx/influx-options'
import { describeDatabase } from '../../contract/database.contract'
import { startInfluxDatabase } from '../../support/influx-database'
import { Influx2Server } from '../../support/influx2-server'
import { answerFlux } from '../../support/flux-answers'

describeDatabase('InfluxDB 2.x, as documented', async () => {
  const server = await new Influx2Server().start()
  server.flux = answerFlux
  const settings = { url: server.url, organization: 'home', bucket: 'kasa', token: 'token' }
  const { database, end } = await startInfluxDatabase(parseInflux2Options(settings))
  return {
    database,
    fieldsAt: (place) => Promise.resolve(server.stored.fieldsAt(place)),
    end: async () => {
      await end()
      await server.stop()
    },
  }
})
