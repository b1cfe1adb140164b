import type { TimeRange } from '../../history/record-source'
import type { Source } from '../../tiers/tier'
import type { CountOrder, DeviceCount } from '../../tiers/tier-store'
import { ALL_DEVICES } from '../sqlite-statements'
import { numbered, placeOf } from './keyed-rows'
import type { SourceRange } from './tier-calls'
import type { TierContext } from './tier-context'
import { COUNT_GOOD, devicesIn, firstIn, lastIn } from './tier-statements'

const CHUNK_ROWS = 20_000
const EVER: TimeRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

/** Who has rows where, and how many readings: by a few steps along the key for each device, never by the whole table. */
export class TierExtents {
  constructor(private readonly context: TierContext) {}

  async extent(source: Source): Promise<TimeRange | undefined> {
    const { statements, turns } = this.context
    const place = placeOf(statements, source)
    if (!place) return undefined
    const turn = turns.begin()
    let found: TimeRange | undefined
    for (const { device } of numbered(statements, this.allDevices())) {
      const bound = [...place.prefix, device, EVER.from, EVER.to]
      const first = statements.first(firstIn(place.table), bound)
      const last = first && statements.first(lastIn(place.table), bound)
      if (last) {
        const { from, to } = found ?? { from: Infinity, to: -Infinity }
        found = { from: Math.min(from, Number(first[0])), to: Math.max(to, Number(last[0]) + 1) }
      }
      if (turn.isOver) await turn.next()
    }
    return found
  }

  /** Some milliseconds for thousands of devices: one step along the key for each. */
  devicesIn({ source, from, to }: SourceRange): string[] {
    const { statements } = this.context
    const place = placeOf(statements, source)
    if (!place) return []
    return statements.all(devicesIn(place.table), [...place.prefix, from, to]).map(([device_id]) => String(device_id))
  }

  async count({ buckets, device_ids }: CountOrder): Promise<DeviceCount[]> {
    const { statements } = this.context
    const [first, last] = [buckets[0], buckets.at(-1)]
    if (!first || !last) return []
    const turn = this.context.turns.begin()
    const found: DeviceCount[] = []
    for (const { device, device_id } of numbered(statements, device_ids)) {
      if (!statements.first(firstIn('reading'), [device, first.from, last.to])) continue
      const counts: number[] = []
      for (const bucket of buckets) {
        let count = 0
        for (let from: number | undefined = bucket.from; from !== undefined;) {
          const chunk = this.countChunk(device, from, bucket.to)
          count += chunk.good
          from = chunk.next
          if (turn.isOver) await turn.next()
        }
        counts.push(count)
      }
      if (counts.some((count) => count > 0)) found.push({ device_id, counts })
    }
    return found
  }

  private countChunk(device: number, from: number, to: number): { good: number; next: number | undefined } {
    const row = this.context.statements.first(COUNT_GOOD, [device, from, to, CHUNK_ROWS])
    const [rows, last, good] = (row ?? []).map(Number) as [number, number, number]
    return { good, next: rows === CHUNK_ROWS ? last + 1 : undefined }
  }

  private allDevices(): string[] {
    return this.context.statements.all(ALL_DEVICES, []).map(([device_id]) => String(device_id))
  }
}
