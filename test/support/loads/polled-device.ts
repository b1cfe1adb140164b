import type { TimeRange } from '../../../src/database/history/record-source'
import type { Random } from '../../../src/domain/clock'
import type { Reading } from '../../../src/domain/reading'
import { AdaptiveInterval } from '../../../src/polling/adaptive-interval'
import { LifetimeEnergy } from '../../../src/polling/lifetime-energy'
import { aReading } from '../database-samples'
import type { Load } from './load'

/** Power holds so many intervals where the poller integrates it. */
const INTERVALS_BRIDGED = 3

/**
 * Where a reading has energy from. `lifetime`: from our poller, which makes it of the device's counter. `device`: from the
 * device alone, as flows of a user's own write it. `none`: a meter without a counter.
 */
export type Counter = 'lifetime' | 'device' | 'none'

export interface PolledDeviceOptions {
  readonly device_id: string
  readonly load: Load
  readonly counter: Counter
  /** In these nobody hears of it; it counts on. */
  readonly outages?: readonly TimeRange[]
  /** At these the device's counter begins anew. */
  readonly resets?: readonly number[]
  /** Share of readings that say what cannot be. */
  readonly suspect?: number
  /** In these it answers without its meter; shorter than the gap: see `Counter` in src/database/roll-up. */
  readonly mute?: readonly TimeRange[]
  readonly random: Random
}

/** What a device says of its load when it is polled as our poller does, by a counter in steps of 1 Wh. */
export function* polled(options: PolledDeviceOptions): Generator<Reading> {
  const { device_id, load, counter, outages = [], mute = [], suspect = 0, random } = options
  const interval = new AdaptiveInterval()
  const energy = new LifetimeEnergy()
  let wait_ms = Math.floor(60_000 * random())
  for (let at = load.range.from + wait_ms; at < load.range.to; at += wait_ms) {
    const outage = outages.find((range) => isWithin(range, at))
    if (outage !== undefined) at = outage.to + Math.floor(30_000 * random())
    const power_w = load.power_w(at)
    if (mute.some((range) => isWithin(range, at))) {
      yield aReading({ device_id, timestamp: at, on: power_w !== 0, rssi_dbm: -61 })
    } else if (random() < suspect) {
      yield aReading({ device_id, timestamp: at, power_w: 65_535, energy_total_kwh: 4_294_967, quality: 'suspect' })
    } else {
      const reading = aReading({ device_id, timestamp: at, on: power_w !== 0, power_w })
      if (counter !== 'none') reading.energy_total_kwh = shownAt(options, at) / 1000
      if (counter === 'lifetime') count(energy, reading, wait_ms)
      yield reading
    }
    wait_ms = Math.floor(interval.observe({ at, power_w, on: power_w !== 0 }))
  }
}

/** As the intake of our poller does it. */
function count(energy: LifetimeEnergy, reading: Reading, wait_ms: number): void {
  energy.observe(reading, reading.timestamp, wait_ms * INTERVALS_BRIDGED)
  if (energy.total_kwh !== undefined) reading.energy_kwh = Math.round(energy.total_kwh * 1e6) / 1e6
}

/** What the device's counter shows, in whole Wh. */
function shownAt({ load, resets = [] }: PolledDeviceOptions, moment: number): number {
  const since = resets.findLast((reset) => reset <= moment)
  // The first one has been in use before.
  const before_wh = since === undefined ? 12_345 : 0
  return before_wh + Math.floor(1000 * load.energy_kwh(since ?? load.range.from, moment) + 1e-9)
}

function isWithin({ from, to }: TimeRange, moment: number): boolean {
  return moment >= from && moment < to
}
