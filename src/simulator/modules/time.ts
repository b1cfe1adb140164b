import type { Clock } from '../../domain/clock'
import type { Methods } from '../answer'

/** Index of the zone in the device's own table. The simulated clock shows this machine's local time whatever it says. */
const ZONE_INDEX = 39

/** `time`, for lights `smartlife.iot.common.timesetting`. */
export function time(clock: Clock): Methods {
  return {
    get_time: () => {
      const date = new Date(clock.now())
      return {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        mday: date.getDate(),
        hour: date.getHours(),
        min: date.getMinutes(),
        sec: date.getSeconds(),
        err_code: 0,
      }
    },
    get_timezone: () => ({ index: ZONE_INDEX, err_code: 0 }),
  }
}
