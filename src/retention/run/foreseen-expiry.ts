import { RAW, type Source } from '../../database/tiers/tier'
import { rowBytes } from '../plan-size'
import { nameOfSource } from '../retention-report'
import type { Disposal, Expiry } from './disposal'
import { HeldBack } from './held-back'
import type { Work } from './work'

const DAY_MS = 86_400_000

/** Stands in for deleting in a dry run: what would go is measured, as if it were all rolled up. */
export class ForeseenExpiry implements Disposal {
  /** Of each source, by name: everything before would be gone. */
  private readonly gone = new Map<string, number>()
  private expired_bytes = 0
  private readonly heldBack: HeldBack

  constructor(
    private readonly work: Work,
    readonly edge: Disposal['edge'],
  ) {
    this.heldBack = new HeldBack(work)
  }

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
    const kept = await this.heldBack.undeletable(source, { from, to: until })
    if (kept && kept.from <= from) {
      await this.heldBack.tell(source, { from, to: kept.to }, kept.reason)
      this.gone.set(name, kept.to)
      return this.expire(source, until, longest_ms)
    }
    const to = Math.min(kept?.from ?? until, from + longest_ms)
    const measured = await store.measure(source, { from, to })
    tally.expired(source, measured, to)
    this.gone.set(name, to)
    this.expired_bytes += measured.bytes ?? 0
    if (kept && longest_ms === Infinity) await this.expire(source, until)
    return 'expired'
  }
}
