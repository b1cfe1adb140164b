import type { NodeAPI } from 'node-red'
import { parseCacheSettings } from '../../src/cache/cache-settings'
import { createCache } from '../../src/cache/create-cache'
import { systemClock } from '../../src/domain/clock'
import { assertVariables } from '../shared/credentials'
import { deployed } from '../shared/deployed'
import type { DatabaseService } from '../kasa-database/database-service'
import { register } from '../shared/register'
import { registerCheckRoute } from './check-route'
import { schema } from './kasa-cache-store.schema'
import { StoreNews } from './store-news'
import { warmUp } from './warm-up'

export = (RED: NodeAPI): void => {
  registerCheckRoute(RED)
  register(RED, schema, ({ node, settings, credentials, scope, status, provide, service }) => {
    assertVariables(credentials)
    const database = settings.warm_up === '' ? undefined : service<DatabaseService>('warm_up')
    const wanted = parseCacheSettings({ ...settings, ...credentials })
    const cache = createCache({ settings: wanted, clock: systemClock, random: Math.random })
    scope.own(() => cache.stop())
    const log = { warn: (text: string) => node.warn(text), note: (text: string) => node.log(text) }
    const news = new StoreNews(status, log, systemClock)
    scope.own(cache.watch((now) => news.follow(now)))
    cache.start()
    news.follow(cache.status())
    const live_ms = cache.lifetimes_ms.live
    if (database) scope.own(warmUp({ cache, database, live_ms, clock: systemClock, log: node }))
    scope.own(deployed.caches.add(node.id, settings.name, cache))
    provide(cache)
  })
}
