import { MonitorError } from '../../domain/errors'
import type { TimeRange } from '../history/record-source'
import type { DatabaseTiers } from './database-tiers'
import type { TierCatalog } from './tier-catalog'
import type { TierStore } from './tier-store'
import { type TierWatcher, watchedTiers } from './watched-tiers'

/**
 * The tiers of a database until a backup has been put back. What was found out before is not true of what is there then: no row is
 * written, nothing deleted, and no watermark set, on the word of it.
 */
export class TierSession implements DatabaseTiers {
  readonly store: TierStore
  readonly catalog: TierCatalog
  private isOver = false
  /** Backups that are being put back. */
  private readonly restores = new Set<Promise<unknown>>()
  private readonly writing = new Set<Promise<void>>()

  constructor(
    store: TierStore,
    catalog: TierCatalog,
    private readonly watcher: Required<Omit<TierWatcher, 'onWrite'>> & Pick<DatabaseTiers, 'keepOut'>,
  ) {
    this.store = watchedTiers(store, {
      onRollUp: (until) => watcher.onRollUp(until),
      onWrite: (write) => this.write(write),
      onExpire: async (order) => {
        await watcher.onExpire(order)
        await this.assertCurrent()
      },
      onExpired: () => watcher.onExpired(),
    })
    this.catalog = {
      get plan() {
        return catalog.plan
      },
      get raw_expired_before() {
        return catalog.raw_expired_before
      },
      get parents() {
        return catalog.parents
      },
      setPlan: (plan) => this.unlessOver(() => catalog.setPlan(plan)),
      watermark: (tier) => catalog.watermark(tier),
      setWatermark: (tier, watermark) => this.unlessOver(() => catalog.setWatermark(tier, watermark)),
      dirty: (tier) => catalog.dirty(tier),
      clean: (tier, stretches) => this.unlessOver(() => catalog.clean(tier, stretches)),
    }
  }

  keepOut<Result>(range: TimeRange, work: () => Promise<Result>): Promise<Result> {
    return this.watcher.keepOut(range, work)
  }

  /** Puts a backup back while nothing is changed. Where that fails, the session goes on; else it is over. */
  async during<Result>(restore: () => Promise<Result>): Promise<Result> {
    const restoring = this.putBack(restore)
    this.restores.add(restoring)
    try {
      return await restoring
    } finally {
      this.restores.delete(restoring)
    }
  }

  private async putBack<Result>(restore: () => Promise<Result>): Promise<Result> {
    await Promise.allSettled(this.writing)
    const result = await restore()
    this.isOver = true
    return result
  }

  private async write(write: () => Promise<void>): Promise<void> {
    await this.assertCurrent()
    const writing = write()
    this.writing.add(writing)
    await writing.finally(() => this.writing.delete(writing))
  }

  private async unlessOver(change: () => Promise<void>): Promise<void> {
    await this.assertCurrent()
    await change()
  }

  private async assertCurrent(): Promise<void> {
    while (this.restores.size > 0) await Promise.allSettled(this.restores)
    if (this.isOver) throw new MonitorError('DATABASE_UNAVAILABLE', 'A backup is put back meanwhile')
  }
}
