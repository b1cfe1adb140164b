import type { Clock } from '../../domain/clock'
import { EnergyMeter } from '../energy-meter'
import { constantPower } from '../power-source'
import type { Power } from './options'

export function meterFor(options: { power?: Power; counter_wh?: number }, clock: Clock): EnergyMeter {
  const power = options.power ?? 0
  const source = typeof power === 'number' ? constantPower(power) : power
  return new EnergyMeter(clock, source, options.counter_wh ?? 0)
}
