/**
 * So many suspect samples in a row are as if they were not there. Over more of them nothing is known of the last good one, unless it is
 * nearer than the gap: what has to be read before a range stays bounded, and every range tells the same.
 */
export const MOST_SUSPECTS = 100

/** One reading of a device whose id is known. */
export interface Sample {
  /** ms since the epoch, UTC. */
  readonly timestamp: number
  readonly suspect: boolean
  /** In the order of the fields that were asked for; NaN where the device did not say it. Booleans are 0 and 1. */
  readonly values: ArrayLike<number>
}
