import type { Incident, StateChange } from '../alerting/incidents/incident'
import type { Database } from '../database/database'
import type { Command } from '../domain/command'
import type { LogAnswer, LogQuery } from '../domain/log-line'
import type { Tariff } from '../domain/tariffs/tariff'
import type { FleetDevice } from '../polling/fleet-device'
import type { Listener } from '../polling/subscribers'

/** How one part of the pack is, in words for a person: `database living room`. */
export interface PartHealth {
  readonly kind: string
  readonly name: string
  /** `degraded`: it works, not as well as it should. */
  readonly state: 'ok' | 'degraded' | 'failed'
  readonly code?: string
  readonly message?: string
}

/** What the API answers from. Everything is asked anew for each answer, because nodes come and go. */
export interface ApiSources {
  /** Of every fleet that is served. */
  devices(): readonly FleetDevice[]
  /** Absent where no database was chosen: what needs one answers 501. */
  readonly database?: () => Promise<Database>
  readonly tariff?: Tariff
  /** Open ones, and those of late that are over. */
  incidents(): readonly Incident[]
  health(): readonly PartHealth[]
  /** In Prometheus text form. */
  metrics(): Promise<{ readonly type: string; readonly body: string }>
  /** @throws MonitorError `LOG_OFF` where none is kept */
  log(query: LogQuery): Promise<LogAnswer>
  /**
   * Resolves with the state that the device confirmed.
   * @param key the name of the key that it came with, where there are keys
   * @throws MonitorError `DEVICE_UNKNOWN`, or what the command failed with
   */
  command(device_id: string, command: Command, key?: string): Promise<object>
  /** Of all that is served, until the function that is returned is called. */
  listen(listener: Listener & { onIncident?(change: StateChange): void }): () => void
}
