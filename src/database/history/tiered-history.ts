import type { Clock } from '../../domain/clock'
import type { BucketRule, HistoryBucket, HistoryPage, HistoryQuery } from '../database'
import type { Store } from '../store'
import type { TierCatalog } from '../tiers/tier-catalog'
import { bucketsOf, edgeAfter, edgeBefore, edgesAway, type Buckets } from './bucket-edges'
import { encodeCursor, positionOf, type HistoryPosition } from './history-cursor'
import { compareOldestFirst, type HistoryOrder } from './merge'
import type { TimeRange } from './record-source'
import { TierLayout, type Part, type Sources } from './tier-layout'
import { TierSources } from './tier-sources'
import { TierWindow } from './tier-window'
import { Turns } from './turns'

const BUCKETS_OF_A_WINDOW = 1000
/** Read and put into order in one go: each device is looked up for it, so that few rows of many devices are slow. */
const ROWS_OF_A_WINDOW = 5000
const ROWS_OF_A_PAGE = 10_000
const NOTHING_BUT_RAW: Sources = { reaches: [], raw_from: Number.NEGATIVE_INFINITY }

export interface TieredHistoryOptions {
  readonly store: Pick<Store, 'history' | 'tiers'>
  readonly catalog: TierCatalog
  readonly clock: Clock
}

/** Answers history from the tiers as far as they serve, and from raw readings for the rest: see `TierLayout`. */
export class TieredHistory {
  private readonly sources: TierSources

  constructor(private readonly options: TieredHistoryOptions) {
    this.sources = new TierSources({ ...options, store: options.store.tiers })
  }

  /** Something was deleted, or put back. */
  forget(): void {
    this.sources.forget()
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const { store, catalog } = this.options
    const isRolledUp = catalog.plan?.tiers.some(({ name }) => catalog.watermark(name) !== undefined) ?? false
    if (!isRolledUp) return store.history(query)
    const { bucket } = query
    return bucket === undefined ? this.readings(query) : this.buckets(query, bucket)
  }

  private async readings(query: HistoryQuery): Promise<HistoryPage> {
    const page = await this.options.store.history(query)
    // A hint is not worth an error.
    const { reaches, raw_from } = await this.sources.of(query).catch(() => NOTHING_BUT_RAW)
    const hasMore = query.from < raw_from && reaches.some(({ whole_from }) => whole_from < raw_from)
    return hasMore ? { ...page, raw_from } : page
  }

  private async buckets(query: HistoryQuery, rule: BucketRule): Promise<HistoryPage> {
    const buckets = bucketsOf(rule)
    const sources = await this.sources.of(query)
    const layout = new TierLayout(query, buckets, sources)
    if (layout.tail <= query.from) return this.options.store.history(query)
    const position = positionOf(query)
    const sign = query.order === 'oldest-first' ? 1 : -1
    const rows: HistoryBucket[] = []
    const turns = new Turns()
    for await (const part of this.inOrder(query, { buckets, sources, layout }, position)) {
      for (const row of part) {
        if (turns.isOver) await turns.next()
        if (position && sign * compareOldestFirst(row, position) <= 0) continue
        if (rows.length === query.limit) return { rows, cursor: encodeCursor(query, rows.at(-1) as HistoryBucket) }
        rows.push(row)
      }
    }
    return { rows }
  }

  private async *inOrder(query: HistoryQuery, plan: Plan, position?: HistoryPosition): AsyncGenerator<HistoryBucket[]> {
    const { tail } = plan.layout
    const isForward = query.order === 'oldest-first'
    const isInTail = position !== undefined && position.timestamp >= tail
    const head = isForward && isInTail ? undefined : this.head(query, plan, isInTail ? undefined : position)
    const rest =
      (!isForward && position && !isInTail) || tail >= query.to
        ? undefined
        : this.raw(query, { from: tail, to: query.to }, isInTail ? position : undefined)
    for (const parts of isForward ? [head, rest] : [rest, head]) if (parts) yield* parts
  }

