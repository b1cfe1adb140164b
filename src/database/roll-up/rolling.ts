import type { MeasuredKey } from '../../domain/reading'
import type { Sample } from '../history/downsample'
import type { TimeRange } from '../history/record-source'
import type { RollUp } from '../tiers/roll-up'

export type DeviceRow = Omit<RollUp, 'device_id'>

export interface RollingOptions {
  /** One after the other without a gap. */
  readonly buckets: readonly TimeRange[]
  /** How long a value holds where no other follows: at least the slowest polling interval. */
  readonly maximum_gap_ms: number
  /** Empty: every field that has a value. */
  readonly fields: readonly MeasuredKey[]
}

/** Rows of one device, of its samples in the order of time. */
export class Rolling {
  constructor(private readonly options: RollingOptions) {}

  push(sample: Sample): void {
    void [sample, this.options]
  }

  finish(): DeviceRow[] {
    return []
  }
}
