import type { TimeRange } from '../history/record-source'
import type { TierCatalog } from './tier-catalog'
import type { TierStore } from './tier-store'

/** What is kept beside raw readings, and how far it reaches. */
export interface DatabaseTiers {
  readonly store: TierStore
  readonly catalog: TierCatalog
  /** While the work goes on, readings from before the end of the range do not come to the store: they wait in the spool. */
  keepOut<Result>(range: TimeRange, work: () => Promise<Result>): Promise<Result>
}
