import type { TierCatalog } from './tier-catalog'
import type { TierStore } from './tier-store'

/** What is kept beside raw readings, and how far it reaches. */
export interface DatabaseTiers {
  readonly store: TierStore
  readonly catalog: TierCatalog
}
