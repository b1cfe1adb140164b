import { inOrder } from '../../history/in-order'
import { markOf } from '../../history/measurements'
import type { TimeRange } from '../../history/record-source'
import { Turns } from '../../history/turns'
import { READING } from '../../line-protocol/line'
import { originalText, storedText } from '../../line-protocol/line-text'
import type { CountOrder, DeviceCount } from '../../tiers/tier-store'
import type { RecordCount, TierRecords } from './tier-records'

const RECORDS_AT_A_TIME = 10_000

/** Good readings in buckets: the server counts as many buckets at once as are of one length. */
export async function goodCounts(records: TierRecords, { buckets, device_ids }: CountOrder): Promise<DeviceCount[]> {
  const counts = new Map<string, number[]>()
  const stored = device_ids.map(storedText)
  for (const run of runsOf(buckets)) {
    const query = { measurement: READING, device_ids: stored, from: run.from, to: run.to } as const
    const found = await records.count({ ...query, origin: run.from, bucket_ms: run.bucket_ms, good: true })
    for (const { device_id, index, parts } of partsOf(found, run)) {
      const all = counts.get(device_id) ?? Array<number>(buckets.length).fill(0)
      counts.set(device_id, all)
      const [only, ...others] = parts as [number, ...number[]]
      all[index] = others.length === 0 ? only : await moments(records, device_id, buckets[index] as TimeRange)
    }
  }
  return [...counts]
    .map(([device_id, found]) => ({ device_id: originalText(device_id), counts: found }))
    .sort((one, other) => (one.device_id < other.device_id ? -1 : 1))
}

interface Run extends TimeRange {
  readonly bucket_ms: number
  /** Of its first bucket. */
  readonly index: number
}

/** Neighbours of one length. */
function runsOf(buckets: readonly TimeRange[]): Run[] {
  const runs: Run[] = []
  buckets.forEach(({ from, to }, index) => {
    const last = runs.at(-1)
    const bucket_ms = to - from
    if (last?.to === from && last.bucket_ms === bucket_ms) runs[runs.length - 1] = { ...last, to }
    else runs.push({ from, to, bucket_ms, index })
  })
  return runs
}

interface Parts {
  readonly device_id: string
  /** Of the bucket. */
  readonly index: number
  readonly parts: number[]
}

/** What was counted of each device in each bucket. */
function partsOf(found: readonly RecordCount[], { from, bucket_ms, index: first }: Run): Iterable<Parts> {
  const all = new Map<string, Parts>()
  for (const { device_id, timestamp, count } of found) {
    if (device_id === '') continue
    const index = first + Math.floor((timestamp - from) / bucket_ms)
    const key = `${index} ${device_id}`
    const known = all.get(key)
    if (known) known.parts.push(count)
    else all.set(key, { device_id, index, parts: [count] })
  }
  return all.values()
}

/** A device whose model has changed has two series, which may tell of one moment. */
async function moments(records: TierRecords, device_id: string, range: TimeRange): Promise<number> {
  const quality = markOf(READING)
  const selection = { measurement: READING, device_ids: [device_id], ...range } as const
  const query = { ...selection, columns: ['device_id', quality], needed: [], limit: RECORDS_AT_A_TIME } as const
  const turns = new Turns()
  let [count, last] = [0, Number.NaN]
  for await (const part of inOrder(records, { ...query, order: 'oldest-first' })) {
    for (const record of part) {
      if (turns.isOver) await turns.next()
      if (record.get(quality) !== 'good' || record.timestamp === last) continue
      last = record.timestamp
      count += 1
    }
  }
  return count
}
