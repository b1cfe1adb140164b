import { parseInflux2Options } from '../../../src/database/influx/influx-options'
import { describeTierStore } from '../../contract/tier-store.contract'
import { answerFlux } from '../../support/flux-answers'
import { Influx2Server } from '../../support/influx2-server'
import { tierStoreOn } from '../../support/influx-tiers'

describeTierStore('InfluxDB 2.x, as documented', async () => {
  const server = await new Influx2Server().start()
  server.flux = answerFlux
  const under = tierStoreOn(
    parseInflux2Options({ url: server.url, organization: 'home', bucket: 'kasa', token: 'token' }),
  )
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
