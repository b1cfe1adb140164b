import type { Clock } from '../../../domain/clock'
import { MonitorError } from '../../../domain/errors'
import { TIMESTAMP_RANGE } from '../../../domain/reading'
import { inOrder } from '../../history/in-order'
import { tierMeasurement } from '../../history/measurements'
import type { Selection, TimeRange } from '../../history/record-source'
import { Turns } from '../../history/turns'
import { READING } from '../../line-protocol/line'
import { originalText, storedText } from '../../line-protocol/line-text'
import type { Verdict } from '../../sending/verdict'
import type { Lines } from '../../store'
import type { RollUp } from '../../tiers/roll-up'
import { RAW, type Source, type Tier, type TierPlan } from '../../tiers/tier'
import type * as Tiers from '../../tiers/tier-store'
import type { WriteTarget } from '../influx-writer'
import { goodCounts } from './good-counts'
import { PlacePreparation } from './place-preparation'
import { RawRollUp } from './raw-roll-up'
import { rollUpColumns } from './roll-up-columns'
import { keysOf, rollUpOf } from './roll-up-record'
import { RowWriter } from './row-writer'
import type { TierPlace, TierPlaces } from './tier-place'
import type { TierRecords } from './tier-records'

const DAY_MS = 86_400_000
/** What is deleted in one go: of raw readings as many as a day has, of rows a month's. */
const STEP_MS = { raw: DAY_MS, tier: 31 * DAY_MS } as const
/** Each has some hundred values. */
const ROWS_AT_A_TIME = 1000

export interface InfluxTiersOptions {
  readonly expiry: Tiers.TierStore['expiry']
  readonly places: TierPlaces
  readonly maximum_gap_ms: number
  readonly clock: Clock
  /** Rejects where the server has no tiers, or is not there. */
  readonly assertUsable: () => Promise<void>
  /** What sends lines to a target. */
  readonly sendingTo: (target: WriteTarget) => (lines: Lines) => Promise<Verdict>
  readonly size: () => Promise<Tiers.StoreSize>
}

/** Tiers on a server of the InfluxDB family: see `TierStore`. */
export class InfluxTiers implements Tiers.TierStore {
  readonly expiry: Tiers.TierStore['expiry']
  private readonly writers = new Map<string, RowWriter>()

  constructor(private readonly given: InfluxTiersOptions) {
    this.expiry = given.expiry
  }

  async prepare(plan: TierPlan, retention: Tiers.ServerRetention): Promise<Tiers.Preparation> {
    return (await this.preparation('prepare')).prepare(plan, retention)
  }

  async examine(plan: TierPlan, retention: Tiers.ServerRetention): Promise<Tiers.Preparation> {
    return (await this.preparation('examine')).prepare(plan, retention)
  }

  async extent(source: Source): Promise<TimeRange | undefined> {
    const ever = selectionOf(source, [], { from: TIMESTAMP_RANGE.minimum, to: TIMESTAMP_RANGE.maximum + 1 })
    const ask = async ({ records }: TierPlace) => {
      const from = await records.first(ever, 'oldest-first')
      const last = from === undefined ? undefined : await records.first({ ...ever, from }, 'newest-first')
      return from === undefined || last === undefined ? undefined : { from, to: last + 1 }
    }
    return this.asked(source, undefined, ask)
  }

  async devices(source: Source, range: TimeRange): Promise<string[]> {
    const selection = selectionOf(source, [], range)
    const found = await this.asked(source, [], ({ records }) => records.devices(selection))
    return [...new Set(found)]
      .filter((device_id) => device_id !== '')
      .map(originalText)
      .sort()
  }

  async rollUp(order: Tiers.RollUpOrder): Promise<RollUp[]> {
    const { records } = await this.place(RAW)
    return new RawRollUp(records, order, this.given.maximum_gap_ms).read()
  }

  async write(tier: Tier, rows: readonly RollUp[]): Promise<void> {
    const place = await this.place(tier)
    if (rows.length === 0) return
    // InfluxDB 3 would make it, and keep for ever what is in it.
    if ((await place.isThere?.()) === false) throw new MonitorError('DATABASE_MISSING', `${place.name} is not there`)
    await this.writerOf(tier, place).write(rows)
  }

  read(query: Tiers.RollUpQuery): Promise<RollUp[]> {
    return this.asked(query.tier, [], ({ records }) => rowsOf(records, query))
  }

