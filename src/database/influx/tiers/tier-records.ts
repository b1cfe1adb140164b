import type { Measurement, RecordSource, Selection } from '../../history/record-source'

/** What tiers ask beyond what history does. */
export interface TierRecords extends RecordSource {
  /** Of these columns, those that a record may have: what is not asked for need not be read. */
  known(measurement: Measurement, columns: readonly string[]): Promise<readonly string[]>
  /** As the server has them, in any order. */
  devices(selection: Selection): Promise<readonly string[]>
  /**
   * Records in buckets of one length, those without any left out. Of a device that has several series in a bucket there may be
   * several counts, and what two of them say of one moment is then counted twice.
   */
  count(query: CountQuery): Promise<readonly RecordCount[]>
}

export interface CountQuery extends Selection {
  /** Where a bucket begins. */
  readonly origin: number
  readonly bucket_ms: number
  /** Suspect readings are not counted. */
  readonly good: boolean
}

export interface RecordCount {
  /** As the server has it. */
  readonly device_id: string
  /** Within the bucket. */
  readonly timestamp: number
  readonly count: number
}
