import type { AlertEngine } from '../../src/alerting/alert-engine'
import type { Cache } from '../../src/cache/cache'
import type { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import type { MonitoredRetention } from '../../src/metrics/parts'
import type { Fleet } from '../../src/polling/fleet'
import type { Api } from '../../src/serving/api'
import type { DatabaseService } from '../kasa-database/database-service'

/** One part that runs, of a node that a person has named. */
export interface DeployedPart<Part> {
  readonly id: string
  readonly name: string
  readonly part: Part
}

type Watcher = () => void

/** What runs of one kind in this Node-RED, for those who look at all of it: metrics, health, the API. */
export class Deployed<Part extends object> {
  private readonly parts = new Map<string, DeployedPart<Part>>()
  private readonly watchers = new Set<Watcher>()

  /** @param id of its node @returns how to take it away, which may be called twice */
  add(id: string, name: string, part: Part): () => void {
    const entry = { id, name, part }
    this.parts.set(id, entry)
    this.tell()
    return () => {
      if (this.parts.get(id) !== entry) return
      this.parts.delete(id)
      this.tell()
    }
  }

  all(): readonly DeployedPart<Part>[] {
    return [...this.parts.values()]
  }

  /** Calls whenever one comes or goes; returns how to end it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher()
  }
}

export const deployed = {
  fleets: new Deployed<Fleet>(),
  databases: new Deployed<DatabaseService>(),
  caches: new Deployed<Cache>(),
  alerts: new Deployed<AlertEngine>(),
  bridges: new Deployed<HomeAssistantBridge>(),
  retentions: new Deployed<MonitoredRetention>(),
  apis: new Deployed<Api>(),
}
