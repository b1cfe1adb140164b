import { LineEncoder } from '../../src/database/line-protocol/line-encoder'
import type { Lines } from '../../src/database/store'
import type { Reading } from '../../src/domain/reading'
import { seededRandom } from '../../src/simulator/seeded-random'
import { APPLIANCES, type Appliance } from '../../test/support/loads/appliances'
import { SteppedLoad } from '../../test/support/loads/load'
import { polled } from '../../test/support/loads/polled-device'

const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** So many loads are played; the devices beyond are like one of them. */
const LOADS = 40
const LINES_AT_A_TIME = 5000
/** What a counter tells; what feeds in is not in the comparison. */
const NAMES = (Object.keys(APPLIANCES) as Appliance[]).filter((name) => name !== 'solar')

/** The day that is rolled up, a few days ago: servers take nothing of another age for granted. */
export const START = Math.floor(Date.now() / DAY - 3) * DAY
const RANGE = { from: START - 10 * MINUTE, to: START + DAY + 10 * MINUTE }

/** A load that is known exactly, and what its plug says at the adaptive interval. */
export interface Played {
  readonly load: SteppedLoad
  readonly readings: readonly Reading[]
}

export function played(devices: number): Played[] {
  return Array.from({ length: Math.min(LOADS, devices) }, (_, index) => {
    const random = seededRandom(index)
    const appliance = NAMES[index % NAMES.length] as Appliance
    const load = new SteppedLoad(RANGE, APPLIANCES[appliance](random))
    const readings = [...polled({ device_id: '', load, counter: 'lifetime', random })]
    return { load, readings: readings.map((reading) => ({ ...reading, ...besides(reading) })) }
  })
}

/** What a plug says beside switch, power and counters. */
function besides({ timestamp, power_w = 0 }: Reading): Partial<Reading> {
  const voltage_v = 230 + (timestamp % 37) / 10
  const current_a = Math.round((1000 * power_w) / voltage_v) / 1000
  return { voltage_v, current_a, rssi_dbm: -60 - (timestamp % 5), latency_ms: 8 + (timestamp % 90) / 10 }
}

export function deviceId(device: number): string {
  return `8006E1A5F3B7C2D4${10_000 + device}`
}

/** The day of all devices, as lines on their way to a store. */
export function* linesOf(loads: readonly Played[], devices: number): Generator<Lines> {
  const encoder = new LineEncoder()
  let texts: string[] = []
  for (let device = 0; device < devices; device++) {
    const own = { device_id: deviceId(device), alias: `Plug ${device}`, model: 'KP115(EU)', host: '192.168.0.100' }
    for (const reading of loads[device % loads.length]?.readings ?? []) {
      texts.push(encoder.reading({ ...reading, ...own }))
      if (texts.length < LINES_AT_A_TIME) continue
      yield { text: Buffer.from(texts.join('')), count: texts.length }
      texts = []
    }
  }
  if (texts.length > 0) yield { text: Buffer.from(texts.join('')), count: texts.length }
}
