import { mkdir } from 'node:fs/promises'
import type { NodeAPI } from 'node-red'
import { join } from 'node:path'
import type { Cache } from '../../src/cache/cache'
import { systemClock } from '../../src/domain/clock'
import { Fleet } from '../../src/polling/fleet'
import { backPressure } from '../shared/back-pressure'
import { deployed } from '../shared/deployed'
import { register } from '../shared/register'
import { CachedReadings } from './cached-readings'
import { registerDevicesRoute } from './devices-route'
import { registerDiscoverRoute } from './discover-route'
import { energyFile, fleetOptions } from './fleet-settings'
import { integrationsOf } from './integrations'
import { schema } from './kasa-fleet.schema'
import { recentReading } from './recent-reading'
import { slowingDown } from './slowing-down'

export = (RED: NodeAPI): void => {
  const fleets = new Map<string, Fleet>()
  registerDiscoverRoute(RED)
  registerDevicesRoute(RED, fleets)
  register(RED, schema, ({ node, settings, credentials, scope, status, service, provide, report }) => {
    const folder = join(RED.settings.userDir ?? '.', 'kasa-monitor')
    const cache = settings.cache === '' ? undefined : service<Cache>('cache')
    const fleet = new Fleet({
      ...fleetOptions(settings, credentials, integrationsOf(RED)),
      energy_file: energyFile(folder, node.id),
      report,
      ...(cache && { recent: recentReading(cache, systemClock) }),
    })
    scope.own(() => fleet.stop())
    scope.own(deployed.fleets.add(node.id, settings.name, fleet))
    if (cache) scope.own(fleet.subscribe(new CachedReadings({ cache, fleet, clock: systemClock, report })))
    fleets.set(node.id, fleet)
    scope.own(() => void (fleets.get(node.id) === fleet && fleets.delete(node.id)))
    scope.own(backPressure.watch(slowingDown(fleet, node, status)))
    provide(fleet)
    // Without the folder, totals live in memory; that is no reason not to poll.
    mkdir(folder, { recursive: true }).catch(report)
    fleet.start().catch(report)
  })
}
