import { after, before, describe } from 'mocha'
import { parseInflux1Options } from '../../src/database/influx/influx-options'
import { startInfluxDatabase } from '../support/influx-database'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../support/influx-servers'
import { skipWithout } from '../support/skipping'
import { describeTruth } from './truth'

describe('what retention leaves in a server', () => {
  let server: Influxd | undefined
  let databases = 0
  before(async function () {
    skipWithout(whyNoInfluxd(), this)
    server = await startInfluxd()
  })
  after(() => server?.stop())

  describeTruth(
    'InfluxDB 1.x',
    async () => {
      const database = `home ${(databases += 1)}`
      await server?.query(`CREATE DATABASE "${database}"`)
      return startInfluxDatabase(parseInflux1Options({ url: server?.url, database }))
    },
    { devices: ['washing', 'kettle', 'solar', 'anything'], days: 7, zones: ['Europe/Berlin', 'Australia/Lord_Howe'] },
  )
})
