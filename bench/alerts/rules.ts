import type { Reading } from '../../src/domain/reading'

/** What the rules are for: each for a device of its own, or all of them for every device. */
export const SPREADS = ['own', 'every'] as const
export type Spread = (typeof SPREADS)[number]

export const LIMIT_W = 2000
export const FOR_S = 60

/** So many devices have their own rules; where all rules are for every device, there are few. */
export const DEVICES: Readonly<Record<Spread, number>> = { own: 1000, every: 10 }

export function deviceId(index: number): string {
  return `device-${index}`
}

/** Power over a limit for a minute, as the dialog would save it. */
export function rulesOf(spread: Spread, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `rule-${index}`,
    devices: [spread === 'own' ? deviceId(index) : '*'],
    condition: { kind: 'above', key: 'power_w', value: limitOf(spread, index) },
    for_s: FOR_S,
  }))
}

/** Rules for every device have limits of their own, so that none of them is for nothing. */
export function limitOf(spread: Spread, index: number): number {
  return spread === 'own' ? LIMIT_W : LIMIT_W + index
}

/** In turn one device after the other; one reading in twenty is over every limit, and the next one of the device is not. */
export class ReadingSource {
  private next = 0

  constructor(private readonly devices: number) {}

  take(timestamp: number): Reading {
    const index = this.next++
    const round = Math.floor(index / this.devices)
    const device = index % this.devices
    const isHigh = (round + device) % 20 === 0
    return {
      device_id: deviceId(device),
      alias: `Device ${device}`,
      model: 'KP115(EU)',
      host: '127.0.0.1',
      timestamp,
      on: true,
      power_w: isHigh ? 4000 : 100 + (index % 7),
      voltage_v: 230,
      current_a: 0.5,
      energy_kwh: index / 1e6,
      latency_ms: 5,
      source: 'poll',
      quality: 'good',
    }
  }
}
