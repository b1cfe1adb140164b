import type { MeasuredKey } from '../../domain/reading'
import type { READING, RECORDED_ENERGY } from '../line-protocol/line'
import type { HistoryOrder } from './merge'

export type TierMeasurement = `${typeof READING}_${string}`
export type Measurement = typeof READING | typeof RECORDED_ENERGY | TierMeasurement

/** `[from, to)`, ms since the epoch, UTC. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Whose records. Every name in a selection comes from our own tables; device ids are as the server has them. */
export interface Selection extends TimeRange {
  readonly measurement: Measurement
  /** Empty: all. */
  readonly device_ids: readonly string[]
}

export interface RecordQuery extends Selection {
  /** Tags and fields to bring. */
  readonly columns: readonly string[]
  /** Records without any of these are left out; empty: none is. */
  readonly needed: readonly MeasuredKey[]
  readonly order: HistoryOrder
  readonly limit: number
}

/** What a server stores at one moment of one series. */
export interface DatabaseRecord {
  readonly timestamp: number
  /** Undefined or null where it has no such tag or field; else whatever the server says. */
  readonly get: (column: string) => unknown
}

/**
 * What each kind of server has to answer; everything else is made of it. A range that is too long for the server is
 * refused with `QUERY_TOO_LARGE`.
 */
export interface RecordSource {
  /** How long a range is asked for at first, where a limit does not keep the server from reading all of it. */
  readonly window_ms: number
  /** The first so many of the range in the order of time; those of one moment in any order. */
  select(query: RecordQuery): Promise<DatabaseRecord[]>
  /** When the first record of the range in this order is; undefined where there is none. */
  first(selection: Selection, order: HistoryOrder): Promise<number | undefined>
  /** The newest reading of each device in the range. A server may look back less far than the range begins. */
  newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]>
}