  async count(order: Tiers.CountOrder): Promise<Tiers.DeviceCount[]> {
    const { records } = await this.place(RAW)
    return goodCounts(records, order)
  }

  async measure(source: Source, range: TimeRange): Promise<Tiers.Measure> {
    const selection = selectionOf(source, [], range)
    return { rows: await this.asked(source, 0, ({ records }) => numberOf(records, selection)) }
  }

  async expire({ source, device_ids, from, to }: Tiers.ExpireOrder): Promise<number> {
    const place = await this.place(source)
    if (!place.delete) throw new MonitorError('DATABASE_UNSUPPORTED', `Nothing can be deleted from ${place.name}`)
    const step_ms = source === RAW ? STEP_MS.raw : STEP_MS.tier
    let rows = 0
    for (let rest = selectionOf(source, device_ids, { from, to }); rest.from < rest.to;) {
      const first = await place.records.first(rest, 'oldest-first')
      if (first === undefined) break
      const step = { ...rest, from: first, to: Math.min(rest.to, first + step_ms) }
      rows += await numberOf(place.records, step)
      await place.delete(step)
      rest = { ...rest, from: step.to }
    }
    return rows
  }

  async undeletable(source: Source, range: TimeRange): Promise<Tiers.Undeletable | undefined> {
    const place = await this.place(source)
    return place.undeletable?.(selectionOf(source, [], range))
  }

  async size(): Promise<Tiers.StoreSize> {
    await this.given.assertUsable()
    return this.given.size()
  }

  /** Servers do that by themselves. */
  shrink(): Promise<boolean> {
    return Promise.resolve(false)
  }

  private async preparation(purpose: 'prepare' | 'examine'): Promise<PlacePreparation> {
    const { places, expiry, clock, assertUsable } = this.given
    await assertUsable()
    return new PlacePreparation({ places, expiry, purpose, now: () => clock.now() })
  }

  /** A tier whose place is not there has no rows: nobody has prepared it yet. */
  private async asked<Found>(
    source: Source,
    nothing: Found,
    ask: (place: TierPlace) => Promise<Found>,
  ): Promise<Found> {
    const place = await this.place(source)
    try {
      return await ask(place)
    } catch (error) {
      const isMissing = error instanceof MonitorError && error.code === 'DATABASE_MISSING'
      if (isMissing && source !== RAW) return nothing
      throw error
    }
  }

  private async place(source: Source): Promise<TierPlace> {
    const { places, assertUsable } = this.given
    await assertUsable()
    return source === RAW ? places.raw : places.of(source.name)
  }

  private writerOf({ name }: Tier, place: TierPlace): RowWriter {
    const known = this.writers.get(name)
    if (known) return known
    const writer = new RowWriter(place.name, tierMeasurement(name), this.given.sendingTo(place.target))
    this.writers.set(name, writer)
    return writer
  }
}

function selectionOf(source: Source, device_ids: readonly string[], { from, to }: TimeRange): Selection {
  const measurement = source === RAW ? READING : tierMeasurement(source.name)
  return { measurement, device_ids: device_ids.map(storedText), from, to }
}

async function rowsOf(
  records: TierRecords,
  { tier, device_ids, fields, from, to }: Tiers.RollUpQuery,
): Promise<RollUp[]> {
  const selection = selectionOf(tier, device_ids, { from, to })
  const columns = await records.known(selection.measurement, rollUpColumns(fields))
  if (columns.length === 0) return []
  const keys = keysOf(fields)
  const turns = new Turns()
  const rows: RollUp[] = []
  const query = { ...selection, columns, needed: [], order: 'oldest-first', limit: ROWS_AT_A_TIME } as const
  for await (const part of inOrder(records, query)) {
    for (const record of part) {
      const row = rollUpOf(record, keys)
      if (row) rows.push(row)
      if (turns.isOver) await turns.next()
    }
  }
  // They come by time: those of one device stay in that order.
  return rows.sort((one, other) => (one.device_id < other.device_id ? -1 : Number(one.device_id > other.device_id)))
}

async function numberOf(records: TierRecords, selection: Selection): Promise<number> {
  const bucket_ms = selection.to - selection.from
  const counts = await records.count({ ...selection, origin: selection.from, bucket_ms, good: false })
  return counts.reduce((sum, { count }) => sum + count, 0)
}
