import type { Clock, Random } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { type NumberRange, numberInRange } from '../domain/range'
import type { Credentials, Integration, Timeouts } from '../integrations/integration'
import type { AdaptiveIntervalOptions } from './adaptive-interval'
import type { EmissionOptions } from './emission'
import type { RecentReading } from './reads'

/** A host that the user listed. */
export interface FleetHost {
  /** IPv4, IPv6 or a host name. */
  readonly host: string
  readonly port?: number
  /** Where given, another device at this address is refused, and this one is looked for. */
  readonly device_id?: string
  /** The same where the id is not known yet: newer devices are found by their MAC. Upper case with colons. */
  readonly mac?: string
  /** Name of the integration that speaks to it; absent: the first of the fleet. */
  readonly integration?: string
  /** Instead of the fleet's. */
  readonly credentials?: Credentials
}

/** One network: what is polled there, and how. Only `integrations` and `hosts` have no default. */
export interface FleetOptions extends Partial<FleetLimits> {
  readonly integrations: readonly Integration[]
  readonly hosts: readonly FleetHost[]
  readonly credentials?: Credentials
  readonly timeouts?: Partial<Timeouts>
  /** Port of hosts that name none; absent: the integration's own. */
  readonly port?: number
  readonly poll_over?: 'tcp' | 'udp'
  readonly interval?: Partial<AdaptiveIntervalOptions>
  readonly emission?: Partial<EmissionOptions>
  /** Addresses to look for devices at, asked for each time. None: nothing is sent but to the hosts listed. */
  readonly targets?: () => readonly string[]
  /** Polls whatever is found at `targets`. Otherwise discovery only offers. */
  readonly add_discovered?: boolean
  /** Where lifetime totals live; absent: in memory alone. */
  readonly energy_file?: string
  /** Asked before a device that somebody wants a reading of, never before a poll; it may fail and be slow. */
  readonly recent?: RecentReading
  readonly clock?: Clock
  readonly random?: Random
  /** Faults that belong to no device. Default: none is told. */
  readonly report?: (error: MonitorError) => void
}

export interface FleetLimits {
  /** Exchanges in flight; hosts in doubt have as many of their own, and what is slow does not count. */
  readonly concurrency: number
  /** Failures in a row. */
  readonly failures_until_offline: number
  /** How many times more slowly than a device an outlet is polled. */
  readonly outlet_interval_factor: number
  /** For all devices together; 0: no limit. */
  readonly polls_per_minute: number
  /** How long readings are gathered for `onReadings`. */
  readonly batch_ms: number
  /** How often devices are looked for at `targets`; 0: only when asked to. With `add_discovered` see `REDISCOVER_MS`. */
  readonly discover_every_ms: number
}

/** With `add_discovered`, where nothing else is set: after a power cut, plugs may come back later than this machine. */
export const REDISCOVER_MS = 600_000

export const FLEET_DEFAULTS: FleetLimits = {
  concurrency: 32,
  failures_until_offline: 3,
  outlet_interval_factor: 2,
  polls_per_minute: 0,
  batch_ms: 10,
  discover_every_ms: 0,
}

export const FLEET_RANGES: { readonly [Key in keyof FleetLimits]: NumberRange } = {
  concurrency: { minimum: 1, maximum: 1024 },
  failures_until_offline: { minimum: 1, maximum: 100 },
  outlet_interval_factor: { minimum: 1, maximum: 100 },
  polls_per_minute: { minimum: 0, maximum: 1_000_000 },
  batch_ms: { minimum: 10, maximum: 60_000 },
  discover_every_ms: { minimum: 0, maximum: 86_400_000 },
}

/** @throws MonitorError `CONFIG_INVALID` naming the option, its value and the range */
export function fleetLimits(given: Partial<FleetLimits>): FleetLimits {
  const limits: { -readonly [Key in keyof FleetLimits]: number } = { ...FLEET_DEFAULTS }
  for (const key of Object.keys(FLEET_DEFAULTS) as (keyof FleetLimits)[]) {
    const value: unknown = given[key]
    if (value !== undefined) limits[key] = numberInRange(key, value, FLEET_RANGES[key])
  }
  return limits
}
