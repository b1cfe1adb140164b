import type { AlertEngine } from '../alerting/alert-engine'
import type { Cache } from '../cache/cache'
import type { DatabaseState, DatabaseStatistics, DatabaseStatus } from '../database/database'
import type { HomeAssistantBridge } from '../homeassistant/bridge'
import type { Fleet } from '../polling/fleet'
import type { RetentionStatus } from '../retention/retention-report'
import type { Api } from '../serving/api'

/** A part that runs, of a node that a person may have named. */
export interface NamedPart<Part> {
  readonly id: string
  /** Empty where nobody has. */
  readonly name: string
  readonly part: Part
}

/** `opening`: the spool is not open yet; where an attempt has failed, `code` says why. */
export type MonitoredStatus = Omit<DatabaseStatus, 'state'> & { readonly state: DatabaseState | 'opening' }

export interface MonitoredDatabase {
  status(): MonitoredStatus
  statistics(): DatabaseStatistics
}

export interface MonitoredRetention {
  status(): RetentionStatus
}

type All<Part> = () => readonly NamedPart<Part>[]

/** All that runs, asked anew each time, because parts come and go. */
export interface MonitoredParts {
  readonly fleets: All<Pick<Fleet, 'devices' | 'statistics'>>
  readonly databases: All<MonitoredDatabase>
  readonly caches: All<Pick<Cache, 'status' | 'statistics' | 'redisLatency'>>
  readonly alerts: All<Pick<AlertEngine, 'status'>>
  readonly bridges: All<Pick<HomeAssistantBridge, 'status'>>
  readonly retentions: All<MonitoredRetention>
  readonly apis: All<Pick<Api, 'statistics'>>
}

/** What each is called in labels: its name, with its id where others have the same; the id where it has none. */
export function labelsOf(parts: readonly Pick<NamedPart<unknown>, 'id' | 'name'>[]): Map<string, string> {
  const count = new Map<string, number>()
  for (const { name } of parts) count.set(name, (count.get(name) ?? 0) + 1)
  const label = ({ id, name }: Pick<NamedPart<unknown>, 'id' | 'name'>) => {
    if (name === '') return id
    return count.get(name) === 1 ? name : `${name} (${id})`
  }
  return new Map(parts.map((part) => [part.id, label(part)]))
}
