export const BUCKET_UNITS = ['minute', 'hour', 'day', 'month'] as const
export type BucketUnit = (typeof BUCKET_UNITS)[number]

/** How long buckets are: minutes, hours, days and months as the clocks of a named time zone show them. */
export interface BucketLength {
  readonly unit: BucketUnit
  /** Minutes divide an hour, hours a day, months a year; there is one day. */
  readonly count: number
}
