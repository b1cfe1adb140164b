import { MOST_SUSPECTS, type Sample } from '../../src/database/roll-up/sample'
import type { TimeRange } from '../../src/database/history/record-source'
import { rollUpFields } from '../../src/database/roll-up/roll-up-fields'
import { Rolling } from '../../src/database/roll-up/rolling'
import type { RollUp } from '../../src/database/tiers/roll-up'
import { RAW, type Source, type Tier, type TierPlan } from '../../src/database/tiers/tier'
import type {
  CountOrder,
  DeviceCount,
  ExpireOrder,
  Measure,
  Preparation,
  RollUpOrder,
  RollUpQuery,
  StoreSize,
  TierStore,
  Undeletable,
} from '../../src/database/tiers/tier-store'
import { MonitorError } from '../../src/domain/errors'
import { MEASURED_KEYS, type MeasuredKey, type Reading } from '../../src/domain/reading'

/**
 * `fail`: refuses; `fail_after`: does it and says that it did not; `forget`: says that it did, and did not; `lie`: answers
 * something else; `hang`: never answers, and does nothing; `hang_after`: does it and never answers.
 */
export type Fault = 'fail' | 'fail_after' | 'forget' | 'lie' | 'hang' | 'hang_after'
export type TierCall = Exclude<keyof TierStore, 'expiry'>

/** Roughly what SQLite takes. */
const READING_BYTES = 50
const ROW_BYTES = 200
const SHRINK_BYTES = 100_000

/** A store of tiers in memory, which does what it should, or whatever else a test wants. */
export class MemoryTiers implements TierStore {
  expiry: TierStore['expiry'] = 'us'
  /** Asked at each call. */
  fault: (call: TierCall) => Fault | undefined = () => undefined
  /** Runs before and after what a call does; to be waited for. */
  onCall: (call: TierCall, when: 'before' | 'after') => Promise<void> | void = () => {}
  preparation: Preparation = { findings: [] }
  /** Absent: it cannot tell, as servers cannot. */
  knowsSize = true
  /** A stretch of every source that it does not delete. */
  kept: Undeletable | undefined
  readonly calls: TierCall[] = []
  readonly expired: ExpireOrder[] = []
  readonly written: { readonly tier: string; readonly rows: readonly RollUp[] }[] = []
  private raw = new Map<string, StoredReading[]>()
  private rolled = new Map<string, Map<string, RollUp>>()
  private free_bytes = 0

  constructor(readonly maximum_gap_ms = 300_000) {}

  /** Of one device and moment the first stays. */
  put(...readings: readonly Reading[]): void {
    for (const reading of readings) {
      const { device_id, timestamp, quality } = reading
      const stored = this.raw.get(device_id) ?? []
      this.raw.set(device_id, stored)
      const at = firstFrom(stored, timestamp)
      if (stored[at]?.timestamp === timestamp) continue
      const values = MEASURED_KEYS.map((key) => Number(reading[key] ?? Number.NaN))
      stored.splice(at, 0, { timestamp, suspect: quality === 'suspect', values })
    }
  }

  /** What is there now, by device and then by time, whatever faults there are. */
  rows(tier: string): RollUp[] {
    return [...(this.rolled.get(tier) ?? new Map<string, RollUp>()).values()].sort(inOrder)
  }

  /** Readings of a device that are there now, suspect or not. */
  readings(device_id: string): readonly Sample[] {
    return this.raw.get(device_id) ?? []
  }

  /** What a copy holds that is put back later. */
  copy(): () => void {
    const raw = new Map([...this.raw].map(([id, stored]) => [id, [...stored]]))
    const rolled = new Map([...this.rolled].map(([tier, rows]) => [tier, new Map(rows)]))
    return () => {
      this.raw = raw
      this.rolled = rolled
    }
  }

  prepare(plan: TierPlan): Promise<Preparation> {
    return this.answer(
      'prepare',
      () => {
        for (const { name } of plan.tiers) if (!this.rolled.has(name)) this.rolled.set(name, new Map())
        return this.preparation
      },
      { findings: [] },
    )
  }

  examine(): Promise<Preparation> {
    return this.answer('examine', () => this.preparation, { findings: [] })
  }

