import type { Point } from '../../src/database/database'
import type { Reading } from '../../src/domain/reading'

/**
 * `reading`: 2 tags, 4 numbers and 3 texts, as this pack stores what a plug says. `numbers`: a point of a user's with 3 tags
 * and 4 numbers; texts cost influxd most.
 */
export type Shape = 'reading' | 'numbers'

const DEVICES = 50
const STEP_MS = 1000
const DAY_MS = 86_400_000

/**
 * What a household of energy plugs says, one second after the other: no two with the same device and time, each the same for
 * every contender.
 */
export class Samples {
  private index = 0
  private readonly begin = Math.floor(Date.now() / DAY_MS - 2) * DAY_MS

  constructor(readonly shape: Shape) {}

  reading(): Reading {
    const index = this.index++
    const device = index % DEVICES
    const step = Math.floor(index / DEVICES)
    return {
      device_id: `8006E1A5F3B7C2D4${1000 + device}`,
      alias: `Plug ${device}`,
      model: 'KP115(EU)',
      host: `192.168.0.${100 + device}`,
      timestamp: this.begin + step * STEP_MS,
      power_w: 40 + ((index * 7) % 1000) / 10,
      voltage_v: 230 + ((index * 3) % 50) / 10,
      current_a: 0.2 + ((index * 11) % 500) / 1000,
      energy_kwh: 12 + step / 1000,
      source: 'poll',
      quality: 'good',
    }
  }

  /** For those who know no readings. */
  point(): Point {
    const { device_id, model, timestamp, alias, host, quality, ...more } = this.reading()
    const { power_w = 0, voltage_v = 0, current_a = 0, energy_kwh = 0 } = more
    const numbers = { power_w, voltage_v, current_a, energy_kwh }
    return this.shape === 'reading'
      ? { measurement: 'reading', tags: { device_id, model }, fields: { alias, host, quality, ...numbers }, timestamp }
      : { measurement: 'plug', tags: { device_id, model, alias }, fields: numbers, timestamp }
  }

  points(count: number): Point[] {
    return Array.from({ length: count }, () => this.point())
  }

  readings(count: number): Reading[] {
    return Array.from({ length: count }, () => this.reading())
  }
}
