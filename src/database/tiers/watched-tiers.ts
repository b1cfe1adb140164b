import type { ExpireOrder, TierStore } from './tier-store'

export interface TierWatcher {
  /** Readings from before this moment are about to be rolled up. */
  onRollUp(until: number): void
  /** Rows are about to be written, which happens when it is called. */
  onWrite?(write: () => Promise<void>): Promise<void>
  /** Something is about to be deleted. Whoever rejects it prevents that. */
  onExpire?(order: ExpireOrder): Promise<void>
  /** That is over: where a source begins may be another moment now. */
  onExpired(): void
}

/** A store of tiers which tells what it is about to do, and what it has done. */
export function watchedTiers(store: TierStore, watcher: TierWatcher): TierStore {
  return {
    get expiry() {
      return store.expiry
    },
    prepare: (plan, retention) => store.prepare(plan, retention),
    examine: (plan, retention) => store.examine(plan, retention),
    extent: (source) => store.extent(source),
    devices: (source, range) => store.devices(source, range),
    rollUp: (order) => {
      watcher.onRollUp(order.buckets.at(-1)?.to ?? Number.NEGATIVE_INFINITY)
      return store.rollUp(order)
    },
    write: (tier, rows) => {
      const write = () => store.write(tier, rows)
      return watcher.onWrite ? watcher.onWrite(write) : write()
    },
    read: (query) => store.read(query),
    count: (order) => store.count(order),
    measure: (source, range) => store.measure(source, range),
    expire: async (order) => {
      try {
        await watcher.onExpire?.(order)
        return await store.expire(order)
      } finally {
        watcher.onExpired()
      }
    },
    undeletable: (source, range) => store.undeletable(source, range),
    size: () => store.size(),
    shrink: () => store.shrink(),
  }
}
