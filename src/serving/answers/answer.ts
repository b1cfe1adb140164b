import type { ServerResponse } from 'node:http'

/** How rows can be written. */
export const FORMATS = ['json', 'ndjson', 'csv'] as const
export type Format = (typeof FORMATS)[number]

export type Row = Readonly<Record<string, unknown>>

/** Members of the JSON object that are known after the last row, such as `cursor`. */
export type RowsEnd = Readonly<Record<string, unknown>>

/** Rows, some at a time: they are written while they come, in the format that was asked for, and never held whole. */
export interface RowsAnswer {
  readonly rows: AsyncGenerator<readonly Row[], RowsEnd, void>
  /** The member of the JSON object that has them. */
  readonly member: string
  /** Of CSV, in this order; a row has a value for each, or an empty field. */
  readonly columns: readonly string[]
  /** A row as CSV has it, where it is no flat object. */
  readonly flat?: (row: Row) => Row
}

export interface JsonAnswer {
  readonly json: unknown
  /** 200 without it. */
  readonly status?: number
}

export interface TextAnswer {
  readonly text: string
  /** Its media type. */
  readonly type: string
  readonly status?: number
}

/** The handler writes and ends the response itself; no time limit holds from then on. */
export interface OwnAnswer {
  readonly serve: (response: ServerResponse) => void
  /** For `HEAD`, where nothing is served: 200 without it. */
  readonly status?: number
}

export type Answer = JsonAnswer | TextAnswer | RowsAnswer | OwnAnswer
