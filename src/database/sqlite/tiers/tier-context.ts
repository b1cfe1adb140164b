import type { Connection } from '../sqlite-connection'
import type { Devices } from '../sqlite-devices'
import type { SqliteOptions } from '../sqlite-options'
import type { Statements } from '../sqlite-statements'
import type { SqliteTurns } from '../sqlite-turns'

/** What the tiers share with all else that works on the open file. */
export interface TierContext {
  readonly options: SqliteOptions
  /** How long a value holds where no other follows. */
  readonly maximum_gap_ms: number
  readonly connection: Connection
  readonly statements: Statements
  readonly devices: Devices
  readonly turns: SqliteTurns
  /** Throws where the file was replaced. */
  readonly assertInPlace: () => void
}
