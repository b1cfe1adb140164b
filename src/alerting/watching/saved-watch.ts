import type { Json } from '../conditions/condition'
import type { Raised } from '../incidents/occurrence'
import { GroupSubject } from './group-subject'
import type { Moment } from './subject'
import type { Watch } from './watch'

/** What was pending before a longer break has to begin anew: nobody knows what was meanwhile. */
const SHORT_BREAK_MS = 120_000

/** What a watch goes on with after a restart. Durations are those up to the moment at which it was saved. */
export interface SavedWatch {
  readonly rule_id: string
  readonly device_id: string
  readonly pending_ms?: number
  /** Recovering: for how long it has been over. */
  readonly over_ms?: number
  /** Flapping: how long ago it came or went last, and whether it holds. */
  readonly changed_ms?: number
  readonly holds?: boolean
  /** For how long nothing is raised yet. */
  readonly rest_ms?: number
  readonly condition?: Json
  readonly group?: Json
}

/** undefined: it is as though it were new. */
export function saveWatch(watch: Watch, moment: Moment): SavedWatch | undefined {
  const { rule, subject, condition, phase } = watch
  const { state, flapping, since_ms, changed_ms, rested_ms, holds } = phase
  const { now_ms } = moment
  const saved = condition.save(moment)
  const kept = {
    ...(state === 'pending' && { pending_ms: Math.round(phase.pendingFor(now_ms)) }),
    ...(state === 'recovering' && { over_ms: Math.round(now_ms - since_ms) }),
    ...(flapping && { changed_ms: Math.round(now_ms - changed_ms), holds }),
    ...(rested_ms > now_ms && { rest_ms: Math.round(rested_ms - now_ms) }),
    ...(saved !== undefined && { condition: saved }),
    ...(subject instanceof GroupSubject && { group: subject.save() }),
  }
  if (!phase.isOpen && Object.keys(kept).length === 0) return undefined
  return { rule_id: rule.id, device_id: subject.id, ...kept }
}

/** What was there before, as far as it still fits. */
export interface Before {
  readonly saved: SavedWatch | undefined
  /** By the monotonic clock of now. */
  readonly saved_ms: number
  /** What the incident says that is open. */
  readonly raised: Raised | undefined
  /** The rule asks the same as before. */
  readonly isSame: boolean
}

/** Before the watch starts. */
export function resumeWatch(watch: Watch, { saved, saved_ms, raised, isSame }: Before, now_ms: number): void {
  const { rule, phase, subject, condition } = watch
  const before = (lasted_ms: number | undefined) =>
    lasted_ms === undefined ? now_ms : saved_ms - Math.max(0, lasted_ms)
  if (subject instanceof GroupSubject && saved?.group !== undefined) subject.restore(saved.group)
  if (isSame && saved?.condition !== undefined) condition.restore(saved.condition, saved_ms)
  if (saved?.rest_ms !== undefined) phase.rested_ms = saved_ms + Math.min(saved.rest_ms, rule.cooldown_s * 1000)
  if (raised !== undefined) watch.resume(raised.raised)
  if (raised?.flapping === true) phase.resumeFlapping(saved?.holds ?? true, before(saved?.changed_ms), raised.level)
  else if (raised !== undefined) phase.resume(raised.state, raised.level, before(saved?.over_ms))
  else if (isSame && saved?.pending_ms !== undefined && now_ms - saved_ms <= SHORT_BREAK_MS) {
    phase.resumePending(Math.max(0, saved.pending_ms), now_ms + SHORT_BREAK_MS)
  }
}
