import { type ErrorCode, MonitorError } from '../../../domain/errors'
import { TIMESTAMP_RANGE } from '../../../domain/reading'
import { longestMs } from '../../../domain/local-buckets'
import { tierMeasurement } from '../../history/measurements'
import type { Measurement } from '../../history/record-source'
import { READING } from '../../line-protocol/line'
import type { Tier, TierPlan } from '../../tiers/tier'
import type { Preparation, ServerRetention, TierStore } from '../../tiers/tier-store'
import { daysText } from '../retention-advice'
import type { Retention_ms, TierPlace, TierPlaces } from './tier-place'

const DAY_MS = 86_400_000
/** What a person has to mend at the server; tiers may do without. */
const BY_HAND: ReadonlySet<ErrorCode> = new Set([
  ...(['DATABASE_LOGIN_REFUSED', 'DATABASE_MISSING', 'DATABASE_UNSUPPORTED'] as const),
])

/** What is to become of one place. */
interface Wish {
  readonly place: TierPlace
  readonly measurement: Measurement
  readonly wanted: Retention_ms
  readonly may_change: boolean
}

export interface PlacePreparationOptions {
  readonly places: TierPlaces
  readonly expiry: TierStore['expiry']
  /** `examine`: it is only told what a person has to do, and what would be changed. */
  readonly purpose: 'prepare' | 'examine'
  readonly now: () => number
}

/** See `TierStore.prepare`. */
export class PlacePreparation {
  constructor(private readonly given: PlacePreparationOptions) {}

  async prepare(plan: TierPlan, retention: ServerRetention): Promise<Preparation> {
    const findings: string[] = []
    for (const tier of plan.tiers) findings.push(...(await this.unlessByHand(this.tierWish(tier, retention))))
    return { ...(await this.raw(plan, retention, findings)), findings }
  }

  private tierWish({ name, bucket, keep_days }: Tier, { set_up, margin_days }: ServerRetention): Wish {
    // A row is stamped with the beginning of its bucket, and lives from the end of it.
    const life_ms = (keep_days + margin_days) * DAY_MS + longestMs(bucket)
    const wanted = keep_days === 0 ? undefined : life_ms
    return {
      place: this.given.places.of(name),
      measurement: tierMeasurement(name),
      wanted,
      may_change: set_up !== 'nothing',
    }
  }

  private async raw(
    { raw_keep_days }: TierPlan,
    { set_up, margin_days }: ServerRetention,
    findings: string[],
  ): Promise<Pick<Preparation, 'raw_retention_ms'>> {
    const wanted = raw_keep_days === 0 ? undefined : (raw_keep_days + margin_days) * DAY_MS
    const place = this.given.places.raw
    const wish: Wish = { place, measurement: READING, wanted, may_change: set_up === 'everything' }
    findings.push(...(await this.unlessByHand(wish)))
    const state = await place.look().catch((thrown: unknown) => {
      // It is among the findings already.
      if (isByHand(thrown)) return undefined
      throw thrown
    })
    return state?.retention_ms === undefined ? {} : { raw_retention_ms: state.retention_ms }
  }

  private async unlessByHand(wish: Wish): Promise<string[]> {
    try {
      return await (wish.measurement === READING ? this.prepareRaw(wish) : this.prepareTier(wish))
    } catch (thrown) {
      if (!isByHand(thrown)) throw thrown
      return [`${wish.place.name} could not be looked at or set up. ${thrown.message}. ${handed(wish, true)}`]
    }
  }

  private async prepareTier(wish: Wish): Promise<string[]> {
    const { place, wanted, may_change } = wish
    const state = await place.look()
    if (state) return state.retention_ms === wanted ? [] : this.change(wish, state.retention_ms)
    if (!may_change) return [`${place.name} is not there. ${handed(wish, false)}`]
    if (this.given.purpose === 'examine') return []
    try {
      await place.create(wanted)
      return []
    } catch (thrown) {
      if (!isByHand(thrown)) throw thrown
      return [`${place.name} could not be made. ${thrown.message}. ${handed(wish, false)}`]
    }
  }

  private async prepareRaw(wish: Wish): Promise<string[]> {
    const { place, wanted, may_change } = wish
    const state = await place.look()
    if (!state)
      return [`${place.name} is not there, or not shown to this login: how long it keeps raw readings is not known`]
    const { retention_ms } = state
    const isShorter = (retention_ms ?? Infinity) < (wanted ?? Infinity)
    const isLonger = (retention_ms ?? Infinity) > (wanted ?? Infinity)
    if (may_change && (isShorter || isLonger)) return this.change(wish, retention_ms)
    if (isShorter) return [`${place.name} keeps raw readings for ${told(retention_ms)} only. ${handed(wish, true)}`]
    if (!isLonger || this.given.expiry === 'us') return []
    return [
      `${place.name} keeps raw readings for ${told(retention_ms)}, and nothing can be deleted there. ${handed(wish, true)}`,
    ]
  }

  private async change(wish: Wish, retention_ms: Retention_ms): Promise<string[]> {
    const { place, wanted, measurement, may_change } = wish
    const finding = `${place.name} keeps what is in it for ${told(retention_ms)}, not for ${told(wanted)}`
    if (!may_change || !place.setRetention) return [`${finding}. ${handed(wish, true)}`]
    const foreign = await foreignIn(place, measurement)
    if (foreign !== undefined) return [`${finding}; that is not changed, because ${foreign}`]
    const oldest = await this.oldest(wish)
    // It would delete at once what may not be rolled up yet.
    if (wanted !== undefined && oldest !== undefined && oldest < this.given.now() - wanted) {
      return [`${finding}; that is changed as soon as nothing older is left there`]
    }
    if (this.given.purpose === 'examine') return [`${finding}; that would be changed`]
    await place.setRetention(wanted)
    return []
  }

  private oldest({ place, measurement }: Wish): Promise<number | undefined> {
    const ever = { from: TIMESTAMP_RANGE.minimum, to: TIMESTAMP_RANGE.maximum + 1 }
    return place.records.first({ measurement, device_ids: [], ...ever }, 'oldest-first')
  }
}

/** What is too much to look through in time counts as foreign: nothing but this depends on it. */
async function foreignIn(place: TierPlace, measurement: Measurement): Promise<string | undefined> {
  try {
    const found = await place.foreign?.([measurement])
    return found === undefined ? undefined : `"${found}" is kept there as well`
  } catch (thrown) {
    if (!(thrown instanceof MonitorError) || thrown.code !== 'DATABASE_UNAVAILABLE') throw thrown
    return `what else is kept there could not be found out (${thrown.message})`
  }
}

function isByHand(thrown: unknown): thrown is MonitorError {
  return thrown instanceof MonitorError && BY_HAND.has(thrown.code)
}

function handed({ place, wanted }: Wish, isThere: boolean): string {
  return `By hand: ${place.byHand(wanted, isThere)}`
}

function told(retention_ms: Retention_ms): string {
  return retention_ms === undefined ? 'ever' : daysText(retention_ms)
}
