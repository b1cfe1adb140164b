import type { Cache } from '../cache/cache'
import { parseCacheSettings } from '../cache/cache-settings'
import { createCache } from '../cache/create-cache'
import type { Clock, Random } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { Api } from './api'
import type { ApiOptions } from './api-options'
import type { ApiSources } from './api-sources'
import { LiveServer } from './live/live-server'
import { openApi } from './open-api/open-api'
import { openApiRoute } from './open-api/open-api-route'
import type { Route } from './routing/route'
import { ROUTES } from './routes/routes'

/** Where no cache was chosen: enough for the pages of a few dashboards. */
const OWN_CACHE = { memory_entries: 500, memory_mb: 8 } as const

export interface CreateApiParts {
  readonly options: ApiOptions
  /** Where it is on its server: `/kasa`. */
  readonly path: string
  readonly sources: ApiSources
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
  readonly cache: Cache
}

/** An API with everything that it answers, and its description. */
export function createApi({ path, ...parts }: CreateApiParts): Api {
  const live = new LiveServer(parts)
  const described = openApiRoute(() => {
    return openApi([...routes, ...live.routes], { path, needs_key: parts.options.keys.length > 0 })
  })
  const routes: readonly Route[] = [...ROUTES, described]
  return new Api({ ...parts, routes, live })
}

/** A cache for one API alone; to be started and stopped. */
export function ownCache(clock: Clock, random: Random): Cache {
  return createCache({ settings: parseCacheSettings(OWN_CACHE), clock, random })
}
