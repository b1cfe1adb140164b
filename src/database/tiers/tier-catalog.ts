import type { TimeRange } from '../history/record-source'
import type { TierPlan } from './tier'

/** A stretch of time of one device whose rows are no longer what its readings say; without a device, of all. */
export interface DirtyStretch extends TimeRange {
  readonly device_id?: string
}

/**
 * What a database knows of its tiers, over restarts: what there is, how far each tier reaches, and what has come late.
 * Retention changes it; history reads it; whatever brings readings to the store marks what is late.
 */
export interface TierCatalog {
  /** Absent until there was retention. */
  readonly plan: TierPlan | undefined
  /** Resolves when it is on disk. A tier that is in the plan no more loses its watermark. */
  setPlan(plan: TierPlan): Promise<void>
  /** Every bucket of the tier that ends at or before it is rolled up and verified; undefined: none is. */
  watermark(tier: string): number | undefined
  /** Resolves when it is on disk. */
  setWatermark(tier: string, watermark: number | undefined): Promise<void>
  /** Raw readings from before were deleted, all but the last ones of devices that are silent; undefined: none were. */
  readonly raw_expired_before: number | undefined
  /**
   * Of outlets that have measured: the devices that measure them once more. Rows live longer than the readings that say so.
   */
  readonly parents: ReadonlyMap<string, string>
  /** Oldest first. */
  dirty(tier: string): readonly DirtyStretch[]
  /**
   * These, the objects that `dirty` gave, are rolled up again; what came late once more in the meantime stays dirty. Resolves
   * when that is on disk.
   */
  clean(tier: string, stretches: readonly DirtyStretch[]): Promise<void>
}
