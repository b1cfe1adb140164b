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
    fieldsAt: ({ measurement, tags, timestamp }) => {
      const isThere = (known: ReadonlyMap<string, string>) =>
        known.size === Object.keys(tags).length && Object.entries(tags).every(([name, tag]) => known.get(name) === tag)
      const found = server.stored.lines.find(
        (line) => line.measurement === measurement && line.timestamp === timestamp && isThere(line.tags),
      )
      return Promise.resolve(found && Object.fromEntries(found.fields))
    },
    end: async () => {
      await end()
      await server.stop()
    },
  }
})
