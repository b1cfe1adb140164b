import { randomBytes } from 'node:crypto'
import type { NodeAPI } from 'node-red'
import type { Cache } from '../../src/cache/cache'
import { systemClock } from '../../src/domain/clock'
import type { Fleet } from '../../src/polling/fleet'
import { createApi, ownCache } from '../../src/serving/create-api'
import type { DatabaseService } from '../kasa-database/database-service'
import type { TariffService } from '../kasa-tariff/tariff-service'
import { assertVariables } from '../shared/credentials'
import { deployed } from '../shared/deployed'
import { httpMount } from '../shared/http-mount'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { Seldom } from '../shared/seldom'
import { useMetrics } from '../shared/shared-metrics'
import { apiOptions } from './api-settings'
import { DeployedSources } from './deployed-sources'
import { schema } from './kasa-api.schema'

export = (RED: NodeAPI): void => {
  const mount = httpMount(RED)
  register(RED, schema, ({ node, settings, credentials, scope, status, service }) => {
    assertVariables(credentials)
    const database = settings.database === '' ? undefined : service<DatabaseService>('database')
    const { httpNodeAuth } = RED.settings as { readonly httpNodeAuth?: unknown }
    const options = apiOptions(settings, credentials, {
      id: node.id,
      database: database?.identity,
      instance: randomBytes(9).toString('base64url'),
      is_behind_login: httpNodeAuth !== undefined && httpNodeAuth !== false,
    })
    const { metrics, release } = useMetrics(RED)
    scope.own(release)
    const cache = settings.cache === '' ? ownCache(systemClock, Math.random) : service<Cache>('cache')
    if (settings.cache === '') {
      cache.start()
      scope.own(() => cache.stop())
    }
    const sources = new DeployedSources({
      ...(settings.fleet !== '' && { fleet: service<Fleet>('fleet') }),
      ...(database && { database: () => database.opened() }),
      ...(settings.tariff !== '' && { tariff: service<TariffService>('tariff').tariff }),
      metrics,
      commanded: (told) => node.send({ topic: told.device_id, payload: told } as Message),
    })
    const faults = new Seldom(systemClock)
    const path = settings.path.trim()
    const api = createApi({
      ...{ options, sources, cache, clock: systemClock },
      path: `${String(RED.settings.httpNodeRoot ?? '/').replace(/\/$/, '')}${path}`,
      report: (error) => {
        const line = faults.pass(error.message)
        if (line !== undefined) node.error(line)
      },
    })
    scope.own(() => api.stop())
    scope.own(mount.add(path, api))
    api.start()
    scope.own(deployed.apis.add(node.id, settings.name, api))
    status.show('ready', path)
  })
}
