import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryBucket, HistoryQuery, HistoryRow, RecordedQuery } from '../database'
import type { HistoryPosition } from '../history/history-cursor'
import type { BadLine } from '../sending/verdict'
import type { WriterOptions } from '../writer-options'
import type { ErrorMessage } from './sqlite-errors'
import type { Inspection, Statistics } from './sqlite-health'
import type { SqliteOptions } from './sqlite-options'
import type { TierCalls } from './tiers/tier-calls'

/** What the file's own thread is told when it opens the file. */
export interface OpenOrder extends Pick<WriterOptions, 'slow_ms' | 'maximum_gap_ms'> {
  readonly options: SqliteOptions
}

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

/** All absolute. */
export interface RestoreOrder {
  readonly file: string
  readonly backup: string
  /** The name that what stands there now gets. */
  readonly aside: string
}

export interface InspectOrder {
  readonly options: SqliteOptions
  /** Whose plans are wanted. */
  readonly statements: readonly string[]
}

/** What the main thread may ask of the worker, and what it gets. */
export interface Calls extends TierCalls {
  /** Answers with SQLite's version. */
  open: { given: OpenOrder; answer: string }
  /** Fails where nothing could be written now. */
  probe: { given: undefined; answer: undefined }
  /** Answers with the lines that can never be written; all the others are committed. Fails where none is. */
  write: { given: Uint8Array; answer: readonly BadLine[] }
  recorded: { given: RecordedQuery; answer: readonly RecordedEnergy[] }
  history: { given: PartQuery; answer: HistoryPart }
  /** The newest reading of each named device. */
  latest: { given: readonly string[]; answer: readonly Reading[] }
  devices: { given: undefined; answer: readonly string[] }
  statistics: { given: undefined; answer: Statistics }
  /** These need no `open`: they have a connection, and best a worker, of their own. */
  backup: { given: BackupOrder; answer: undefined }
  /** While nobody has the file open. */
  restore: { given: RestoreOrder; answer: undefined }
  inspect: { given: InspectOrder; answer: Inspection }
  close: { given: undefined; answer: undefined }
}

export type CallName = keyof Calls

export type Request = { [Name in CallName]: { id: number; name: Name; given: Calls[Name]['given'] } }[CallName]

export type Response =
  | { readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly id: number; readonly error: ErrorMessage }
