/** The worst first. */
export const LOG_LEVELS = ['error', 'warn', 'info'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One thing that was worth a line. Plain JSON: it is kept, sent and answered as it is. */
export interface LogLine {
  /** ms since the epoch, UTC. */
  readonly timestamp: number
  readonly level: LogLevel
  /** Who says it: a type of node such as `kasa-fleet`, or what was slow: `database`. */
  readonly part: string
  /** Of the node, where a person has named it. */
  readonly name?: string
  /** What kind of line it is: `fault`, `offline`, `slow`. */
  readonly event: string
  readonly code?: string
  readonly device_id?: string
  readonly duration_ms?: number
  readonly message: string
}

/** Which lines are wanted, newest first. */
export interface LogQuery {
  /** This one and worse ones. */
  readonly level: LogLevel
  readonly limit: number
  /** ms since the epoch, UTC. */
  readonly since?: number
  readonly part?: string
}

export const LOG_LIMIT = { minimum: 1, maximum: 1000, default: 100 } as const

export interface LogAnswer {
  /** Newest first. */
  readonly lines: readonly LogLine[]
  /** Older lines were looked at, too: there are no more that were asked for. */
  readonly complete: boolean
}
