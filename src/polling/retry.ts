import type { Random } from '../domain/clock'

/** Ends of the pause after a failed poll, in ms; others have a maximum of their own. */
export const BACK_OFF = { minimum_ms: 1000, maximum_ms: 300_000 } as const

/**
 * Milliseconds to wait after so many failures in a row. Exponential with full jitter: devices that failed together (a
 * power cut, a dead access point) do not come back together.
 */
export function backOff(failures: number, random: Random, maximum_ms: number = BACK_OFF.maximum_ms): number {
  const { minimum_ms } = BACK_OFF
  const ceiling_ms = Math.min(maximum_ms, minimum_ms * 2 ** failures)
  return minimum_ms + random() * (ceiling_ms - minimum_ms)
}

/** How often a host that refuses to be read is asked whether it still does: by itself, and where a person asks. */
export const REFUSAL = { probe_ms: 900_000, person_ms: 60_000 } as const
const SPREAD = 0.2

/** Milliseconds to wait after a refusal: spread, so that hosts which refused together are not asked together for ever. */
export function refusalPause(random: Random): number {
  return Math.round(REFUSAL.probe_ms * (1 - SPREAD + 2 * SPREAD * random()))
}
