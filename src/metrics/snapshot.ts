import type { AlertStatus } from '../alerting/alert-engine'
import type { Clock } from '../domain/clock'
import { toMonitorError, type MonitorError } from '../domain/errors'
import type { BridgeStatus } from '../homeassistant/bridge'
import type { FleetDevice } from '../polling/fleet-device'
import type { PollerStatistics } from '../polling/statistics'
import type { RetentionStatus } from '../retention/retention-report'
import type { ApiStatistics } from '../serving/api-statistics'
import { DeviceLabels } from './device-labels'
import type { CacheFigures } from './families/cache'
import type { DatabaseFigures } from './families/database'
import type { HostFigures, HostMeter } from './meters/host-meter'
import type { ProcessFigures, ProcessMeter } from './meters/process-meter'
import { labelsOf, type MonitoredParts, type NamedPart } from './parts'
import type { Instance } from './samples'

type All<Subject> = readonly Instance<Subject>[]

/** What all parts say of themselves at one moment. */
export interface Snapshot {
  /** By the monotonic clock. */
  readonly at_ms: number
  readonly devices: All<FleetDevice>
  readonly fleets: All<PollerStatistics>
  readonly databases: All<DatabaseFigures>
  readonly caches: All<CacheFigures>
  readonly bridges: All<BridgeStatus>
  readonly apis: All<ApiStatistics>
  readonly alerts: All<AlertStatus>
  readonly retentions: All<RetentionStatus>
  readonly process: ProcessFigures
  readonly host: HostFigures
}

export interface SnapshotParts {
  readonly parts: MonitoredParts
  readonly clock: Pick<Clock, 'monotonic'>
  readonly process: Pick<ProcessMeter, 'read'>
  readonly host: Pick<HostMeter, 'read'>
  /** A part could not be read; the others were. */
  readonly failed: (part: string, error: MonitorError) => void
}

/** Asks all parts. */
export class Snapshots {
  private readonly deviceLabels = new DeviceLabels()

  constructor(private readonly given: SnapshotParts) {}

  async take(): Promise<Snapshot> {
    const { parts, clock, process, host } = this.given
    const hostNow = await host.read()
    const fleets = parts.fleets()
    return {
      at_ms: clock.monotonic(),
      devices: this.deviceLabels.of(this.read('fleet', fleets, (fleet) => fleet.devices())),
      fleets: this.read('fleet', fleets, (fleet) => fleet.statistics()),
      databases: this.read('database', parts.databases(), (database) => {
        return { status: database.status(), statistics: database.statistics() }
      }),
      caches: this.read('cache', parts.caches(), (cache) => {
        return { status: cache.status(), statistics: cache.statistics(), redis_latency: cache.redisLatency() }
      }),
      bridges: this.read('bridge', parts.bridges(), (bridge) => bridge.status()),
      apis: this.read('api', parts.apis(), (api) => api.statistics()),
      alerts: this.read('alert', parts.alerts(), (alert) => alert.status()),
      retentions: this.read('retention', parts.retentions(), (retention) => retention.status()),
      process: process.read(),
      host: hostNow,
    }
  }

  private read<Part, Subject>(
    kind: string,
    parts: readonly NamedPart<Part>[],
    ask: (part: Part) => Subject,
  ): Instance<Subject>[] {
    const names = labelsOf(parts)
    return parts.flatMap(({ id, part }) => {
      const name = names.get(id) ?? id
      try {
        return [{ labels: { [kind]: name }, subject: ask(part) }]
      } catch (thrown) {
        this.given.failed(`${kind} ${name}`, toMonitorError(thrown))
        return []
      }
    })
  }
}
