import type { TimeRange } from '../../database/history/record-source'
import type { Source } from '../../database/tiers/tier'
import type { Undeletable } from '../../database/tiers/tier-store'
import { nameOfSource } from '../retention-report'
import { cuttingTier, type Work } from './work'

/** What is past its life, and stays. */
export class HeldBack {
  constructor(private readonly work: Work) {}

  /** The first stretch that the store does not delete, between edges at which the source may be cut. */
  async undeletable(source: Source, range: TimeRange): Promise<Undeletable | undefined> {
    const { store, buckets } = this.work
    const found = store.expiry === 'us' ? await store.undeletable(source, range) : undefined
    if (!found) return undefined
    const tier = cuttingTier(this.work, source)
    const to = Math.min(range.to, buckets.edgeAfter(tier, found.to))
    return { ...found, from: buckets.edgeBefore(tier, found.from), to }
  }

  /** Counts it for the report. @param reason where it is not that nobody is sure what stands for it */
  async tell(source: Source, range: TimeRange, reason?: string): Promise<void> {
    const { store, tally } = this.work
    const name = nameOfSource(source)
    tally.of(source).held_back += (await store.measure(source, range)).rows ?? 0
    tally.find(reason ?? `Of ${name}, some is past its life and stays, because it is not sure what stands for it`)
  }
}
