import { join } from 'node:path'
import { MonitorError } from '../../domain/errors'
import { TimeZone } from '../../domain/time-zone'
import { isMeasuring, type Reading } from '../../domain/reading'
import { StateFile } from '../../files/state-file'
import { DirtyStretches } from './dirty-stretches'
import { parseTiers, serialiseTiers } from './saved-tiers'
import type { TierPlan } from './tier'
import type { DirtyStretch, TierCatalog } from './tier-catalog'

/** Far more than anybody has. */
const MOST_OUTLETS = 10_000

/** What a database knows of its tiers, in one file. Where that is lost, all is rolled up again as long as raw readings last. */
export class FileTierCatalog implements TierCatalog {
  plan: TierPlan | undefined
  raw_expired_before: number | undefined
  /** What was wrong with the file when it was read. */
  trouble: string | undefined
  readonly parents = new Map<string, string>()
  private readonly watermarks = new Map<string, number>()
  private readonly stretches = new Map<string, DirtyStretches>()
  private readonly file: StateFile
  private fault: MonitorError | undefined
  private saving: Promise<void> = Promise.resolve()
  private isRunning = false

  /** @param folder of the spool, whose lock keeps others away */
  constructor(folder: string) {
    const report = (error: MonitorError) => void (this.fault = error)
    this.file = new StateFile({ file: join(folder, 'tiers.json'), content: 'tiers', report })
  }

  /** Reads the file. A damaged or foreign one is set aside, never overwritten; see `trouble`. */
  async start(): Promise<void> {
    const saved = await this.file.read(parseTiers)
    this.trouble = this.fault?.message
    this.plan = saved?.plan && this.inKnownZone(saved.plan)
    this.raw_expired_before = saved?.raw_expired_before
    for (const [device_id, parent_id] of saved?.parents ?? []) this.parents.set(device_id, parent_id)
    for (const [tier, watermark] of saved?.watermarks ?? []) this.watermarks.set(tier, watermark)
    for (const [tier, stretches] of saved?.dirty ?? []) this.stretches.set(tier, new DirtyStretches(stretches))
    this.isRunning = true
  }

  /** Resolves when nothing is being written. May be called twice. */
  async stop(): Promise<void> {
    this.isRunning = false
    await this.file.idle()
  }

  async setPlan(plan: TierPlan): Promise<void> {
    this.plan = plan
    const names = new Set(plan.tiers.map(({ name }) => name))
    for (const name of this.watermarks.keys()) if (!names.has(name)) this.watermarks.delete(name)
    for (const name of this.stretches.keys()) if (!names.has(name)) this.stretches.delete(name)
    await this.save()
  }

  watermark(tier: string): number | undefined {
    return this.watermarks.get(tier)
  }

  async setWatermark(tier: string, watermark: number | undefined): Promise<void> {
    const before = this.watermarks.get(tier)
    this.put(tier, watermark)
    try {
      await this.save()
    } catch (error) {
      // What is not on disk must not let anything be deleted.
      this.put(tier, before)
      throw error
    }
  }

  /** Raw readings from before are about to be deleted. It does not matter much whether that is on disk when this resolves. */
  async expireRaw(before: number): Promise<void> {
    if (before <= (this.raw_expired_before ?? Number.NEGATIVE_INFINITY)) return
    this.raw_expired_before = before
    // A disk that is full needs what is deleted now.
    await this.save().catch(() => {})
  }

  /** What is in the store is not what it was. Resolves when that is on disk. @param watermarks of what is there now, by tier */
  async beginAnew(watermarks: ReadonlyMap<string, number>): Promise<void> {
    this.watermarks.clear()
    for (const [tier, watermark] of watermarks) this.watermarks.set(tier, watermark)
    this.raw_expired_before = undefined
    await this.save()
  }

  /** It need not be on disk at once: the next reading says it again. */
  noteParents(readings: readonly Reading[]): void {
    let isNews = false
    for (const reading of readings) {
      const { device_id, parent_id } = reading
      if (parent_id === undefined || !isMeasuring(reading) || this.parents.get(device_id) === parent_id) continue
      if (this.parents.size >= MOST_OUTLETS && !this.parents.has(device_id)) continue
      this.parents.set(device_id, parent_id)
      isNews = true
    }
    if (isNews) void this.save()
  }

  dirty(tier: string): readonly DirtyStretch[] {
    return this.stretches.get(tier)?.list() ?? []
  }

  async clean(tier: string, stretches: readonly DirtyStretch[]): Promise<void> {
    this.stretches.get(tier)?.remove(stretches)
    await this.save()
  }

  /** Readings have come late. Resolves when their marks are on disk. @param late by tier */
  async mark(late: ReadonlyMap<string, readonly DirtyStretch[]>): Promise<void> {
    let isMore = false
    for (const [tier, stretches] of late) {
      const known = this.stretches.get(tier) ?? new DirtyStretches()
      this.stretches.set(tier, known)
      isMore = known.add(stretches) || isMore
    }
    // What was marked before may still be on its way to the disk, or has not reached it.
    await (isMore ? this.save() : this.saving.catch(() => this.save()))
  }

  /** Another Node.js may have made the plan: what is there can still be read. */
  private inKnownZone(plan: TierPlan): TierPlan {
    try {
      return { ...plan, time_zone: new TimeZone(plan.time_zone).name }
    } catch {
      const name = plan.time_zone
      this.trouble = `This Node.js does not know the time zone ${name} of the tiers; they are read as if it were UTC until retention names another`
      return { ...plan, time_zone: 'UTC' }
    }
  }

  private put(tier: string, watermark: number | undefined): void {
    if (watermark === undefined) this.watermarks.delete(tier)
    else this.watermarks.set(tier, watermark)
  }

  /** @throws MonitorError `DATABASE_UNAVAILABLE`, `CLOSED` */
  private save(): Promise<void> {
    const saving = this.write()
    this.saving = saving
    // Who marks next hears of it.
    saving.catch(() => {})
    return saving
  }

  private async write(): Promise<void> {
    if (!this.isRunning) throw new MonitorError('CLOSED', 'The database is closed')
    const isOnDisk = await this.file.write(() =>
      serialiseTiers({
        plan: this.plan,
        raw_expired_before: this.raw_expired_before,
        parents: this.parents,
        watermarks: this.watermarks,
        dirty: new Map([...this.stretches].map(([tier, stretches]) => [tier, stretches.list()])),
      }),
    )
    if (isOnDisk) return
    throw this.fault ?? new MonitorError('DATABASE_UNAVAILABLE', 'What is known of tiers cannot be written')
  }
}