  /** What tiers may serve, some buckets of all devices at a time. */
  private async *head(query: HistoryQuery, plan: Plan, position?: HistoryPosition): AsyncGenerator<HistoryBucket[]> {
    const { buckets } = plan
    const isForward = query.order === 'oldest-first'
    const devices = Math.max(1, await this.countDevices(query, plan))
    // Those of the page, that in which it begins, and that which tells whether there is more.
    const count = Math.min(BUCKETS_OF_A_WINDOW, Math.ceil(Math.min(query.limit, ROWS_OF_A_WINDOW) / devices) + 2)
    let rest = restOf(query, plan, position)
    while (rest.from < rest.to) {
      const range = isForward
        ? { from: rest.from, to: Math.min(rest.to, edgesAway(buckets, edgeBefore(buckets, rest.from), count)) }
        : { from: Math.max(rest.from, edgesAway(buckets, edgeAfter(buckets, rest.to), -count)), to: rest.to }
      yield await this.window(query, plan.layout.parts(range))
      rest = isForward ? { from: range.to, to: rest.to } : { from: rest.from, to: range.from }
    }
  }

  /** In the order of the query. */
  private async window(query: HistoryQuery, parts: readonly Part[]): Promise<HistoryBucket[]> {
    const served = parts.filter((part) => !isRaw(part))
    const found = await new TierWindow(this.options.store.tiers, query, served).read()
    for (const range of rangesOf(parts.filter(isRaw))) {
      for await (const rows of this.raw(query, range)) for (const row of rows) found.push(row)
    }
    return sorted(found, query.order)
  }

  /** In pages of the store. */
  private async *raw(
    query: HistoryQuery,
    range: TimeRange,
    position?: HistoryPosition,
  ): AsyncGenerator<HistoryBucket[]> {
    const { cursor: _, ...others } = query
    const asked = { ...others, ...range, limit: Math.min(ROWS_OF_A_PAGE, query.limit + 1) }
    let cursor = position && encodeCursor(asked, position)
    do {
      const page = await this.options.store.history({ ...asked, ...(cursor !== undefined && { cursor }) })
      yield page.rows as HistoryBucket[]
      cursor = page.cursor
    } while (cursor !== undefined)
  }

  private async countDevices({ from, to, device_ids }: HistoryQuery, { sources }: Plan): Promise<number> {
    const coarsest = sources.reaches.at(-1)
    if (device_ids.length > 0 || coarsest === undefined) return device_ids.length
    return (await this.options.store.tiers.devices(coarsest.tier, { from, to })).length
  }
}

interface Plan {
  readonly buckets: Buckets
  readonly sources: Sources
  readonly layout: TierLayout
}

/** What is left behind the position, and has anything at all. */
function restOf(query: HistoryQuery, { buckets, sources, layout }: Plan, position?: HistoryPosition): TimeRange {
  const starts = [...sources.reaches.map(({ from }) => from), sources.raw_from]
  const from = Math.max(query.from, edgeBefore(buckets, Math.min(...starts)))
  if (position === undefined) return { from, to: layout.tail }
  if (query.order === 'oldest-first') return { from: Math.max(from, position.timestamp), to: layout.tail }
  // A row that is longer than what was asked for ends later.
  const rows = position.timestamp < sources.raw_from ? sources.reaches : []
  const ends = [buckets, ...rows.map((reach) => reach.buckets)].map((each) => each.at(position.timestamp).to)
  return { from, to: Math.min(layout.tail, edgeAfter(buckets, Math.max(...ends))) }
}

/** Rows that come device by device: by moment first, so that few have to be compared in one go. */
async function sorted(rows: readonly HistoryBucket[], order: HistoryOrder): Promise<HistoryBucket[]> {
  const turns = new Turns()
  const sign = order === 'oldest-first' ? 1 : -1
  const moments = new Map<number, HistoryBucket[]>()
  for (const row of rows) {
    const same = moments.get(row.timestamp)
    if (same) same.push(row)
    else moments.set(row.timestamp, [row])
  }
  const ordered: HistoryBucket[] = []
  for (const moment of [...moments.keys()].sort((one, other) => sign * (one - other))) {
    const same = moments.get(moment) as HistoryBucket[]
    for (const row of same.sort((one, other) => sign * compareOldestFirst(one, other))) ordered.push(row)
    if (turns.isOver) await turns.next()
  }
  return ordered
}

function isRaw({ pieces }: Part): boolean {
  return pieces.every(({ reach }) => reach === undefined)
}

function rangesOf(parts: readonly Part[]): TimeRange[] {
  const ranges: TimeRange[] = []
  for (const { from, to } of parts) {
    const last = ranges.at(-1)
    if (last?.to === from) ranges[ranges.length - 1] = { from: last.from, to }
    else ranges.push({ from, to })
  }
  return ranges
}
