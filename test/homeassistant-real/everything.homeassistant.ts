import { after, before, describe } from 'mocha'
import { commandSuite } from './commands'
import { devicePageSuite } from './device-page'
import { energySuite } from './energy'
import { entitySuite } from './entities'
import { happeningSuite } from './happenings'
import { Home } from './home'
import { restartSuite } from './restarts'

const PATIENCE_MS = 120_000

/** One household for all: each suite leaves it as the next one needs it. */
describe('A real Home Assistant', function () {
  this.timeout(PATIENCE_MS)
  const home = new Home()
  before('a broker, Node-RED, simulated devices and Home Assistant', () => home.start())
  after(() => home.stop())

  entitySuite(home)
  commandSuite(home)
  happeningSuite(home)
  devicePageSuite(home)
  restartSuite(home)
  energySuite(home)
})
