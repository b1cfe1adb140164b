import { choice, parseOptions, whole, type ValuesOf } from '../domain/options'
import { invalid } from '../domain/errors'
import { TimeZone } from '../domain/time-zone'
import type { TierPlan } from '../database/tiers/tier'
import type { ServerRetention } from '../database/tiers/tier-store'
import { checkLives, DEFAULT_TIERS, parseTiers } from './tier-rows'

const MINUTE_MS = 60_000

/** Every setting of retention but the tiers themselves, with its range and default. */
export const RETENTION_OPTIONS = {
  raw_keep_days: whole(0, 3650, 7, 'How long raw readings are kept; 0: for ever'),
  delay_minutes: whole(
    0,
    1440,
    5,
    'How long after the end of a bucket it is rolled up: what comes within it is not late',
  ),
  maximum_mb: whole(0, 1_000_000, 0, 'Size that the file may reach before raw readings are kept less long, MB; 0: any'),
  server_retention: choice<ServerRetention['set_up']>(
    ['tiers', 'everything', 'nothing'],
    'For what servers are told how long they keep it',
  ),
  margin_days: whole(0, 365, 2, 'How much longer than needed a server keeps anything, days'),
  lag_hours: whole(1, 8760, 24, 'From when on it is an alarm that what is due is not rolled up'),
} as const

export type RetentionOptions = ValuesOf<typeof RETENTION_OPTIONS> & Pick<TierPlan, 'tiers' | 'time_zone'>

/**
 * What was given, the rest by default. `tiers`: a list of `TierRow`, the finest first; `time_zone`: IANA name, blank or absent:
 * that of the machine.
 * @throws MonitorError `CONFIG_INVALID` naming the setting (`tiers[1].bucket`), its value and what is allowed
 */
export function parseRetentionOptions(given: Readonly<Record<string, unknown>>): RetentionOptions {
  const options = parseOptions(RETENTION_OPTIONS, given)
  const tiers = parseTiers(given.tiers ?? DEFAULT_TIERS)
  checkLives({ ...options, tiers }, options.delay_minutes * MINUTE_MS)
  return { ...options, tiers, time_zone: parseZone(given.time_zone ?? '') }
}

export function planOf({ raw_keep_days, tiers, time_zone }: RetentionOptions): TierPlan {
  return { raw_keep_days, tiers, time_zone }
}

export function serverRetentionOf({ server_retention: set_up, margin_days }: RetentionOptions): ServerRetention {
  return { set_up, margin_days }
}

function parseZone(given: unknown): string {
  if (typeof given !== 'string') {
    throw invalid('CONFIG_INVALID', 'time_zone', given, 'the name of a time zone such as Europe/Berlin')
  }
  return new TimeZone(given === '' ? undefined : given).name
}
