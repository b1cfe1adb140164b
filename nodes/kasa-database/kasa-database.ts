import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { createDatabase } from '../../src/database/create-database'
import { nameOf, parseDatabaseSettings } from '../../src/database/database-settings'
import { MonitorError } from '../../src/domain/errors'
import { backPressure } from '../shared/back-pressure'
import { assertVariables } from '../shared/credentials'
import { deployed } from '../shared/deployed'
import { register } from '../shared/register'
import { registerCheckRoutes } from './check-route'
import { schema } from './kasa-database.schema'
import { SharedDatabases } from './shared-databases'
import { Troubles, type TroubleLog } from './troubles'

/** How often it looks how full the spool is, and whether something was lost. */
const LOOK_EVERY_MS = 1000

const databases = new SharedDatabases((settings, onStatus) =>
  createDatabase({ settings, clock: systemClock, random: Math.random, onStatus }),
)

export = (RED: NodeAPI): void => {
  registerCheckRoutes(RED)
  register(RED, schema, ({ node, settings, credentials, scope, status, provide, report }) => {
    assertVariables(credentials)
    const wanted = parseDatabaseSettings({ ...settings, ...credentials }, RED.settings.userDir ?? process.cwd())
    const { service, release } = databases.acquire(wanted)
    const name = nameOf(wanted)
    scope.own(async () => {
      const lost = await release()
      if (lost > 0)
        report(new MonitorError('CLOSED', `${name}: ${lost} points were lost: neither spool nor database took them`))
    })

    const log: TroubleLog = {
      fault: report,
      wait: ({ message }) => {
        status.show('waiting', message)
        node.warn(message)
      },
      warn: (text) => node.warn(text),
      note: (text) => node.log(text),
    }
    const troubles = new Troubles(name, wanted.folder, log, systemClock)
    const look = () => {
      const now = service.status()
      if (now.state === 'ok') status.show('ready', 'open')
      troubles.follow(now)
      if (wanted.writer.when_full === 'refuse') backPressure.report(service, now.fullness)
    }
    scope.own(() => backPressure.withdraw(service))
    scope.own(service.watch(look))
    scope.every(LOOK_EVERY_MS, look)
    look()
    scope.own(deployed.databases.add(node.id, settings.name, service))
    provide(service)
  })
}
