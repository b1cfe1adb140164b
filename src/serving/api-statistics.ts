import type { DurationCounts } from '../domain/histogram'
import type { LiveStatistics } from './live/live'

/** One line of the table of routes. */
export interface RouteStatistics {
  readonly method: string
  /** `/devices/{device_id}` */
  readonly path: string
  /** Answers since the start, by status. */
  readonly statuses: Readonly<Record<number, number>>
  /** Absent before the first. */
  readonly latency_ms?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number }
  /** `Histogram.snapshot()` of the same durations: what `kasa-metrics` makes a Prometheus histogram of. */
  readonly latency?: DurationCounts
}

/** Counters are since the start. */
export interface ApiStatistics {
  /** Answers that are being made now. */
  readonly in_flight: number
  readonly routes: readonly RouteStatistics[]
  /** Answers to what is none of the routes, by status. */
  readonly unrouted: Readonly<Record<number, number>>
  readonly hits: number
  readonly stale_hits: number
  readonly misses: number
  /** The client had it already: 304. */
  readonly not_modified: number
  /** Clients that went away before their answer was made. */
  readonly gone: number
  readonly sent_bytes: number
  /** Of the rate limits, of the keys. */
  readonly rate_limited: number
  readonly refused_keys: number
  readonly live?: LiveStatistics
}
