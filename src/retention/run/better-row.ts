import { coversLess } from '../../database/roll-up/comparison'
import type { RollUp } from '../../database/tiers/roll-up'

/** Energy of a row that is made of others is a sum of rounded ones: of so many at most. */
const ROUNDING_KWH = 0.001

/** Made of the same readings, as far as can be told. */
function saysAsMuch(one: RollUp, other: RollUp): boolean {
  return !coversLess(one, other) && !coversLess(other, one) && Math.abs(energyOf(one) - energyOf(other)) < ROUNDING_KWH
}

/**
 * Of what raw readings say and what the finer tier says of one bucket. Raw readings are exact, as long as none of them, and not
 * the last one before the bucket either, is gone.
 */
export function betterSource(raw: RollUp, composed: RollUp): RollUp {
  return coversLess(raw, composed) || energyOf(raw) < energyOf(composed) - ROUNDING_KWH ? composed : raw
}

/** Whether a row that was made of finer rows tells more than one that may have been made of raw readings. */
export function tellsMore(composed: RollUp, old: RollUp): boolean {
  return !coversLess(composed, old) && !saysAsMuch(composed, old)
}

/** Energy that a row has, and the one made anew has not. */
export function losesEnergy(made: RollUp, old: RollUp): boolean {
  return energyOf(made) < energyOf(old) - ROUNDING_KWH / 100
}

/** By the counter, which only rises: of power, what feeds in is below 0, and less of it is no loss. */
function energyOf({ energy_kwh, energy_source }: RollUp): number {
  return energy_source === 'integral' ? 0 : (energy_kwh ?? 0)
}
