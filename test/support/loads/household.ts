import type { TimeRange } from '../../../src/database/history/record-source'
import type { Reading } from '../../../src/domain/reading'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { APPLIANCES, type Appliance } from './appliances'
import { SteppedLoad } from './load'
import { polled, type Counter, type PolledDeviceOptions } from './polled-device'
import { Truth } from './truth'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface HouseholdDevice {
  readonly readings: readonly Reading[]
  readonly truth: Truth
}

type Faults = Pick<PolledDeviceOptions, 'outages' | 'resets' | 'mute' | 'suspect'>

interface Member {
  readonly appliance: Appliance
  readonly counter: Counter
  /** @param from of the range */
  readonly faults?: (from: number) => Faults
}

/** Somebody pulls the plug, the router is away over midnight, devices forget, meters say nonsense. */
const MEMBERS: Readonly<Record<string, Member>> = {
  fridge: { appliance: 'fridge', counter: 'lifetime', faults: (from) => ({ resets: [from + 2 * DAY + 5 * HOUR] }) },
  washing: {
    ...{ appliance: 'washingMachine', counter: 'lifetime' },
    faults: (from) => ({ outages: [stretch(from, 1.9, 7 * HOUR)], suspect: 0.01 }),
  },
  kettle: { appliance: 'kettle', counter: 'device', faults: (from) => ({ resets: [from + 1 * DAY + 11 * HOUR] }) },
  standby: { appliance: 'standby', counter: 'lifetime' },
  solar: { appliance: 'solar', counter: 'none', faults: (from) => ({ outages: [stretch(from, 2.4, 2 * HOUR)] }) },
  lamp: { appliance: 'lamp', counter: 'device', faults: (from) => ({ outages: [stretch(from, 0.3, 4 * MINUTE)] }) },
  anything: {
    ...{ appliance: 'anything', counter: 'device' },
    faults: (from) => ({
      outages: [stretch(from, 0.95, 3 * HOUR), stretch(from, 2.6, 40 * MINUTE)],
      resets: [from + 3 * DAY + 2 * HOUR],
      mute: [stretch(from, 1.5, MINUTE), stretch(from, 3.5, 2 * MINUTE)],
      suspect: 0.02,
    }),
  },
  heater: {
    ...{ appliance: 'heater', counter: 'lifetime' },
    // The power has failed, and is back long before anybody polls again.
    faults: (from) => ({ outages: [stretch(from, 2.99, 26 * HOUR)], resets: [from + 2.99 * DAY] }),
  },
}

export const HOUSEHOLD = Object.keys(MEMBERS)

/** Devices polled for a time in which everything happens that ever does. */
export function household(
  names: readonly string[],
  range: TimeRange,
  seed: number,
  maximum_gap_ms: number,
): HouseholdDevice[] {
  return names.map((name, index) => {
    const { appliance, counter, faults } = MEMBERS[name] as Member
    const random = seededRandom(1000 * seed + index)
    const load = new SteppedLoad(range, APPLIANCES[appliance](random))
    const options = { device_id: name, load, counter, random, ...faults?.(range.from) }
    const readings = [...polled(options)]
    return { readings, truth: new Truth(options, readings, maximum_gap_ms) }
  })
}

function stretch(from: number, days: number, length_ms: number): TimeRange {
  return { from: from + days * DAY, to: from + days * DAY + length_ms }
}
