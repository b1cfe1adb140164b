import type { TierStore } from './tier-store'

/** A store of tiers which tells until when readings are about to be rolled up, before it does so. */
export function watchedTiers(store: TierStore, onRollUp: (until: number) => void): TierStore {
  return {
    get expiry() {
      return store.expiry
    },
    prepare: (plan, retention) => store.prepare(plan, retention),
    extent: (source) => store.extent(source),
    devices: (source, range) => store.devices(source, range),
    rollUp: (order) => {
      onRollUp(order.buckets.at(-1)?.to ?? Number.NEGATIVE_INFINITY)
      return store.rollUp(order)
    },
    write: (tier, rows) => store.write(tier, rows),
    read: (query) => store.read(query),
    count: (order) => store.count(order),
    measure: (source, range) => store.measure(source, range),
    expire: (order) => store.expire(order),
    size: () => store.size(),
    shrink: () => store.shrink(),
  }
}
