import type { DatabaseStatistics } from '../../database/database'
import { counter, each, gauge, type Group, histogram, seconds, states } from '../family'
import type { MonitoredStatus } from '../parts'

/** A database with its spool, at one moment. */
export interface DatabaseFigures {
  readonly status: MonitoredStatus
  readonly statistics: DatabaseStatistics
}

/** How much of what it can work on at a time it works on, 0 to 1. */
export function poolUse({ writes, queries, pool }: DatabaseStatistics): number {
  return Math.min(1, (writes.in_flight + queries.in_flight) / pool)
}

export const DATABASE: Group<DatabaseFigures> = {
  title: 'Databases and their spools',
  labels: ['database'],
  families: {
    kasa_database_state: states(
      'State',
      ['opening', 'ok', 'retrying', 'full', 'failed', 'closed'],
      ({ status }) => status.state,
    ),
    kasa_database_operations_total: counter(
      'Requests and transactions that have ended',
      ({ statistics: { writes, queries } }) => each('operation', { write: writes.count, query: queries.count }),
      'operation',
    ),
    kasa_database_operation_failures_total: counter(
      'Those that failed',
      ({ statistics: { writes, queries } }) => each('operation', { write: writes.failures, query: queries.failures }),
      'operation',
    ),
    kasa_database_operation_duration_seconds: histogram(
      'How long they took',
      ({ statistics: { writes, queries } }) => each('operation', { write: writes.latency, query: queries.latency }),
      'operation',
    ),
    kasa_database_operations_in_flight: gauge(
      'Requests and transactions under way, or waiting for their turn',
      ({ statistics: { writes, queries } }) => each('operation', { write: writes.in_flight, query: queries.in_flight }),
      'operation',
    ),
    kasa_database_pool_places: gauge(
      'Connections to a server; 1 for a file, whose thread does one thing at a time',
      ({ statistics }) => statistics.pool,
    ),
    kasa_database_pool_use_ratio: gauge('How many of them are in use, 0 to 1', ({ statistics }) => poolUse(statistics)),
    kasa_database_points_written_total: counter(
      'Points in the store, as far as it says',
      ({ status }) => status.written,
    ),
    kasa_database_points_skipped_total: counter(
      'Readings left out, because they came from a cache',
      ({ status }) => status.skipped,
    ),
    kasa_database_points_refused_total: counter('Points turned away with an error', ({ status }) => status.refused),
    kasa_database_points_dropped_total: counter(
      'Points accepted and given up, at the bound of the spool or damaged on disk',
      ({ status }) => status.dropped,
    ),
    kasa_database_points_quarantined_total: counter(
      'Points that the store never takes, kept in the quarantine',
      ({ status }) => status.quarantined,
    ),
    kasa_database_points_expired_total: counter(
      'Points left out by the store, because they were older than it keeps',
      ({ status }) => status.expired,
    ),
    kasa_spool_points: gauge('Points in the spool, not in the store yet', ({ statistics }) => statistics.spool.lines),
    kasa_spool_size_bytes: gauge('Their size on disk', ({ statistics }) => statistics.spool.bytes),
    kasa_spool_oldest_timestamp_seconds: gauge(
      'When the oldest of them was accepted, since the epoch; absent while there is none',
      ({ statistics }) => seconds(statistics.spool.oldest),
    ),
    kasa_spool_append_duration_seconds: histogram(
      'How long it took until what came was kept, as durably as was chosen',
      ({ statistics }) => statistics.spool.latency,
    ),
    kasa_spool_fullness_ratio: gauge(
      'How full the spool is by size or age, whichever is nearer to its bound, 0 to 1',
      ({ status }) => status.fullness,
    ),
    kasa_spool_damaged_bytes_total: counter(
      'Bytes of the spool found damaged on disk, and skipped',
      ({ status }) => status.damaged_bytes,
    ),
  },
}
