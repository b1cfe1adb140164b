import type { MeasuredKey } from '../../domain/reading'
import type { FieldStatistics, HistoryBucket, HistoryQuery } from '../database'
import { composed } from '../roll-up/composed'
import type { RollUp } from '../tiers/roll-up'
import { RAW } from '../tiers/tier'
import type { TierStore } from '../tiers/tier-store'
import type { TimeRange } from './record-source'
import type { Part, Piece, Reach } from './tier-layout'
import { Turns } from './turns'

/** Of some devices at a time, so that few rows are held at once. */
const ROWS_AT_A_TIME = 4000

type Asked = Pick<HistoryQuery, 'device_ids' | 'fields'>

/** Makes the buckets of parts that tiers serve, in no order. */
export class TierWindow {
  private readonly turns = new Turns()

  constructor(
    private readonly store: Pick<TierStore, 'read' | 'rollUp' | 'devices'>,
    private readonly asked: Asked,
    /** In order. */
    private readonly parts: readonly Part[],
  ) {}

  async read(): Promise<HistoryBucket[]> {
    const spans = spansOf(this.parts.flatMap(({ pieces }) => pieces))
    const device_ids = await this.devicesIn(spans)
    const rows = spans.reduce((sum, span) => sum + rowsIn(span), 0)
    const devices = Math.max(1, Math.floor(ROWS_AT_A_TIME / Math.max(1, rows)))
    const buckets: HistoryBucket[] = []
    for (let start = 0; start < device_ids.length; start += devices) {
      const some = device_ids.slice(start, start + devices)
      for (const own of byDevice(await this.rowsOf(spans, some)).values()) await this.take(own, buckets)
    }
    return buckets
  }

  private async devicesIn(spans: readonly Piece[]): Promise<readonly string[]> {
    if (this.asked.device_ids.length > 0) return this.asked.device_ids
    const found = new Set<string>()
    for (const { reach, from, to } of spans) {
      for (const device_id of await this.store.devices(reach?.tier ?? RAW, { from, to })) found.add(device_id)
    }
    return [...found]
  }

  private async rowsOf(spans: readonly Piece[], device_ids: readonly string[]): Promise<RollUp[]> {
    const { fields } = this.asked
    const rows: RollUp[] = []
    for (const { reach, from, to } of spans) {
      const found =
        reach === undefined
          ? await this.store.rollUp({ buckets: [{ from, to }], device_ids, fields })
          : await this.store.read({ tier: reach.tier, from, to, device_ids, fields })
      for (const row of found) rows.push(row)
    }
    return rows
  }

  /** Adds the buckets of one device. @param rows of all sources */
  private async take(rows: RollUp[], buckets: HistoryBucket[]): Promise<void> {
    rows.sort((one, other) => one.timestamp - other.timestamp)
    let next = 0
    for (const { from, to, bucket } of this.parts) {
      while ((rows[next]?.timestamp ?? to) < from) next += 1
      const first = next
      while ((rows[next]?.timestamp ?? to) < to) next += 1
      const own = rows.slice(first, next)
      if (bucket === undefined) for (const row of own) buckets.push(this.bucketOf(row, rangeOf(row)))
      // What one row says of all of it is not made of others, and so no estimate.
      const isWhole = own.length === 1 && own[0]?.duration_ms === to - from
      for (const row of bucket ? (isWhole ? own : composed(own, [{ from, to }])) : []) {
        buckets.push(this.bucketOf(row, bucket as TimeRange))
      }
      if (this.turns.isOver) await this.turns.next()
    }
  }

  private bucketOf(row: RollUp, { from, to }: TimeRange): HistoryBucket {
    const { device_id, samples, covered_s, energy_kwh, energy_source } = row
    const fields: Partial<Record<MeasuredKey, FieldStatistics>> = {}
    const isWanted = (key: MeasuredKey) => this.asked.fields.length === 0 || this.asked.fields.includes(key)
    for (const [key, field] of Object.entries(row.fields) as [MeasuredKey, RollUp['fields'][MeasuredKey]][]) {
      if (field === undefined || !isWanted(key)) continue
      const { mean, minimum, maximum, p50, p95 } = field
      fields[key] = { mean, minimum, maximum, p50, p95 }
    }
    return {
      ...{ device_id, timestamp: from, bucket_ms: to - from, count: samples, covered_s },
      ...(energy_kwh !== undefined && { energy_kwh }),
      ...(energy_source !== undefined && { energy_source }),
      fields,
    }
  }
}

/** What is read in one go of each source. */
function spansOf(pieces: readonly Piece[]): Piece[] {
  const spans: Piece[] = []
  const latest = new Map<Reach, number>()
  for (const piece of pieces) {
    const index = piece.reach && latest.get(piece.reach)
    const span = index === undefined ? undefined : spans[index]
    if (span !== undefined && span.to === piece.from) spans[index as number] = { ...span, to: piece.to }
    else {
      if (piece.reach) latest.set(piece.reach, spans.length)
      spans.push(piece)
    }
  }
  return spans
}

function rowsIn({ reach, from, to }: Piece): number {
  if (reach === undefined) return 1
  const bucket = reach.buckets.at(from)
  return Math.ceil((to - from) / (bucket.to - bucket.from))
}

function rangeOf({ timestamp, duration_ms }: RollUp): TimeRange {
  return { from: timestamp, to: timestamp + duration_ms }
}

function byDevice(rows: readonly RollUp[]): Map<string, RollUp[]> {
  const found = new Map<string, RollUp[]>()
  for (const row of rows) {
    const own = found.get(row.device_id)
    if (own) own.push(row)
    else found.set(row.device_id, [row])
  }
  return found
}
