import type { Selection } from '../../history/record-source'
import type { Undeletable } from '../../tiers/tier-store'
import type { WriteTarget } from '../influx-writer'
import type { TierRecords } from './tier-records'

/** Undefined: for ever. */
export type Retention_ms = number | undefined

/** One place on a server: of the raw readings, or of the rows of one tier. */
export interface TierPlace {
  /** For people: `retention policy "kasa_hourly"`. */
  readonly name: string
  readonly records: TierRecords
  readonly target: WriteTarget
  /** Absent where writing tells it: where it would make the place. Unlike `look` it needs no right but that to read. */
  readonly isThere?: () => Promise<boolean>
  /** Undefined where it is not there. @throws MonitorError */
  look(): Promise<{ readonly retention_ms: Retention_ms } | undefined>
  /** @throws MonitorError */
  create(retention_ms: Retention_ms): Promise<void>
  /** Absent where the server does not change what it has once been told. @throws MonitorError */
  readonly setRetention?: (retention_ms: Retention_ms) => Promise<void>
  /** A measurement that is there and none of these, for those who may change its retention. @throws MonitorError */
  readonly foreign?: (own: readonly string[]) => Promise<string | undefined>
  /** Absent where the server cannot delete. @throws MonitorError */
  readonly delete?: (selection: Selection) => Promise<void>
  /** See `TierStore`. Absent where what is deleted is of this place alone. @throws MonitorError */
  readonly undeletable?: (selection: Selection) => Promise<Undeletable | undefined>
  /** What a person has to do so that it is there, and keeps things that long. */
  byHand(retention_ms: Retention_ms, isThere: boolean): string
}

/** Where readings and tiers are on a server. */
export interface TierPlaces {
  readonly raw: TierPlace
  of(tier: string): TierPlace
}
