import type { TimeRange } from '../../database/history/record-source'

/** Rows in one step, and hours of readings that are gone through for them. */
const STEP_ROWS = 200
const HOUR_MS = 3_600_000

/** What is done in one step: so many buckets of so many devices. */
export interface Window {
  /** One after the other. */
  readonly buckets: readonly TimeRange[]
  readonly device_ids: readonly string[]
}

/** The same buckets of all devices; when they are done, these buckets are. */
export interface Stage {
  readonly buckets: readonly TimeRange[]
  readonly windows: readonly Window[]
}

/** Cuts work into steps, so that each is short: oldest buckets first, all devices of them. */
export function stagesOf(buckets: readonly TimeRange[], device_ids: readonly string[]): Stage[] {
  const longest_ms = Math.max(...buckets.map(({ from, to }) => to - from))
  const weight = Math.max(1, longest_ms / HOUR_MS)
  const devices_at_once = Math.max(1, Math.floor(STEP_ROWS / weight))
  const buckets_at_once = Math.max(1, Math.floor(STEP_ROWS / weight / Math.max(1, device_ids.length)))
  const groups = [...slices(device_ids, devices_at_once)]
  return [...slices(buckets, buckets_at_once)].map((some) => ({
    buckets: some,
    windows: groups.map((group) => ({ buckets: some, device_ids: group })),
  }))
}

/** From the beginning of the first to the end of the last. */
export function rangeOf(buckets: readonly TimeRange[]): TimeRange {
  return { from: buckets[0]?.from ?? 0, to: buckets.at(-1)?.to ?? 0 }
}

function* slices<Item>(items: readonly Item[], length: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += length) yield items.slice(start, start + length)
}
