import type { Database, HistoryBucket, HistoryPage, HistoryQuery } from '../../src/database/database'
import { bucketsOf, type Buckets } from '../../src/database/history/bucket-edges'
import type { Reading } from '../../src/domain/reading'
import { reading } from '../support/readings'

const HOUR_MS = 3_600_000

/** Power of a device at any time, W; undefined: nobody has seen it. */
export type Load = (moment: number) => number | undefined

/** A database whose devices use what a test says. Before `coarse_until` there are days alone. */
export class FakeHistory implements Pick<Database, 'history' | 'latest'> {
  readonly tiers = { catalog: { parents: new Map<string, string>() } }
  readonly queries: HistoryQuery[] = []
  coarse_until = Number.NEGATIVE_INFINITY
  rows_of_a_page = 97
  /** Of the query that is being read. */
  private rows: HistoryBucket[] = []

  constructor(
    private readonly loads: Readonly<Record<string, Load>>,
    private readonly now: number,
    private readonly given: Readonly<Record<string, Partial<Reading>>> = {},
  ) {}

  latest(): Promise<Reading[]> {
    return Promise.resolve(Object.keys(this.loads).map((device_id) => reading({ device_id, ...this.given[device_id] })))
  }

  /** Power is what it is at the beginning of each 5 minutes. */
  history(query: HistoryQuery): Promise<HistoryPage> {
    this.queries.push(query)
    const first = Number(query.cursor ?? 0)
    if (query.cursor === undefined) this.rows = [...this.buckets(query)]
    const rows = this.rows.slice(first, first + this.rows_of_a_page)
    const next = first + this.rows_of_a_page
    return Promise.resolve({ rows, ...(rows.length === this.rows_of_a_page && { cursor: String(next) }) })
  }

  private *buckets({ from, to, device_ids, bucket = { bucket_ms: HOUR_MS } }: HistoryQuery): Generator<HistoryBucket> {
    const fine = bucketsOf(bucket)
    const days = bucketsOf({
      ...('length' in bucket ? bucket : { time_zone: 'UTC' }),
      length: { unit: 'day', count: 1 },
    })
    for (let at = from; at < to;) {
      const chosen: Buckets = at < this.coarse_until ? days : fine
      const time = chosen.at(at)
      for (const [device_id, load] of Object.entries(this.loads)) {
        if (device_ids.length > 0 && !device_ids.includes(device_id)) continue
        const { energy_kwh, covered_s } = this.used(load, time.from, Math.min(time.to, this.now))
        if (covered_s === 0) continue
        const { from: timestamp, to: end } = time
        const bucket_ms = end - timestamp
        yield { device_id, timestamp, bucket_ms, count: 1, covered_s, energy_kwh, energy_source: 'counter', fields: {} }
      }
      at = time.to
    }
  }

  private used(load: Load, from: number, to: number): { energy_kwh: number; covered_s: number } {
    let [energy_kwh, covered_s] = [0, 0]
    for (let at = from; at < to; at += 300_000) {
      const watts = load(at)
      if (watts === undefined) continue
      energy_kwh += watts / 12_000
      covered_s += 300
    }
    return { energy_kwh, covered_s }
  }
}