  extent(source: Source): Promise<TimeRange | undefined> {
    return this.answer(
      'extent',
      () => {
        const moments = this.momentsOf(source)
        if (moments.length === 0) return undefined
        let [from, to] = [Infinity, -Infinity]
        for (const { timestamp } of moments) [from, to] = [Math.min(from, timestamp), Math.max(to, timestamp)]
        return { from, to: to + 1 }
      },
      undefined,
    )
  }

  devices(source: Source, { from, to }: TimeRange): Promise<string[]> {
    return this.answer(
      'devices',
      () => {
        const found = this.momentsOf(source).filter(({ timestamp }) => timestamp >= from && timestamp < to)
        return [...new Set(found.map(({ device_id }) => device_id))].sort()
      },
      [],
    )
  }

  rollUp(order: RollUpOrder): Promise<RollUp[]> {
    return this.answer('rollUp', () => this.chosen(order.device_ids).flatMap((id) => this.rollUpOf(id, order)), [])
  }

  write(tier: Tier, rows: readonly RollUp[]): Promise<void> {
    return this.answer(
      'write',
      () => {
        this.written.push({ tier: tier.name, rows })
        const kept = this.rolled.get(tier.name)
        if (!kept) throw new MonitorError('DATABASE_INVALID', `${tier.name} was not prepared`)
        for (const row of rows) kept.set(`${row.device_id} ${row.timestamp}`, row)
      },
      undefined,
    )
  }

  read({ tier, from, to, device_ids, fields }: RollUpQuery): Promise<RollUp[]> {
    const isChosen = (row: RollUp) => device_ids.length === 0 || device_ids.includes(row.device_id)
    return this.answer(
      'read',
      () =>
        this.rows(tier.name)
          .filter((row) => row.timestamp >= from && row.timestamp < to && isChosen(row))
          .map((row) => (fields.length === 0 ? row : { ...row, fields: selected(row.fields, fields) })),
      [],
    )
  }

  count({ buckets, device_ids }: CountOrder): Promise<DeviceCount[]> {
    return this.answer(
      'count',
      () =>
        this.chosen(device_ids)
          .map((device_id) => {
            const good = this.readings(device_id).filter(({ suspect }) => !suspect)
            const counts = buckets.map(
              ({ from, to }) => good.filter(({ timestamp }) => timestamp >= from && timestamp < to).length,
            )
            return { device_id, counts }
          })
          .filter(({ counts }) => counts.some((count) => count > 0)),
      [],
    )
  }

  measure(source: Source, { from, to }: TimeRange): Promise<Measure> {
    return this.answer<Measure>(
      'measure',
      () => {
        const rows = this.momentsOf(source).filter(({ timestamp }) => timestamp >= from && timestamp < to).length
        return { rows, bytes: rows * bytesOf(source) }
      },
      {},
    )
  }

  expire(order: ExpireOrder): Promise<number> {
    return this.answer(
      'expire',
      () => {
        this.expired.push(order)
        const rows = order.source === RAW ? this.expireRaw(order) : this.expireRows(order.source.name, order)
        this.free_bytes += rows * bytesOf(order.source)
        return rows
      },
      0,
    )
  }

  undeletable(_source: Source, { from, to }: TimeRange): Promise<Undeletable | undefined> {
    const { kept } = this
    return Promise.resolve(
      kept && kept.from < to && kept.to > from
        ? { ...kept, from: Math.max(from, kept.from), to: Math.min(to, kept.to) }
        : undefined,
    )
  }

  size(): Promise<StoreSize> {
    return this.answer<StoreSize>(
      'size',
      () => {
        if (!this.knowsSize) return {}
        const rows = [...this.rolled.values()].reduce((sum, { size }) => sum + size, 0)
        const used = this.momentsOf(RAW).length * READING_BYTES + rows * ROW_BYTES
        return { size_bytes: used + this.free_bytes, free_bytes: this.free_bytes }
      },
      {},
    )
  }

  shrink(): Promise<boolean> {
    return this.answer(
      'shrink',
      () => {
        this.free_bytes = Math.max(0, this.free_bytes - SHRINK_BYTES)
        return this.free_bytes > 0
      },
      false,
    )
  }

