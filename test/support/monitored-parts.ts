import type { AlertStatus } from '../../src/alerting/alert-engine'
import type { Cache } from '../../src/cache/cache'
import { CACHE_KINDS } from '../../src/cache/cache-options'
import type { CacheStatistics, KindStatistics } from '../../src/cache/cache-statistics'
import type { Device } from '../../src/domain/device'
import { Histogram } from '../../src/domain/histogram'
import type { Reading } from '../../src/domain/reading'
import type { BridgeStatus } from '../../src/homeassistant/bridge'
import type { MonitoredParts, NamedPart } from '../../src/metrics/parts'
import type { FleetDevice } from '../../src/polling/fleet-device'
import { Counters, type PollerStatistics } from '../../src/polling/statistics'
import type { ApiStatistics } from '../../src/serving/api-statistics'
import { FakeDatabase } from './fake-database'

const NOW = 1_800_000_000_000
const NONE = new Histogram().snapshot()

/** Parts of every kind, of which a test changes what matters to it. */
export class FakeParts {
  devices: FleetDevice[] = [aFleetDevice()]
  polling: Counters = new Counters()
  circuits: PollerStatistics['circuits'] = { closed: 1, open: 0, 'half-open': 0 }
  readonly database = new FakeDatabase()
  kind: Partial<KindStatistics> = {}
  redis: ReturnType<Cache['status']> = { shrunk: false }
  broker: BridgeStatus['broker'] = { state: 'open', kept: 5, waiting: 0, published: 7, received: 3, dropped: 0 }
  alerts: AlertStatus = {
    firing: 0,
    pending: 0,
    watched: 4,
    severity: undefined,
    waiting: 0,
    changes: {},
    evaluations: NONE,
  }
  retention: ReturnType<ReturnType<MonitoredParts['retentions']>[number]['part']['status']> = { state: 'waiting' }

  api: ApiStatistics = {
    ...{ in_flight: 0, hits: 0, stale_hits: 0, misses: 0, not_modified: 0, gone: 0, sent_bytes: 0 },
    ...{ rate_limited: 0, refused_keys: 0, routes: [], unrouted: {} },
  }

  readonly all: MonitoredParts = {
    fleets: () => one('f1', 'home', { devices: () => this.devices, statistics: () => this.statistics() }),
    databases: () => one('d1', 'readings', this.database),
    caches: () =>
      one('c1', '', {
        status: () => this.redis,
        statistics: () => this.cacheStatistics(),
        redisLatency: () => undefined,
      }),
    alerts: () => one('a1', 'alerts', { status: () => this.alerts }),
    bridges: () => one('b1', 'home assistant', { status: () => this.bridge() }),
    retentions: () => one('r1', 'retention', { status: () => this.retention }),
    apis: () => one('api', 'house', { statistics: () => this.api }),
  }

  private statistics(): PollerStatistics {
    const { circuits } = this
    return this.polling.snapshot({ in_flight: 2, waiting: 1, places: 64, slowdown: 1, circuits })
  }

  private cacheStatistics(): CacheStatistics {
    const none = { hits_memory: 0, hits_redis: 0, hits_stale: 0, misses: 0, loads: 0, load_failures: 0, waits: 0 }
    const empty = { ...none, sets: 0, evictions: 0, oversized: 0, invalidations: 0, entries: 0, bytes: 0 }
    const kinds = Object.fromEntries(CACHE_KINDS.map((kind) => [kind, { ...empty, ...this.kind }]))
    return { kinds: kinds as CacheStatistics['kinds'] }
  }

  private bridge(): BridgeStatus {
    const commands = { running: 0, waiting: 0, done: 1, refused: 0, superseded: 0, retained: 0, latency: NONE }
    return { broker: this.broker, devices: 1, available: 1, commands }
  }
}

function one<Part>(id: string, name: string, part: Part): NamedPart<Part>[] {
  return [{ id, name, part }]
}

/** A plug that is online. */
export function aFleetDevice({
  device: given,
  reading: measured,
  ...more
}: Partial<Omit<FleetDevice, 'device' | 'reading'>> & {
  readonly device?: Partial<Device>
  readonly reading?: Partial<Reading>
} = {}): FleetDevice {
  const identity = { device_id: '8006F4', alias: 'Kettle', model: 'HS110(EU)', host: '192.168.1.5' }
  const device: Device = { ...identity, kind: 'plug', integration: 'kasa', features: [], firmware: '1.2.5', ...given }
  const measurements = { on: true, power_w: 1500.5, energy_kwh: 12.25, rssi_dbm: -55, latency_ms: 12.5 }
  const reading: Reading = {
    ...identity,
    timestamp: NOW,
    ...measurements,
    source: 'poll',
    quality: 'good',
    ...measured,
  }
  const { device_id, alias, host } = device
  return { host, alias, device_id, state: 'online', device, reading, interval_ms: 5000, ...more }
}

/** Durations of so many milliseconds each. */
export function durationsOf(...durations_ms: number[]): Histogram {
  const histogram = new Histogram()
  for (const duration_ms of durations_ms) histogram.add(duration_ms)
  return histogram
}
