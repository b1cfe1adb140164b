/** One reading of a device whose id is known. */
export interface Sample {
  /** ms since the epoch, UTC. */
  readonly timestamp: number
  readonly suspect: boolean
  /** In the order of the fields that were asked for; NaN where the device did not say it. Booleans are 0 and 1. */
  readonly values: ArrayLike<number>
}
