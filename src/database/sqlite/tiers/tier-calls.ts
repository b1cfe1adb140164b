import type { TimeRange } from '../../history/record-source'
import type { RollUp } from '../../tiers/roll-up'
import type { Source, TierPlan } from '../../tiers/tier'
import type {
  CountOrder,
  DeviceCount,
  ExpireOrder,
  Measure,
  RollUpOrder,
  RollUpQuery,
  StoreSize,
} from '../../tiers/tier-store'

export interface SourceRange extends TimeRange {
  readonly source: Source
}

/** A part of what is read: small, so that taking it over does not hold the main thread. */
export interface RollUpPart {
  readonly rows: readonly RollUp[]
  /** Present where there is more: of the devices from this one on, and of this one from the moment on. */
  readonly next?: { readonly device_id: string; readonly from: number }
}

/**
 * What the main thread may ask about tiers, and what it gets. Devices are always named here, and in order, but for `expire`.
 * What may take long lets others in.
 */
export interface TierCalls {
  /** Answers with findings. */
  prepareTiers: { given: TierPlan; answer: readonly string[] }
  extent: { given: Source; answer: TimeRange | undefined }
  devicesIn: { given: SourceRange; answer: readonly string[] }
  rollUp: { given: RollUpOrder; answer: readonly RollUp[] }
  /** In one transaction. */
  writeRollUps: { given: { readonly tier: string; readonly rows: readonly RollUp[] }; answer: undefined }
  readRollUps: {
    given: RollUpQuery & { readonly limit: number; readonly first?: RollUpPart['next'] }
    answer: RollUpPart
  }
  count: { given: CountOrder; answer: readonly DeviceCount[] }
  measure: { given: SourceRange; answer: Measure }
  expire: { given: ExpireOrder; answer: number }
  size: { given: undefined; answer: StoreSize }
  shrink: { given: undefined; answer: boolean }
}