  private async answer<Result>(call: TierCall, work: () => Result, nothing: Result): Promise<Result> {
    this.calls.push(call)
    await this.onCall(call, 'before')
    const fault = this.fault(call)
    if (fault === 'hang') return new Promise(() => {})
    if (fault === 'fail') throw new MonitorError('DATABASE_UNAVAILABLE', `${call} fails`)
    const result = fault === 'forget' ? nothing : work()
    await this.onCall(call, 'after')
    if (fault === 'hang_after') return new Promise(() => {})
    if (fault === 'fail_after') throw new MonitorError('DATABASE_UNAVAILABLE', `${call} fails after it is done`)
    return fault === 'lie' ? lieAbout(result) : result
  }

  private rollUpOf(device_id: string, { buckets, fields }: RollUpOrder): RollUp[] {
    const [first, last] = [buckets[0], buckets.at(-1)]
    if (!first || !last) return []
    const stored = this.raw.get(device_id) ?? []
    const inside = firstFrom(stored, first.from)
    const near = firstFrom(stored, first.from - this.maximum_gap_ms)
    let good = inside - 1
    while (stored[good]?.suspect && inside - good <= MOST_SUSPECTS) good -= 1
    let behind = firstFrom(stored, last.to)
    while (stored[behind]?.suspect) behind += 1
    const start = Math.max(0, Math.min(near, good))
    const rolling = new Rolling({ buckets, maximum_gap_ms: this.maximum_gap_ms, fields })
    const indexes = rollUpFields(fields).map((key) => MEASURED_KEYS.indexOf(key))
    for (const { timestamp, suspect, values } of stored.slice(start, behind + 1)) {
      rolling.push({ timestamp, suspect, values: indexes.map((index) => values[index] as number) })
    }
    return rolling.finish().map((row) => ({ device_id, ...row }))
  }

  private expireRaw(order: ExpireOrder): number {
    let rows = 0
    for (const device_id of this.chosen(order.device_ids)) {
      const stored = this.raw.get(device_id) ?? []
      const from = firstFrom(stored, order.from)
      rows += stored.splice(from, firstFrom(stored, order.to) - from).length
      if (stored.length === 0) this.raw.delete(device_id)
    }
    return rows
  }

  private expireRows(tier: string, { from, to, device_ids }: ExpireOrder): number {
    const kept = this.rolled.get(tier) ?? new Map<string, RollUp>()
    const gone = [...kept].filter(
      ([, { device_id, timestamp }]) =>
        timestamp >= from && timestamp < to && (device_ids.length === 0 || device_ids.includes(device_id)),
    )
    for (const [key] of gone) kept.delete(key)
    return gone.length
  }

  private chosen(device_ids: readonly string[]): string[] {
    return [...this.raw.keys()].filter((id) => device_ids.length === 0 || device_ids.includes(id)).sort()
  }

  private momentsOf(source: Source): { readonly device_id: string; readonly timestamp: number }[] {
    if (source !== RAW) return this.rows(source.name)
    return [...this.raw].flatMap(([device_id, stored]) => stored.map(({ timestamp }) => ({ device_id, timestamp })))
  }
}

interface StoredReading extends Sample {
  readonly values: readonly number[]
}

function bytesOf(source: Source): number {
  return source === RAW ? READING_BYTES : ROW_BYTES
}

/** Index of the first at or after a moment. */
function firstFrom(stored: readonly StoredReading[], moment: number): number {
  let low = 0
  let high = stored.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stored[middle] as StoredReading).timestamp < moment) low = middle + 1
    else high = middle
  }
  return low
}

function inOrder(one: RollUp, other: RollUp): number {
  if (one.device_id !== other.device_id) return one.device_id < other.device_id ? -1 : 1
  return one.timestamp - other.timestamp
}

function selected(fields: RollUp['fields'], keys: readonly MeasuredKey[]): RollUp['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => keys.includes(key as MeasuredKey)))
}

/** A row says that it has seen less; a list is short of its last; whatever else it is, it stays. */
function lieAbout<Result>(result: Result): Result {
  if (!Array.isArray(result)) return result
  const list = result as unknown[]
  const last = list.at(-1)
  if (typeof last !== 'object' || last === null || !('samples' in last)) return list.slice(0, -1) as Result
  const row = last as RollUp
  return [...list.slice(0, -1), { ...row, samples: Math.max(0, row.samples - 1), resets: row.resets + 1 }] as Result
}
