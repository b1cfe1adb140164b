import type { FieldRollUp, RollUp } from '../tiers/roll-up'
import { FINEST_STEP_KWH } from './counter-step'
import { ENERGY_SCALE, quantised, scalesOf } from './quantised'

/** A rise of so many is right to 1 %: what it shows is up to a step too little at either end. */
const EXACT_STEPS = 100
/**
 * A counter misses nothing that polls know of. In 96 days of appliances it rose by up to six times what polls knew of, and never by
 * less than 94 %: where it rises by less than this part, it counts something else, or has come to its end.
 */
const LEAST_PART = 0.8
const W_S_PER_KWH = 3.6e6
const MS_PER_S = 1000

/** What mean power goes by, in the steps that rows have, so that rows of readings, rows of rows and history decide alike. */
export type CountedRow = Pick<
  RollUp,
  'duration_ms' | 'energy_kwh' | 'energy_source' | 'energy_integral_kwh' | 'energy_step_kwh' | 'resets'
>
type Held = Pick<FieldRollUp, 'minimum' | 'maximum' | 'held_s'>

/**
 * Mean power by the counter, which sees what comes and goes between two polls. Undefined where polls know as much or more: power is
 * not known all the time, the counter began anew, it shows too few steps, or it says what power cannot have been.
 */
export function countedPower_w(row: CountedRow, power: Held): number | undefined {
  const { energy_kwh, energy_integral_kwh, energy_step_kwh } = row
  if (energy_kwh === undefined || energy_integral_kwh === undefined || energy_step_kwh === undefined) return undefined
  if (row.energy_source !== 'counter' || row.resets > 0) return undefined
  if (Math.round(power.held_s * MS_PER_S) !== row.duration_ms || power.minimum < 0) return undefined
  const more_kwh = quantised(energy_kwh - energy_integral_kwh, ENERGY_SCALE)
  if (energy_kwh + energy_step_kwh < LEAST_PART * energy_integral_kwh) return undefined
  // Below that many steps it is better only where power is off by more than what it does not show.
  const isBetter = energy_step_kwh <= FINEST_STEP_KWH && Math.abs(more_kwh) > energy_step_kwh
  if (energy_kwh < EXACT_STEPS * energy_step_kwh && !isBetter) return undefined
  const scales = scalesOf('power_w')
  const mean_w = quantised((energy_kwh * W_S_PER_KWH) / power.held_s, scales.mean)
  const [minimum_w, maximum_w] = [power.minimum, power.maximum].map((value) => quantised(value, scales.value))
  return mean_w >= (minimum_w as number) && mean_w <= (maximum_w as number) ? mean_w : undefined
}

/** With the counter's mean of power, where there is one. */
export function withCountedPower(fields: RollUp['fields'], row: CountedRow): RollUp['fields'] {
  const { power_w } = fields
  const mean = power_w && countedPower_w(row, power_w)
  return power_w === undefined || mean === undefined ? fields : { ...fields, power_w: { ...power_w, mean } }
}

/** Mean power of a row by what was polled alone, each value holding until the next. */
export function heldPower_w(row: CountedRow, power: FieldRollUp): number {
  if (countedPower_w(row, power) === undefined) return power.mean
  return ((row.energy_integral_kwh ?? 0) * W_S_PER_KWH) / power.held_s
}
