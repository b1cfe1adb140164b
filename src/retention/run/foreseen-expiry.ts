import { RAW, type Source } from '../../database/tiers/tier'
import { rowBytes } from '../plan-size'
import { nameOfSource } from '../retention-report'
import type { Disposal, Expiry } from './disposal'
import type { Work } from './work'

const DAY_MS = 86_400_000

/** Stands in for deleting in a dry run: what would go is measured, as if it were all rolled up. */
export class ForeseenExpiry implements Disposal {
  /** Of each source, by name: everything before would be gone. */
  private readonly gone = new Map<string, number>()
  private expired_bytes = 0

  constructor(
    private readonly work: Work,
    readonly edge: Disposal['edge'],
  ) {}

  /** Rows that would be made take room, too. */
  get freed_bytes(): number {
    const { plan, tally } = this.work
    return plan.tiers.reduce((freed, tier) => freed - tally.of(tier).rolled_up * rowBytes(tier), this.expired_bytes)
  }

  expireOldest(source: Source, until: number): Promise<Expiry> {
    return this.expire(source, until, DAY_MS)
  }

  /** @param longest_ms how much of it, from the oldest on */
  async expire(source: Source, until: number, longest_ms = Infinity): Promise<Expiry> {
    const { store, tally, raw } = this.work
    const name = nameOfSource(source)
    const extent = source === RAW ? raw : await store.extent(source)
    const from = Math.max(extent?.from ?? Infinity, this.gone.get(name) ?? -Infinity)
    if (store.expiry === 'server' || from >= until) return 'nothing'
    const to = Math.min(until, from + longest_ms)
    const measured = await store.measure(source, { from, to })
    tally.expired(source, measured, to)
    this.gone.set(name, to)
    this.expired_bytes += measured.bytes ?? 0
    return 'expired'
  }
}
