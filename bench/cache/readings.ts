import type { Reading } from '../../src/domain/reading'

/** What an energy plug says: some 300 bytes of JSON. */
export function readingOf(device: number, step = 0): Reading {
  return {
    device_id: deviceId(device),
    alias: `Plug ${device}`,
    model: 'KP115(EU)',
    host: `192.168.${device >> 8}.${device & 255}`,
    timestamp: 1_767_600_000_000 + step * 1000,
    on: true,
    power_w: 40 + ((step * 7) % 1000) / 10,
    voltage_v: 230 + ((step * 3) % 50) / 10,
    current_a: 0.2 + ((step * 11) % 500) / 1000,
    energy_kwh: 12 + step / 1000,
    energy_total_kwh: 12 + step / 1000,
    rssi_dbm: -52,
    latency_ms: 14.2,
    source: 'poll',
    quality: 'good',
  }
}

export const deviceId = (device: number): string => `8006${device.toString(16).toUpperCase().padStart(36, '0')}`

const SHUFFLED = 65_536
const SKEW = 3
/** Of the generator of MINSTD, whose numbers are the same in every run. */
const [FACTOR, MODULUS] = [48_271, 2_147_483_647] as const

/** Indices below `count`, the low ones far more often: half of them are of an eighth. */
export function skewedIndices(count: number): Uint32Array {
  let state = 1
  return Uint32Array.from({ length: SHUFFLED }, () => {
    state = (state * FACTOR) % MODULUS
    return Math.floor(count * (state / MODULUS) ** SKEW)
  })
}
