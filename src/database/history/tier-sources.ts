import type { Clock } from '../../domain/clock'
import { longestMs } from '../../domain/local-buckets'
import { MEASURED_KEYS } from '../../domain/reading'
import type { BucketRule, HistoryQuery } from '../database'
import { RAW, type Source, type Tier } from '../tiers/tier'
import type { TierCatalog } from '../tiers/tier-catalog'
import type { TierStore } from '../tiers/tier-store'
import { bucketsOf } from './bucket-edges'
import type { TimeRange } from './record-source'
import type { Reach, Sources } from './tier-layout'

/** The first row of a tier, or reading, moves by an hour or a day at a time, and a server has to look for it. */
const EXTENT_KEPT_MS = 60_000

export interface TierSourcesOptions {
  readonly store: Pick<TierStore, 'extent'>
  readonly catalog: TierCatalog
  readonly maximum_gap_ms: number
  readonly clock: Clock
}

/** From where to where raw readings and tiers reach. */
export class TierSources {
  private readonly extents = new Map<string, { readonly at: number; readonly extent: TimeRange }>()

  constructor(private readonly options: TierSourcesOptions) {}

  /** What a query can be served from; where tiers do not reach at all: nothing but raw. */
  async of({ device_ids, fields, bucket }: HistoryQuery): Promise<Sources> {
    const { plan } = this.options.catalog
    const reaches: Reach[] = []
    for (const tier of plan?.tiers ?? []) {
      const range = await this.rangeOf(tier)
      if (plan === undefined || range === undefined) continue
      const isComplete = keepsAll(tier, fields.length > 0 ? fields : MEASURED_KEYS)
      const isFine = longestMs(tier.bucket) <= longestOf(bucket)
      const buckets = bucketsOf({ length: tier.bucket, time_zone: plan.time_zone })
      reaches.push({ ...range, tier, buckets, isFine, isComplete, dirty: this.dirtyOf(tier, device_ids) })
    }
    return { reaches, raw_from: await this.rawFrom(reaches) }
  }

  private async rangeOf(tier: Tier): Promise<TimeRange | undefined> {
    const to = this.options.catalog.watermark(tier.name)
    const extent = to === undefined ? undefined : await this.extentOf(tier)
    return to !== undefined && extent !== undefined && extent.from < to ? { from: extent.from, to } : undefined
  }

  /** Raw readings go by whole buckets of the finest tier, or by the shards of a server, which may cut a bucket in two. */
  private async rawFrom(reaches: readonly Reach[]): Promise<number> {
    const finest = reaches[0]
    if (finest === undefined) return Number.NEGATIVE_INFINITY
    const rolled_up = Math.max(...reaches.map(({ to }) => to))
    const raw = await this.extentOf(RAW)
    if (raw === undefined) return rolled_up
    const bucket = finest.buckets.at(raw.from)
    const isWhole = raw.from - bucket.from <= this.options.maximum_gap_ms
    const isRolledUp = reaches.some(({ from, to }) => raw.from >= from && raw.from < to)
    return Math.min(rolled_up, isWhole || !isRolledUp ? bucket.from : bucket.to)
  }

  private dirtyOf({ name }: Tier, device_ids: readonly string[]): readonly TimeRange[] {
    const dirty = this.options.catalog.dirty(name)
    if (device_ids.length === 0) return dirty
    return dirty.filter(({ device_id }) => device_id === undefined || device_ids.includes(device_id))
  }

  private async extentOf(source: Source): Promise<TimeRange | undefined> {
    const { store, clock } = this.options
    const name = source === RAW ? RAW : source.name
    const known = this.extents.get(name)
    if (known !== undefined && clock.monotonic() - known.at < EXTENT_KEPT_MS) return known.extent
    const extent = await store.extent(source)
    if (extent === undefined) this.extents.delete(name)
    else this.extents.set(name, { at: clock.monotonic(), extent })
    return extent
  }
}

function longestOf(bucket: BucketRule | undefined): number {
  if (bucket === undefined) return 0
  return 'bucket_ms' in bucket ? bucket.bucket_ms : longestMs(bucket.length)
}

function keepsAll({ fields }: Tier, asked: HistoryQuery['fields']): boolean {
  return fields.length === 0 || asked.every((field) => fields.includes(field))
}
