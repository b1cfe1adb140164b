import type { Clock } from '../../domain/clock'
import { longestMs } from '../../domain/local-buckets'
import { MEASURED_KEYS } from '../../domain/reading'
import type { BucketRule, HistoryQuery } from '../database'
import { RAW, type Tier, type TierPlan } from '../tiers/tier'
import type { TierCatalog } from '../tiers/tier-catalog'
import type { TierStore } from '../tiers/tier-store'
import { bucketsOf } from './bucket-edges'
import type { TimeRange } from './record-source'
import type { Reach, Sources } from './tier-layout'

/** Where tiers begin is looked for on a server, and moves rarely but where we delete: see `forget`. */
const KEPT_MS = 60_000

export interface TierSourcesOptions {
  readonly store: Pick<TierStore, 'extent' | 'read'>
  readonly catalog: TierCatalog
  readonly clock: Clock
}

/** Where a tier begins, whatever is asked. */
type Begin = Pick<Reach, 'tier' | 'buckets' | 'from' | 'whole_from'>

interface Begins {
  readonly tiers: readonly Begin[]
  readonly raw_from: number
}

/** From where to where raw readings and tiers reach. */
export class TierSources {
  private known: (Begins & { readonly at: number; readonly watermarks: string }) | undefined

  constructor(private readonly options: TierSourcesOptions) {}

  /** What a query can be served from; where no tier reaches anywhere, nothing but raw. */
  async of({ device_ids, fields, bucket }: HistoryQuery): Promise<Sources> {
    const { tiers, raw_from } = await this.begins()
    const asked = fields.length > 0 ? fields : MEASURED_KEYS
    const reaches = tiers.map((begin): Reach => {
      const { tier } = begin
      return {
        ...begin,
        to: this.options.catalog.watermark(tier.name) ?? begin.from,
        isFine: longestMs(tier.bucket) <= longestOf(bucket),
        isComplete: tier.fields.length === 0 || asked.every((field) => tier.fields.includes(field)),
        dirty: this.dirtyOf(tier, device_ids),
      }
    })
    return { reaches, raw_from }
  }

  /** Something was deleted, or put back. */
  forget(): void {
    this.known = undefined
  }

  private async begins(): Promise<Begins> {
    const { catalog, clock } = this.options
    const { plan } = catalog
    const watermarks = JSON.stringify(plan?.tiers.map(({ name }) => [name, catalog.watermark(name)]))
    const { known } = this
    if (known?.watermarks === watermarks && clock.monotonic() - known.at < KEPT_MS) return known
    const begins = plan ? await this.look(plan) : { tiers: [], raw_from: Number.NEGATIVE_INFINITY }
    this.known = { ...begins, at: clock.monotonic(), watermarks }
    return begins
  }

  private async look({ tiers, time_zone }: TierPlan): Promise<Begins> {
    const found: Begin[] = []
    let rolled_up = Number.NEGATIVE_INFINITY
    // The coarsest first: it tells of the next finer one whether that has all of its first bucket.
    for (const tier of [...tiers].reverse()) {
      const watermark = this.options.catalog.watermark(tier.name)
      const extent = watermark === undefined ? undefined : await this.options.store.extent(tier)
      if (watermark === undefined || extent === undefined || extent.from >= watermark) continue
      const { from } = extent
      const whole_from = await this.wholeFrom(from, found[0])
      found.unshift({ tier, buckets: bucketsOf({ length: tier.bucket, time_zone }), from, whole_from })
      rolled_up = Math.max(rolled_up, watermark)
    }
    const raw = await this.options.store.extent(RAW)
    const first = raw === undefined ? rolled_up : await this.rawFrom(raw.from, found)
    // Last readings of silent devices stay, and late ones come.
    const raw_from = Math.max(first, this.options.catalog.raw_expired_before ?? first)
    return { tiers: found, raw_from: Math.min(rolled_up, raw_from) }
  }

  /** The first reading that is left does not tell what was before it, as the row of its bucket does. */
  private async rawFrom(from: number, tiers: readonly Begin[]): Promise<number> {
    const [finest] = tiers
    if (finest === undefined) return from
    const bucket = finest.buckets.at(from)
    const whole_from = await this.wholeFrom(from, finest)
    for (const tier of tiers) if (await this.knowsBefore(bucket.from, tier)) return Math.max(bucket.to, whole_from)
    return whole_from
  }

  /** Rows may have gone in the middle of a coarser bucket, whose row then goes on to its end. */
  private async wholeFrom(from: number, coarser: Begin | undefined): Promise<number> {
    if (coarser === undefined) return from
    const bucket = coarser.buckets.at(from)
    const edge = (await this.hasReading(coarser, bucket, from)) ? bucket.to : bucket.from
    // Where the coarser one is cut itself, a still coarser row goes on for longer.
    return coarser.whole_from > coarser.from ? Math.max(edge, coarser.whole_from) : edge
  }

  private async knowsBefore(moment: number, tier: Begin): Promise<boolean> {
    const bucket = tier.buckets.at(moment)
    return tier.from < bucket.from || (bucket.from < moment && this.hasReading(tier, bucket, moment))
  }

  private async hasReading({ tier }: Begin, bucket: TimeRange, before: number): Promise<boolean> {
    const rows = await this.options.store.read({ tier, ...bucket, device_ids: [], fields: ['on'] })
    return rows.some(({ first_timestamp }) => first_timestamp !== undefined && first_timestamp < before)
  }

  private dirtyOf({ name }: Tier, device_ids: readonly string[]): readonly TimeRange[] {
    const dirty = this.options.catalog.dirty(name)
    if (device_ids.length === 0) return dirty
    return dirty.filter(({ device_id }) => device_id === undefined || device_ids.includes(device_id))
  }
}

function longestOf(bucket: BucketRule | undefined): number {
  if (bucket === undefined) return 0
  return 'bucket_ms' in bucket ? bucket.bucket_ms : longestMs(bucket.length)
}
