import type { Clock } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import type { DatabaseTiers } from '../database/tiers/database-tiers'
import type { TierCatalog } from '../database/tiers/tier-catalog'
import type { TierStore } from '../database/tiers/tier-store'

/** Calls of a store, one at a time; none begins once it has ended. */
export class Steps {
  /** When the last one was answered, by the monotonic clock. */
  answered_at: number
  private ended = false
  /** Of calls that are under way; one may be part of another. */
  private readonly interrupts = new Set<() => void>()

  constructor(private readonly clock: Clock) {
    this.answered_at = clock.monotonic()
  }

  /** @throws MonitorError `CLOSED`, even where the call itself went well */
  async attempt<Result>(call: () => Promise<Result>): Promise<Result> {
    this.assertGoing()
    const result = await new Promise<Result>((resolve, reject) => {
      const interrupt = () => reject(closed())
      this.interrupts.add(interrupt)
      const ended = () => this.interrupts.delete(interrupt)
      call().finally(ended).then(resolve, reject)
    })
    this.answered_at = this.clock.monotonic()
    this.assertGoing()
    return result
  }

  /** What is under way may still be answered. */
  end(): void {
    this.ended = true
  }

  /** Nobody waits any longer for what is under way. */
  giveUp(): void {
    this.end()
    for (const interrupt of this.interrupts) interrupt()
  }

  private assertGoing(): void {
    if (this.ended) throw closed()
  }
}

/** The same, but so that nothing goes on after the steps have ended. */
export function inSteps(tiers: DatabaseTiers, steps: Steps): DatabaseTiers {
  return {
    store: storeInSteps(tiers.store, steps),
    catalog: catalogInSteps(tiers.catalog, steps),
    keepOut: (range, work) => steps.attempt(() => tiers.keepOut(range, work)),
  }
}

function storeInSteps(store: TierStore, steps: Steps): TierStore {
  return {
    // A server is recognised when it is first asked.
    get expiry() {
      return store.expiry
    },
    prepare: (plan, retention) => steps.attempt(() => store.prepare(plan, retention)),
    examine: (plan, retention) => steps.attempt(() => store.examine(plan, retention)),
    extent: (source) => steps.attempt(() => store.extent(source)),
    devices: (source, range) => steps.attempt(() => store.devices(source, range)),
    rollUp: (order) => steps.attempt(() => store.rollUp(order)),
    write: (tier, rows) => steps.attempt(() => store.write(tier, rows)),
    read: (query) => steps.attempt(() => store.read(query)),
    count: (order) => steps.attempt(() => store.count(order)),
    measure: (source, range) => steps.attempt(() => store.measure(source, range)),
    expire: (order) => steps.attempt(() => store.expire(order)),
    undeletable: (source, range) => steps.attempt(() => store.undeletable(source, range)),
    size: () => steps.attempt(() => store.size()),
    shrink: () => steps.attempt(() => store.shrink()),
  }
}

function catalogInSteps(catalog: TierCatalog, steps: Steps): TierCatalog {
  return {
    get plan() {
      return catalog.plan
    },
    setPlan: (plan) => steps.attempt(() => catalog.setPlan(plan)),
    get raw_expired_before() {
      return catalog.raw_expired_before
    },
    get parents() {
      return catalog.parents
    },
    watermark: (tier) => catalog.watermark(tier),
    setWatermark: (tier, watermark) => steps.attempt(() => catalog.setWatermark(tier, watermark)),
    dirty: (tier) => catalog.dirty(tier),
    clean: (tier, stretches) => steps.attempt(() => catalog.clean(tier, stretches)),
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'Retention has been stopped')
}
