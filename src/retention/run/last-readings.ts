import type { TimeRange } from '../../database/history/record-source'
import { longestMs } from '../../domain/local-buckets'
import { RAW, type Tier } from '../../database/tiers/tier'
import { stagesOf } from './windows'
import type { Work } from './work'

/** Less than that between two readings is no silence. */
const SILENCE_MS = 3_600_000

/**
 * The last reading before a silence stays as long as the next one does, however old it is: what the device has used meanwhile is
 * counted from there, also when the next one is rolled up again.
 */
export class LastReadings {
  constructor(private readonly work: Work) {}

  /** Deletes the others. @param until where this ends that the range is a part of @returns rows, as far as it is known */
  async expireOthers(range: TimeRange, until: number, device_ids: readonly string[]): Promise<number> {
    const { store } = this.work
    const silent = await this.silentIn({ from: range.to, to: until }, device_ids)
    if (silent.length === 0) return store.expire({ source: RAW, ...range, device_ids: [] })
    let rows = 0
    for (const { windows } of stagesOf(
      [range],
      device_ids.filter((id) => !silent.includes(id)),
    )) {
      for (const window of windows) rows += await store.expire({ source: RAW, ...range, device_ids: window.device_ids })
    }
    for (const [device_id, last] of await this.lastIn(range, silent)) {
      rows += await store.expire({ source: RAW, from: range.from, to: last, device_ids: [device_id] })
    }
    return rows
  }

  /** Those that have said nothing good in the range, nor soon after it, that is rolled up. */
  async silentIn({ from, to }: TimeRange, device_ids: readonly string[]): Promise<string[]> {
    const { store, catalog, plan } = this.work
    const reached = catalog.watermark((plan.tiers[0] as Tier).name) ?? from
    const range = { from, to: Math.min(reached, to + SILENCE_MS) }
    if (range.from >= range.to) return [...device_ids]
    const there = new Set(await store.devices(RAW, range))
    // Most say something good at once; only of the others all has to be counted.
    const first = { from, to: Math.min(range.to, from + SILENCE_MS) }
    const rest = await this.withoutGood(first, [...there])
    const silent = new Set(await this.withoutGood(range, rest))
    return device_ids.filter((id) => !there.has(id) || silent.has(id))
  }

  private async withoutGood(range: TimeRange, device_ids: readonly string[]): Promise<string[]> {
    const good = new Set<string>()
    for (const { windows } of stagesOf([range], device_ids)) {
      for (const window of windows) {
        for (const { device_id, counts } of await this.work.store.count(window)) {
          if (counts.some((count) => count > 0)) good.add(device_id)
        }
      }
    }
    return device_ids.filter((id) => !good.has(id))
  }

  /** When the last good reading was taken; of devices that have none, the beginning of the range. */
  private async lastIn(range: TimeRange, device_ids: readonly string[]): Promise<Map<string, number>> {
    const { store, plan } = this.work
    const last = new Map(device_ids.map((id) => [id, range.from]))
    for (const tier of plan.tiers) {
      const from = range.from - longestMs(tier.bucket)
      for (const { windows } of stagesOf([range], device_ids)) {
        for (const window of windows) {
          const rows = await store.read({
            tier,
            from,
            to: range.to,
            device_ids: window.device_ids,
            fields: ['power_w'],
          })
          for (const { device_id, last_timestamp = from } of rows) {
            if (last_timestamp < range.to) last.set(device_id, Math.max(last.get(device_id) ?? from, last_timestamp))
          }
        }
      }
    }
    return last
  }
}
