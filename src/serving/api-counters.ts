import { Histogram } from '../domain/histogram'
import type { ApiStatistics, RouteStatistics } from './api-statistics'
import type { Route } from './routing/route'

type Counted = Pick<
  ApiStatistics,
  'routes' | 'unrouted' | 'hits' | 'stale_hits' | 'misses' | 'not_modified' | 'gone' | 'sent_bytes'
>

class RouteCounter {
  private readonly statuses = new Map<number, number>()
  private readonly durations = new Histogram()

  add(status: number, duration_ms: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    this.durations.add(duration_ms)
  }

  statistics(): Omit<RouteStatistics, 'method' | 'path'> {
    const statuses = Object.fromEntries(this.statuses)
    const max = this.durations.maximum_ms
    if (max === undefined) return { statuses }
    const [p50 = max, p95 = max, p99 = max] = [0.5, 0.95, 0.99].map((part) => this.durations.percentile(part))
    return { statuses, latency_ms: { p50, p95, p99, max }, latency: this.durations.snapshot() }
  }
}

/** What an API counts of its own work. */
export class ApiCounters {
  private readonly routes: ReadonlyMap<Route, RouteCounter>
  private readonly unrouted = new RouteCounter()
  hits = 0
  stale_hits = 0
  misses = 0
  not_modified = 0
  gone = 0
  sent_bytes = 0

  constructor(routes: readonly Route[]) {
    this.routes = new Map(routes.map((route) => [route, new RouteCounter()]))
  }

  /** @param route undefined: there is none for what was asked */
  answered(route: Route | undefined, status: number, duration_ms: number, bytes: number): void {
    const counter = (route && this.routes.get(route)) ?? this.unrouted
    counter.add(status, duration_ms)
    this.sent_bytes += bytes
    if (status === 304) this.not_modified++
  }

  statistics(): Counted {
    const { hits, stale_hits, misses, not_modified, gone, sent_bytes } = this
    const routes = [...this.routes].map(([{ method, path }, counter]) => ({ method, path, ...counter.statistics() }))
    const unrouted = this.unrouted.statistics().statuses
    return { routes, unrouted, hits, stale_hits, misses, not_modified, gone, sent_bytes }
  }
}
