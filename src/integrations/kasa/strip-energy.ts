import type { Energy } from './readings'

/**
 * What a strip uses: the sum of its outlets, and the mean of their voltages. A value stands only where every outlet has
 * said it.
 */
export function stripEnergy(outlets: readonly (Energy | undefined)[]): Energy {
  const energy: Energy = {}
  const power_w = sum(outlets, 'power_w')
  const energy_total_kwh = sum(outlets, 'energy_total_kwh')
  const voltages = sum(outlets, 'voltage_v')
  if (power_w !== undefined) energy.power_w = rounded(power_w)
  if (energy_total_kwh !== undefined) energy.energy_total_kwh = rounded(energy_total_kwh)
  if (voltages !== undefined) energy.voltage_v = rounded(voltages / outlets.length)
  return energy
}

function sum(outlets: readonly (Energy | undefined)[], key: keyof Energy): number | undefined {
  if (outlets.length === 0) return undefined
  let total = 0
  for (const outlet of outlets) {
    const value = outlet?.[key]
    if (value === undefined) return undefined
    total += value
  }
  return total
}

/** Meters count in thousandths; what lies beyond comes from adding fractions. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
