import { deviceId, HOUR, START, type Played } from './day'

/** What a contender tells of an hour of a device. */
export interface Hour {
  readonly device_id: string
  readonly timestamp: number
  readonly energy_kwh: number
  readonly mean_w: number
}

/** How far off hours are: the errors of all of them, as a share of all energy. */
export interface Errors {
  readonly energy_percent: number
  readonly mean_percent: number
  readonly hours: number
}

const HOURS = 24

export function errorsOf(hours: readonly Hour[], loads: readonly Played[], devices: number): Errors {
  const told = new Map(hours.map((hour) => [`${hour.device_id} ${hour.timestamp}`, hour]))
  let [used_kwh, energy_error_kwh, mean_error_kwh] = [0, 0, 0]
  for (let device = 0; device < devices; device++) {
    const { load } = loads[device % loads.length] as Played
    for (let hour = 0; hour < HOURS; hour++) {
      const from = START + hour * HOUR
      const true_kwh = load.energy_kwh(from, from + HOUR)
      const { energy_kwh = 0, mean_w = 0 } = told.get(`${deviceId(device)} ${from}`) ?? {}
      used_kwh += true_kwh
      energy_error_kwh += Math.abs(energy_kwh - true_kwh)
      mean_error_kwh += Math.abs(mean_w / 1000 - true_kwh)
    }
  }
  return {
    energy_percent: (100 * energy_error_kwh) / used_kwh,
    mean_percent: (100 * mean_error_kwh) / used_kwh,
    hours: hours.length,
  }
}
