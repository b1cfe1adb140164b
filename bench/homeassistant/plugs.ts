import type { Device } from '../../src/domain/device'
import type { Reading } from '../../src/domain/reading'

const REGULAR = { model: 'KP115(EU)', host: '127.0.0.1' } as const

/** So many metered plugs, as a fleet describes them. */
export function plugs(count: number): Device[] {
  return Array.from({ length: count }, (_, index): Device => ({
    ...REGULAR,
    device_id: deviceId(index),
    alias: `Plug ${index}`,
    kind: 'plug',
    integration: 'kasa',
    features: ['relay', 'energy', 'led', 'countdown'],
  }))
}

/** The reading of a plug in a round; its power is another one each time. */
export function plugReading(index: number, round: number): Reading {
  return {
    ...REGULAR,
    device_id: deviceId(index),
    alias: `Plug ${index}`,
    timestamp: Date.now(),
    on: true,
    power_w: 100 + ((index + 7 * round) % 50),
    voltage_v: 230 + (round % 3) / 10,
    current_a: 0.43,
    energy_kwh: 12 + round / 1000,
    energy_today_kwh: 1 + round / 1000,
    energy_month_kwh: 11 + round / 1000,
    energy_total_kwh: 100 + round / 1000,
    rssi_dbm: -60,
    latency_ms: 6,
    source: 'poll',
    quality: 'good',
  }
}

function deviceId(index: number): string {
  return `8006${index.toString(16).padStart(36, '0')}`.toUpperCase()
}
