import { type DurationCounts, percentileOf } from '../domain/histogram'
import { poolUse } from './families/database'
import type { Instance } from './samples'
import type { Snapshot } from './snapshot'

/** Flat names, as rules of `kasa-alert` and points of `kasa-write` have them. */
export type Figures = Readonly<Record<string, number>>

type Figure = (now: Snapshot, before: Snapshot, duration_s: number) => number | undefined

const MEGABYTE = 1024 * 1024

/**
 * What a message says: of now, and of the time since the message before. `undefined` is left out: nothing of it was there,
 * or nothing has happened.
 */
const FIGURES: Readonly<Record<string, Figure>> = {
  cpu_pct: (now, before) => {
    const busy_s = ({ host: { cpu_s } }: Snapshot) => cpu_s.user + cpu_s.nice + cpu_s.system + cpu_s.irq
    const worked_s = busy_s(now) - busy_s(before)
    return percent(worked_s, worked_s + now.host.cpu_s.idle - before.host.cpu_s.idle)
  },
  process_cpu_pct: ({ process: { cpu_s } }, { process: { cpu_s: earlier } }, duration_s) =>
    percent(cpu_s.user + cpu_s.system - earlier.user - earlier.system, duration_s),
  memory_pct: ({ host: { memory } }) => percent(memory.size_bytes - memory.available_bytes, memory.size_bytes),
  disk_pct: ({ host: { disk } }) => disk && percent(disk.used_bytes, disk.used_bytes + disk.available_bytes),
  heap_pct: ({ process: { memory, heap_limit_bytes } }) => percent(memory.heapUsed, heap_limit_bytes),
  heap_mb: ({ process: { memory } }) => memory.heapUsed / MEGABYTE,
  rss_mb: ({ process: { memory } }) => memory.rss / MEGABYTE,
  event_loop_delay_ms: ({ process: now }, { process: before }) =>
    percentileOf(now.event_loop_delay, 0.99, before.event_loop_delay),
  event_loop_busy_pct: ({ process: now }, { process: before }, duration_s) =>
    percent(now.event_loop_busy_s - before.event_loop_busy_s, duration_s),
  network_receive_bytes_per_s: (now, before, duration_s) =>
    rate(now, before, duration_s, ({ host }) => sum(host.network, ({ received_bytes }) => received_bytes)),
  network_transmit_bytes_per_s: (now, before, duration_s) =>
    rate(now, before, duration_s, ({ host }) => sum(host.network, ({ sent_bytes }) => sent_bytes)),

  devices: ({ devices }) => devices.length,
  devices_online: ({ devices }) => devices.filter(({ subject }) => subject.state === 'online').length,
  devices_offline: ({ devices }) => devices.filter(({ subject }) => subject.state === 'offline').length,
  power_w: ({ devices }) => powerOf(devices),

  polls_per_s: (now, before, duration_s) => rate(now, before, duration_s, pollsOf),
  poll_failures_pct: (now, before) => percent(failuresOf(now) - failuresOf(before), pollsOf(now) - pollsOf(before)),
  poll_p50_ms: (now, before) => percentile(0.5, now.fleets, before.fleets, ({ latency }) => latency),
  poll_p95_ms: (now, before) => percentile(0.95, now.fleets, before.fleets, ({ latency }) => latency),
  poll_p99_ms: (now, before) => percentile(0.99, now.fleets, before.fleets, ({ latency }) => latency),
  poll_lateness_p99_ms: (now, before) => percentile(0.99, now.fleets, before.fleets, ({ lateness }) => lateness),
  polls_in_flight: ({ fleets }) => total(fleets, ({ in_flight }) => in_flight),
  polls_waiting: ({ fleets }) => total(fleets, ({ waiting }) => waiting),
  circuits_open: ({ fleets }) => total(fleets, ({ circuits }) => circuits.open + circuits['half-open']),

  cache_hit_pct: (now, before) => {
    const hits = hitsOf(now) - hitsOf(before)
    return percent(hits, hits + missesOf(now) - missesOf(before))
  },

  database_pool_pct: ({ databases }) => highest(databases, ({ statistics }) => 100 * poolUse(statistics)),
  database_writes_per_s: (now, before, duration_s) =>
    rate(now, before, duration_s, ({ databases }) => total(databases, ({ status }) => status.written)),
  database_write_p95_ms: (now, before) =>
    percentile(0.95, now.databases, before.databases, ({ statistics }) => statistics.writes.latency),
  database_query_p95_ms: (now, before) =>
    percentile(0.95, now.databases, before.databases, ({ statistics }) => statistics.queries.latency),
  // As the health of a database has it, so that one rule serves both.
  'spool.points': ({ databases }) => total(databases, ({ statistics }) => statistics.spool.lines),
  spool_pct: ({ databases }) => highest(databases, ({ status }) => 100 * status.fullness),

  mqtt_waiting: ({ bridges }) => total(bridges, ({ broker }) => broker.waiting),
  incidents: ({ alerts }) => total(alerts, ({ firing }) => firing),
  api_answers_per_s: (now, before, duration_s) => rate(now, before, duration_s, answersOf),
  api_p95_ms: (now, before) => {
    const durations = ({ apis }: Snapshot) =>
      apis.flatMap(({ labels, subject }) =>
        subject.routes.flatMap(({ method, path, latency }) =>
          latency ? [{ labels: { ...labels, route: `${method} ${path}` }, subject: latency }] : [],
        ),
      )
    return percentile(0.95, durations(now), durations(before), (latency) => latency)
  },
}

