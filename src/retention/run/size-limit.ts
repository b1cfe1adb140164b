import { RAW, type Source } from '../../database/tiers/tier'
import type { StoreSize } from '../../database/tiers/tier-store'
import type { Disposal } from './disposal'
import type { Work } from './work'

const DAY_MS = 86_400_000
const MEGABYTE = 1024 * 1024
/** In one run: a file of 10 GB takes several. */
const MOST_STEPS = 1000
/** Less is left to new rows: to give it back and take it again wears disks out. */
const GIVEN_BACK_SHARE = 0.25
/** Of what the file may hold at most: the rest is room for what comes until the next run. */
const FILLED_SHARE = 0.9

/** Keeps a file below its limit, and gives free space back. */
export class SizeLimit {
  constructor(
    private readonly work: Work,
    private readonly disposal: Disposal,
  ) {}

  /** Shortens lives, that of raw readings first, by a day at a time. @returns the moment up to which readings went for it */
  async keep(): Promise<number | undefined> {
    const { tally, plan, store, today } = this.work
    if (store.expiry === 'server') return undefined
    let shortened: number | undefined
    for (const source of [RAW, ...plan.tiers.slice(0, -1)] as Source[]) {
      const until = this.disposal.edge(source, today - DAY_MS)
      while (await this.isTooLarge()) {
        if ((await this.disposal.expireOldest(source, until)) !== 'expired') break
        if (source === RAW) shortened = tally.of(RAW).expired.before
        else tally.find(`The size limit keeps ${source.name} for fewer days than its life`)
      }
    }
    if (await this.isTooLarge()) {
      tally.find('The size limit is too small: nothing more can go that is rolled up')
    }
    return shortened
  }

  async shrink(): Promise<void> {
    const { store } = this.work
    for (let step = 0; step < MOST_STEPS; step++) {
      if (!this.isWorthIt(await store.size()) || !(await store.shrink())) return
    }
  }

  private isWorthIt({ size_bytes = 0, free_bytes = 0 }: StoreSize): boolean {
    const { maximum_mb } = this.work.options
    const isOver = maximum_mb > 0 && size_bytes > maximum_mb * MEGABYTE
    return free_bytes > 0 && (isOver || free_bytes > size_bytes * GIVEN_BACK_SHARE)
  }

  private async isTooLarge(): Promise<boolean> {
    const { options, tally, store } = this.work
    const { size_bytes, free_bytes = 0, maximum_bytes = Infinity } = await store.size()
    const wanted_bytes = options.maximum_mb === 0 ? Infinity : options.maximum_mb * MEGABYTE
    if (size_bytes !== undefined) {
      const used_bytes = size_bytes - free_bytes - this.disposal.freed_bytes
      return used_bytes > Math.min(wanted_bytes, maximum_bytes * FILLED_SHARE)
    }
    if (wanted_bytes < Infinity) tally.find('The size limit has no effect: this database does not tell its size')
    return false
  }
}
