/** The last edge of buckets of this length at or before a moment: they are aligned to the epoch. */
export function floorTo(bucket_ms: number, moment: number): number {
  return Math.floor(moment / bucket_ms) * bucket_ms
}

/** The first edge at or after a moment. */
export function ceilTo(bucket_ms: number, moment: number): number {
  return Math.ceil(moment / bucket_ms) * bucket_ms
}
