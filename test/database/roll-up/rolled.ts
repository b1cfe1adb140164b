import { Rolling, type DeviceRow } from '../../../src/database/roll-up/rolling'
import { rollUpFields } from '../../../src/database/roll-up/roll-up-fields'
import type { Sample } from '../../../src/database/roll-up/sample'
import type { TimeRange } from '../../../src/database/history/record-source'
import type { MeasuredKey } from '../../../src/domain/reading'

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const GAP = 5 * MINUTE

export type Values = Partial<Record<MeasuredKey, number>>

/** With every field that there is. */
export function sample(timestamp: number, values: Values, suspect = false): Sample {
  return { timestamp, suspect, values: rollUpFields([]).map((field) => values[field] ?? Number.NaN) }
}

/** @param lengths of buckets, one after the other */
export function buckets(from: number, ...lengths: number[]): TimeRange[] {
  let to = from
  return lengths.map((length) => ({ from: to, to: (to += length) }))
}

export function hours(count: number): TimeRange[] {
  return buckets(0, ...Array<number>(count).fill(HOUR))
}

export function rolled(samples: Iterable<Sample>, of: readonly TimeRange[], maximum_gap_ms = GAP): DeviceRow[] {
  const rolling = new Rolling({ buckets: of, maximum_gap_ms, fields: [] })
  for (const one of samples) rolling.push(one)
  return rolling.finish()
}

/** What is needed of the samples for these buckets, as a store brings it. */
export function needed(samples: readonly Sample[], of: readonly TimeRange[], gap: number): Sample[] {
  const from = of[0]?.from ?? 0
  const to = of.at(-1)?.to ?? 0
  const last = samples.findLast(({ timestamp, suspect }) => timestamp < from && !suspect)?.timestamp ?? from
  const start = Math.min(last, from - gap)
  const next = samples.find(({ timestamp, suspect }) => timestamp >= to && timestamp <= to + gap && !suspect)
  return samples.filter((one) => (one.timestamp >= start && one.timestamp < to) || one === next)
}
