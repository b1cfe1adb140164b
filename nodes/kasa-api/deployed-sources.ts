import type { AlertEngine } from '../../src/alerting/alert-engine'
import type { Incident } from '../../src/alerting/incidents/incident'
import type { Database } from '../../src/database/database'
import type { Command } from '../../src/domain/command'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import type { LogAnswer, LogQuery } from '../../src/domain/log-line'
import type { Tariff } from '../../src/domain/tariffs/tariff'
import { healthOf } from '../../src/metrics/health'
import type { Metrics } from '../../src/metrics/metrics'
import type { Fleet, FleetDevice } from '../../src/polling/fleet'
import type { ApiSources, PartHealth } from '../../src/serving/api-sources'
import { deployed, type DeployedPart } from '../shared/deployed'
import { packLog } from '../shared/pack-log'
import { monitoredParts } from '../shared/monitored-parts'
import { followParts } from '../shared/follow-parts'

/** What became of a command. */
export interface Commanded {
  readonly device_id: string
  readonly command: Command
  /** The name of the key that it came with. */
  readonly key?: string
  /** The state that the device has confirmed; or why it has not. */
  readonly confirmed?: object
  readonly error?: { readonly code: string; readonly message: string }
}

export interface DeployedSourcesParts {
  /** Absent: every fleet that is deployed. */
  readonly fleet?: Fleet
  readonly database?: () => Promise<Database>
  readonly tariff?: Tariff
  readonly metrics: Pick<Metrics, 'text'>
  readonly commanded: (told: Commanded) => void
}

/** Answers from what is deployed in this Node-RED. */
export class DeployedSources implements ApiSources {
  readonly database?: () => Promise<Database>
  readonly tariff?: Tariff

  constructor(private readonly parts: DeployedSourcesParts) {
    if (parts.database) this.database = parts.database
    if (parts.tariff) this.tariff = parts.tariff
  }

  devices(): readonly FleetDevice[] {
    return this.fleets().flatMap((fleet) => fleet.devices())
  }

  incidents(): readonly Incident[] {
    return deployed.alerts.all().flatMap(({ part }) => incidentsOf(part))
  }

  health(): readonly PartHealth[] {
    return healthOf(monitoredParts)
  }

  metrics(): Promise<{ readonly type: string; readonly body: string }> {
    return this.parts.metrics.text()
  }

  log(query: LogQuery): Promise<LogAnswer> {
    return packLog.query(query)
  }

  async command(device_id: string, command: Command, key?: string): Promise<object> {
    const fleet = this.fleets().find((each) => each.polled(device_id) !== undefined)
    if (!fleet) {
      throw new MonitorError('DEVICE_UNKNOWN', `No device has the id '${device_id}'`, { details: { device_id } })
    }
    const asked = { device_id, command, ...(key !== undefined && { key }) }
    try {
      const confirmed = await fleet.command(device_id, command)
      this.parts.commanded({ ...asked, confirmed })
      return confirmed
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      this.parts.commanded({ ...asked, error: { code, message } })
      throw thrown
    }
  }

  listen(listener: Parameters<ApiSources['listen']>[0]): () => void {
    const { fleet } = this.parts
    const endFleets = fleet
      ? fleet.subscribe(listener)
      : followParts(deployed.fleets, ({ part }: DeployedPart<Fleet>) => part.subscribe(listener))
    const endAlerts = followParts(deployed.alerts, ({ part }) => part.follow((change) => listener.onIncident?.(change)))
    return () => {
      endFleets()
      endAlerts()
    }
  }

  private fleets(): readonly Fleet[] {
    return this.parts.fleet ? [this.parts.fleet] : deployed.fleets.all().map(({ part }) => part)
  }
}

function incidentsOf(engine: AlertEngine): readonly Incident[] {
  const { incidents: open = [] } = engine.run({ command: 'list' })
  const { incidents: past = [] } = engine.run({ command: 'history' })
  const ids = new Set(open.map(({ id }) => id))
  return [...open, ...past.filter(({ id }) => !ids.has(id))]
}
