import type { Hour } from './hours'
import type { Blocks } from '../support/event-loop'

/** What a child process is asked to do with a day that is stored. */
export interface RollingTask {
  /** Of `parseDatabaseSettings`. */
  readonly settings: Readonly<Record<string, string>>
  /** For a spool. */
  readonly folder: string
  readonly tiers: readonly ('hourly' | 'daily')[]
}

export interface RollingResult extends Blocks {
  readonly seconds: number
  /** Of the process. */
  readonly cpu_s: number
  readonly hours: readonly Hour[]
  /** Of each tier, as far as the store can tell. */
  readonly rows: readonly number[]
}
