import type { Blocks } from '../support/event-loop'
import type { Samples, Shape } from './samples'

/** What a contender is asked to do, and what the child process reports. */
export interface WriteTask {
  /** Of an influxd that has nothing but an empty database. */
  readonly url: string
  readonly database: string
  readonly shape: Shape
  /** For a spool. */
  readonly folder: string
  readonly seconds: number
}

export interface WriteFigures extends Blocks {
  readonly points: number
  readonly seconds: number
  /** Of the process that writes; the server has its own. */
  readonly cpu_us: number
  readonly rss_before_bytes: number
  readonly rss_after_bytes: number
  /** Those of the warm-up included. */
  readonly points_in_all: number
}

/** A way to bring samples into influxd. */
export interface Contender {
  start(task: WriteTask, samples: Samples): Promise<void>
  /** Writes for so long, then waits until all of it is stored. Returns the points. */
  write(duration_ms: number): Promise<number>
  stop(): Promise<void> | void
}
