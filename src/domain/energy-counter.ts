import { MEASURED_FIELDS } from './reading'

/** Counters step by up to this much, and wander by as much without meaning it. */
export const STEP_KWH = 0.01
/** No device takes more than its physical range, with a margin for clocks that differ. */
export const MOST_KW = (MEASURED_FIELDS.power_w.maximum / 1000) * 1.5
/** A fall to less than this part is the start of a new cycle; a smaller one is noise, or an old value come again. */
export const DIP = 0.9
/** What meters that show whole kilowatt-hours rise by at once. */
const COARSEST_STEP_KWH = 1
const HOUR_MS = 3_600_000

/**
 * What was used between two looks at a counter, kWh; undefined where the counter cannot tell: it has risen more than anything
 * takes in that time, as it does after a false low value, or fallen to what cannot have been used since. A fall within its
 * noise is taken back, because the rise that makes up for it is counted as well.
 */
export function usedBetween(before_kwh: number, after_kwh: number, elapsed_ms: number): number | undefined {
  const most_kwh = (elapsed_ms / HOUR_MS) * MOST_KW
  const rise_kwh = after_kwh - before_kwh
  if (rise_kwh >= 0) return rise_kwh <= most_kwh + COARSEST_STEP_KWH ? rise_kwh : undefined
  if (beginsAnew(before_kwh, after_kwh)) return after_kwh <= most_kwh + STEP_KWH ? after_kwh : undefined
  return rise_kwh >= -STEP_KWH ? rise_kwh : undefined
}

export function beginsAnew(before_kwh: number, after_kwh: number): boolean {
  return after_kwh < before_kwh * DIP
}
