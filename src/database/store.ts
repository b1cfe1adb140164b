import type { Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'
import type { DatabaseHealth, HistoryPage, HistoryQuery, RecordedQuery, StoreStatistics } from './database'
import type { Verdict } from './sending/verdict'
import type { TierStore } from './tiers/tier-store'

/** What a kind of database brings: it takes lines, and answers questions. `SpooledDatabase` makes a `Database` of it. */
export interface Store {
  /** As it names itself, once it is known: `InfluxDB 1.6.7`. */
  readonly name: string
  /**
   * How long it may forget after it said that lines are stored, when it crashes. What it has taken within that time is sent
   * again after a lost connection. 0 where it has written to disk before it answers.
   */
  readonly grace_ms: number
  /**
   * Looks whether lines could be stored now. Opens, connects, recognises the server.
   * @throws MonitorError why they could not; `retry` says whether that passes by itself
   */
  probe(): Promise<void>
  /** Stores lines of line protocol, each ended by a line break, timestamps in ms. The same lines twice change nothing. */
  send(lines: Lines): Promise<Verdict>
  history(query: HistoryQuery): Promise<HistoryPage>
  latest(device_ids?: readonly string[]): Promise<Reading[]>
  recorded(query: RecordedQuery): Promise<RecordedEnergy[]>
  readonly tiers: TierStore
  backup(file: string): Promise<void>
  /** Puts a backup in the place of all that is there. @returns where that is kept */
  restore(backup: string): Promise<string>
  health(): Promise<StoreHealth>
  statistics(): StoreStatistics
  /** Ends what is under way, within a second. May be called twice. */
  stop(): Promise<void>
}

export type StoreHealth = Omit<DatabaseHealth, 'spool'>

/** Points on their way: line protocol, each line ended by a line break. */
export interface Lines {
  readonly text: Buffer
  readonly count: number
}
