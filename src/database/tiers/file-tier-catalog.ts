import type { DirtyStretch, TierCatalog } from './tier-catalog'
import type { TierPlan } from './tier'

/** In memory alone so far. */
export class FileTierCatalog implements TierCatalog {
  plan: TierPlan | undefined
  private readonly watermarks = new Map<string, number>()
  private readonly stretches = new Map<string, DirtyStretch[]>()

  async setPlan(plan: TierPlan): Promise<void> {
    this.plan = plan
    const names = new Set(plan.tiers.map(({ name }) => name))
    for (const name of this.watermarks.keys()) if (!names.has(name)) this.watermarks.delete(name)
    return Promise.resolve()
  }

  watermark(tier: string): number | undefined {
    return this.watermarks.get(tier)
  }

  async setWatermark(tier: string, watermark: number | undefined): Promise<void> {
    if (watermark === undefined) this.watermarks.delete(tier)
    else this.watermarks.set(tier, watermark)
    return Promise.resolve()
  }

  dirty(tier: string): readonly DirtyStretch[] {
    return this.stretches.get(tier) ?? []
  }

  async clean(tier: string, stretches: readonly DirtyStretch[]): Promise<void> {
    this.stretches.set(
      tier,
      this.dirty(tier).filter((stretch) => !stretches.includes(stretch)),
    )
    return Promise.resolve()
  }
}
