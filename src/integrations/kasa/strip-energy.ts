import type { Energy, Statistics } from './readings'

type Measurement = Energy & Statistics
const SUMMED = ['power_w', 'current_a', 'energy_total_kwh', 'energy_today_kwh', 'energy_month_kwh'] as const

/**
 * What a strip uses: the sum of its outlets, and the mean of their voltages. A value stands only where every outlet has
 * said it.
 */
export function stripEnergy(outlets: readonly (Measurement | undefined)[]): Measurement {
  const energy: Measurement = {}
  for (const key of SUMMED) {
    const value = sum(outlets, key)
    if (value !== undefined) energy[key] = rounded(value)
  }
  const voltages = sum(outlets, 'voltage_v')
  if (voltages !== undefined) energy.voltage_v = rounded(voltages / outlets.length)
  return energy
}

function sum(outlets: readonly (Measurement | undefined)[], key: keyof Measurement): number | undefined {
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