/** The names that a message may have, for the documentation. */
export const FIGURE_NAMES: readonly string[] = Object.keys(FIGURES)

/** @param before a snapshot of an earlier moment; what counts is the time since then */
export function figuresOf(now: Snapshot, before: Snapshot): Figures {
  const duration_s = (now.at_ms - before.at_ms) / 1000
  const figures = Object.entries(FIGURES).flatMap(([name, of]) => {
    const value = of(now, before, duration_s)
    return value === undefined || !Number.isFinite(value) ? [] : [[name, rounded(value)] as const]
  })
  return Object.fromEntries(figures)
}

type All<Subject> = readonly Instance<Subject>[]

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((so_far, item) => so_far + value(item), 0)
}

/** Undefined where there is none. */
function total<Subject>(all: All<Subject>, value: (subject: Subject) => number): number | undefined {
  return all.length === 0 ? undefined : sum(all, ({ subject }) => value(subject))
}

function highest<Subject>(all: All<Subject>, value: (subject: Subject) => number): number | undefined {
  return all.length === 0 ? undefined : Math.max(...all.map(({ subject }) => value(subject)))
}

function percent(part: number, whole: number): number | undefined {
  return whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : undefined
}

/** Undefined where it has begun anew: a part has gone since. */
function rate(
  now: Snapshot,
  before: Snapshot,
  duration_s: number,
  count: (snapshot: Snapshot) => number | undefined,
): number | undefined {
  const [later, earlier] = [count(now), count(before) ?? 0]
  return later === undefined || duration_s <= 0 || later < earlier ? undefined : (later - earlier) / duration_s
}

/** Of all of them together; a part that was not there before counts as a whole. */
function percentile<Subject>(
  part: number,
  now: All<Subject>,
  before: All<Subject>,
  durations: (subject: Subject) => DurationCounts,
): number | undefined {
  const earlier = new Map(before.map(({ labels, subject }) => [keyOf(labels), durations(subject)] as const))
  const since = now.map(({ labels, subject }) => difference(durations(subject), earlier.get(keyOf(labels))))
  const [first, ...others] = since
  return first && percentileOf(others.reduce(joined, first), part)
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(labels)
}

function difference(now: DurationCounts, before: DurationCounts | undefined): DurationCounts {
  // It was deployed anew, and has begun to count again.
  if (before === undefined || before.count > now.count) return now
  const buckets = now.buckets.map((count, bucket) => count - (before.buckets[bucket] as number))
  return { ...now, buckets, count: now.count - before.count, sum_ms: now.sum_ms - before.sum_ms }
}

function joined(one: DurationCounts, other: DurationCounts): DurationCounts {
  return {
    buckets: one.buckets.map((count, bucket) => count + (other.buckets[bucket] as number)),
    count: one.count + other.count,
    sum_ms: one.sum_ms + other.sum_ms,
    maximum_ms: Math.max(one.maximum_ms, other.maximum_ms),
  }
}

function pollsOf({ fleets }: Snapshot): number {
  return sum(fleets, ({ subject }) => subject.polls)
}

function failuresOf({ fleets }: Snapshot): number {
  return sum(fleets, ({ subject }) => subject.failures)
}

function hitsOf({ caches }: Snapshot): number {
  return sum(caches, ({ subject }) =>
    sum(Object.values(subject.statistics.kinds), ({ hits_memory, hits_redis }) => hits_memory + hits_redis),
  )
}

function missesOf({ caches }: Snapshot): number {
  return sum(caches, ({ subject }) => sum(Object.values(subject.statistics.kinds), ({ misses }) => misses))
}

function answersOf({ apis }: Snapshot): number | undefined {
  return total(apis, ({ routes, unrouted }) => {
    const all = [unrouted, ...routes.map(({ statuses }) => statuses)]
    return sum(all, (statuses) => sum(Object.values(statuses), (count) => count))
  })
}

/** Outlets are part of their strip. Undefined where nothing measures power. */
function powerOf(devices: Snapshot['devices']): number | undefined {
  const known = devices.flatMap(({ subject: { state, device, reading } }) => {
    const power_w = state === 'online' && device?.parent_id === undefined ? reading?.power_w : undefined
    return power_w === undefined ? [] : [power_w]
  })
  return known.length === 0 ? undefined : sum(known, (power_w) => power_w)
}

/** To three decimals: what comes after them is noise, and would be stored. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
