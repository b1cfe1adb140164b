import type { Json } from '../conditions/condition'
import type { Raised } from '../incidents/occurrence'
import { GroupSubject } from './group-subject'
import type { Moment } from './subject'
import type { Watch } from './watch'

/** What was pending before a longer break has to begin anew: nobody knows what was meanwhile. */
const SHORT_BREAK_MS = 120_000

/** What a watch goes on with after a restart. Moments are ms since the epoch, UTC. */
export interface SavedWatch {
  readonly rule_id: string
  readonly device_id: string
  readonly pending_ms?: number
  /** Recovering: since when it is over. */
  readonly over_at?: number
  /** Flapping: when it came or went last, and whether it holds. */
  readonly changed_at?: number
  readonly holds?: boolean
  /** Nothing is raised before. */
  readonly rested_at?: number
  readonly condition?: Json
  readonly group?: Json
}

/** undefined: it is as though it were new. */
export function saveWatch(watch: Watch, { now_ms, wall_ms }: Moment): SavedWatch | undefined {
  const { rule, subject, condition, phase } = watch
  const { state, flapping, since_ms, changed_ms, rested_ms, holds } = phase
  const wallOf = (at_ms: number) => Math.round(wall_ms - now_ms + at_ms)
  const saved = condition.save()
  const kept = {
    ...(state === 'pending' && { pending_ms: Math.round(phase.pendingFor(now_ms)) }),
    ...(state === 'recovering' && { over_at: wallOf(since_ms) }),
    ...(flapping && { changed_at: wallOf(changed_ms), holds }),
    ...(rested_ms > now_ms && { rested_at: wallOf(rested_ms) }),
    ...(saved !== undefined && { condition: saved }),
    ...(subject instanceof GroupSubject && { group: subject.save() }),
  }
  if (!phase.isOpen && Object.keys(kept).length === 0) return undefined
  return { rule_id: rule.id, device_id: subject.id, ...kept }
}

/** What was there before, as far as it still fits. */
export interface Before {
  readonly saved: SavedWatch | undefined
  /** ms since the epoch, UTC. */
  readonly saved_at: number
  /** What the incident says that is open. */
  readonly raised: Raised | undefined
  /** The rule asks the same as before. */
  readonly isSame: boolean
}

/** Before the watch starts. Time that has passed meanwhile is known by the wall clock alone. */
export function resumeWatch(watch: Watch, { saved, saved_at, raised, isSame }: Before, moment: Moment): void {
  const { rule, phase, subject, condition } = watch
  const { now_ms, wall_ms } = moment
  const agoOf = (at: number | undefined) => now_ms - Math.max(0, wall_ms - (at ?? wall_ms))
  if (subject instanceof GroupSubject && saved?.group !== undefined) subject.restore(saved.group)
  if (isSame && saved?.condition !== undefined) condition.restore(saved.condition, moment)
  if (saved?.rested_at !== undefined) {
    phase.rested_ms = now_ms + Math.min(Math.max(0, saved.rested_at - wall_ms), rule.cooldown_s * 1000)
  }
  if (raised !== undefined) watch.resume(raised.raised)
  if (raised?.flapping === true) phase.resumeFlapping(saved?.holds ?? true, agoOf(saved?.changed_at), raised.level)
  else if (raised !== undefined) phase.resume(raised.state, raised.level, agoOf(saved?.over_at))
  else if (isSame && saved?.pending_ms !== undefined && wall_ms - saved_at <= SHORT_BREAK_MS) {
    phase.resumePending(Math.max(0, saved.pending_ms), now_ms + SHORT_BREAK_MS)
  }
}
