import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryBucket, HistoryQuery, HistoryRow, RecordedQuery } from '../database'
import type { HistoryPosition } from '../history-cursor'
import type { ErrorMessage } from './sqlite-errors'
import type { SqliteOptions } from './sqlite-options'
import type { EncodedReadings } from './sqlite-rows'

/** A part of a page: small, so that taking it over does not hold the main thread. */
export interface PartQuery extends Omit<HistoryQuery, 'cursor'> {
  readonly position?: HistoryPosition
}

export interface HistoryPart {
  readonly rows: readonly (HistoryRow | HistoryBucket)[]
  /** Present where there is more. */
  readonly position?: HistoryPosition
}

export interface BackupOrder {
  readonly options: SqliteOptions
  /** Absolute. */
  readonly target: string
  /** Where the copy grows until it is whole; removed by who gave the order, because the worker may be ended. */
  readonly partial: string
}

/** What the main thread may ask of the worker, and what it gets. */
export interface Calls {
  open: { given: SqliteOptions; answer: undefined }
  /** Answers with the readings written of each part; all are committed, or none. */
  write: { given: readonly EncodedReadings[]; answer: readonly number[] }
  /** Answers with how many were written: all are committed, or none. */
  writeRecorded: { given: readonly RecordedEnergy[]; answer: number }
  recorded: { given: RecordedQuery; answer: readonly RecordedEnergy[] }
  history: { given: PartQuery; answer: HistoryPart }
  /** The newest reading of each named device. */
  latest: { given: readonly string[]; answer: readonly Reading[] }
  devices: { given: undefined; answer: readonly string[] }
  /** Needs no `open`: it has a connection, and best a worker, of its own. */
  backup: { given: BackupOrder; answer: undefined }
  close: { given: undefined; answer: undefined }
}

export type CallName = keyof Calls

export type Request = { [Name in CallName]: { id: number; name: Name; given: Calls[Name]['given'] } }[CallName]

export type Response =
  | { readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly id: number; readonly error: ErrorMessage }
