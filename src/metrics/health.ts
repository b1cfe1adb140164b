import type { AlertStatus } from '../alerting/alert-engine'
import type { CacheStatus } from '../cache/cache'
import type { BridgeStatus } from '../homeassistant/bridge'
import type { FleetDevice } from '../polling/fleet-device'
import type { RetentionStatus } from '../retention/retention-report'
import type { PartHealth } from '../serving/api-sources'
import { labelsOf, type MonitoredParts, type MonitoredStatus, type NamedPart } from './parts'

type Finding = Pick<PartHealth, 'state' | 'code' | 'message'>

/** Some wait for a quiet night to end, or for others to be told together with. */
const MOST_UNTOLD = 100
const WELL: Finding = { state: 'ok' }

/** How everything is that runs. */
export function healthOf(parts: MonitoredParts): PartHealth[] {
  return [
    ...each('fleet', parts.fleets(), (fleet) => fleetHealth(fleet.devices())),
    ...each('database', parts.databases(), (database) => databaseHealth(database.status())),
    ...each('cache', parts.caches(), (cache) => cacheHealth(cache.status())),
    ...each('alert', parts.alerts(), (alert) => alertHealth(alert.status())),
    ...each('homeassistant', parts.bridges(), (bridge) => bridgeHealth(bridge.status())),
    ...each('retention', parts.retentions(), (retention) => retentionHealth(retention.status())),
  ]
}

/** Whether requests and readings may come: nothing has failed. What is degraded does its work. */
export function isReady(health: readonly Pick<PartHealth, 'state'>[]): boolean {
  return health.every(({ state }) => state !== 'failed')
}

function each<Part>(
  kind: string,
  parts: readonly NamedPart<Part>[],
  look: (part: Part) => Finding,
): readonly PartHealth[] {
  const names = labelsOf(parts)
  return parts.map(({ id, part }) => ({ kind, name: names.get(id) ?? id, ...look(part) }))
}

/** A device that is away is no fault of the fleet; that none answers is a fault of the network, or of all there is. */
function fleetHealth(devices: readonly Pick<FleetDevice, 'state'>[]): Finding {
  const away = devices.filter(({ state }) => state === 'offline').length
  if (away === 0) return WELL
  if (away === devices.length) return { state: 'failed', message: `none of ${devices.length} devices answers` }
  return { state: 'degraded', message: `${away} of ${devices.length} devices are offline` }
}

function databaseHealth({ state, code, message }: MonitoredStatus): Finding {
  const reason = { ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
  switch (state) {
    case 'ok':
      return WELL
    case 'retrying':
      return { state: 'degraded', ...reason }
    case 'opening':
      return code === undefined ? { state: 'degraded', message: 'it is being opened' } : { state: 'failed', ...reason }
    case 'full':
    case 'failed':
      return { state: 'failed', ...reason }
    case 'closed':
      return { state: 'failed', code: 'CLOSED', message: 'it is closed' }
  }
}

/** Memory goes on alone, whatever there is with Redis. */
function cacheHealth({ redis, error, shrunk }: CacheStatus): Finding {
  const reason = error && { code: error.code, message: error.message }
  if (redis === 'down') return { state: 'degraded', ...reason }
  if (redis === 'connecting') return { state: 'degraded', message: 'it is being connected to Redis' }
  return shrunk ? { state: 'degraded', message: 'memory is short' } : WELL
}

function alertHealth({ waiting }: AlertStatus): Finding {
  return waiting > MOST_UNTOLD ? { state: 'degraded', message: `${waiting} incidents are not told yet` } : WELL
}

function bridgeHealth({ broker: { state, error } }: BridgeStatus): Finding {
  if (state === 'open') return WELL
  if (state === 'connecting' && error === undefined) return { state: 'degraded', message: 'it is being connected' }
  return { state: 'failed', ...(error ?? { code: 'CLOSED', message: 'it is closed' }) }
}

function retentionHealth({ state, code, message }: RetentionStatus): Finding {
  const reason = { ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
  switch (state) {
    case 'waiting':
    case 'running':
    case 'stopped':
      return WELL
    case 'lagging':
    case 'retrying':
      return { state: 'degraded', ...reason }
    case 'failed':
      return { state: 'failed', ...reason }
  }
}
