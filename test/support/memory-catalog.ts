import { DirtyStretches } from '../../src/database/tiers/dirty-stretches'
import type { TierPlan } from '../../src/database/tiers/tier'
import type { DirtyStretch, TierCatalog } from '../../src/database/tiers/tier-catalog'

/** What a database knows of its tiers, in memory; each change is on disk once `onSave` has resolved. */
export class MemoryCatalog implements TierCatalog {
  plan: TierPlan | undefined
  raw_expired_before: number | undefined
  onSave: () => Promise<void> = () => Promise.resolve()
  readonly parents = new Map<string, string>()
  readonly watermarks = new Map<string, number>()
  private readonly stretches = new Map<string, DirtyStretches>()

  async setPlan(plan: TierPlan): Promise<void> {
    await this.onSave()
    this.plan = plan
    const names = new Set(plan.tiers.map(({ name }) => name))
    for (const name of this.watermarks.keys()) if (!names.has(name)) this.watermarks.delete(name)
    for (const name of this.stretches.keys()) if (!names.has(name)) this.stretches.delete(name)
  }

  watermark(tier: string): number | undefined {
    return this.watermarks.get(tier)
  }

  async setWatermark(tier: string, watermark: number | undefined): Promise<void> {
    await this.onSave()
    if (watermark === undefined) this.watermarks.delete(tier)
    else this.watermarks.set(tier, watermark)
  }

  dirty(tier: string): readonly DirtyStretch[] {
    return this.stretches.get(tier)?.list() ?? []
  }

  mark(tier: string, stretch: DirtyStretch): void {
    const stretches = this.stretches.get(tier) ?? new DirtyStretches()
    this.stretches.set(tier, stretches)
    stretches.add([stretch])
  }

  async clean(tier: string, stretches: readonly DirtyStretch[]): Promise<void> {
    await this.onSave()
    this.stretches.get(tier)?.remove(stretches)
  }
}
