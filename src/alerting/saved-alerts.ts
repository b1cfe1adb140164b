import { MonitorError } from '../domain/errors'
import type { Json } from './conditions/condition'
import type { Identity } from './watching/known-subject'
import type { SavedWatch } from './watching/saved-watch'

/** A subject that rules watch. */
export interface SavedSubject extends Identity {
  readonly is_expected?: true
  /** ms since the epoch, UTC. */
  readonly heard_at: number
}

/** What a restart must not lose. What is unknown was checked by nobody yet. */
export interface SavedAlerts {
  /** Those that were sent. */
  readonly rules: unknown
  /** Rules that were enabled or disabled by a command. */
  readonly switched: readonly (readonly [rule_id: string, enabled: boolean])[]
  /** What each rule has asked its conditions, which go on where they are still asked the same. */
  readonly asked: readonly (readonly [rule_id: string, condition: Json])[]
  readonly subjects: readonly SavedSubject[]
  readonly watches: readonly SavedWatch[]
  readonly incidents: unknown
  readonly notifier: unknown
}

/**
 * Entries that are none are left out.
 * @throws MonitorError `DATABASE_INVALID` where it is something else
 */
export function readSavedAlerts(given: unknown): SavedAlerts {
  const { rules, switched, asked, subjects, watches, incidents, notifier } = recordOf(given)
  const lists = [switched, asked, subjects, watches]
  if (!lists.every(Array.isArray)) throw new MonitorError('DATABASE_INVALID', 'no list where there has to be one')
  return {
    rules,
    switched: (switched as unknown[]).filter(isSwitched),
    asked: (asked as unknown[]).filter(isAsked),
    subjects: (subjects as unknown[]).filter(isSubject),
    watches: (watches as unknown[]).filter(isWatch),
    incidents,
    notifier,
  }
}

function isSwitched(given: unknown): given is [string, boolean] {
  return Array.isArray(given) && typeof given[0] === 'string' && typeof given[1] === 'boolean'
}

function isAsked(given: unknown): given is [string, Json] {
  return Array.isArray(given) && typeof given[0] === 'string' && typeof given[1] === 'object'
}

function isSubject(given: unknown): given is SavedSubject {
  const { id, alias, model, host, parent_id, is_expected, heard_at } = recordOf(given)
  const isNamed = typeof id === 'string' && id !== '' && typeof alias === 'string'
  const isWhole = [model, host, parent_id].every((text) => text === undefined || typeof text === 'string')
  return isNamed && isWhole && (is_expected === undefined || is_expected === true) && typeof heard_at === 'number'
}

function isWatch(given: unknown): given is SavedWatch {
  const { rule_id, device_id, pending_ms, over_ms, changed_ms, rest_ms, holds } = recordOf(given)
  if (typeof rule_id !== 'string' || typeof device_id !== 'string') return false
  const durations = [pending_ms, over_ms, changed_ms, rest_ms]
  const isTimed = durations.every((duration_ms) => duration_ms === undefined || Number.isFinite(duration_ms))
  return isTimed && (holds === undefined || typeof holds === 'boolean')
}

function recordOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}
}
