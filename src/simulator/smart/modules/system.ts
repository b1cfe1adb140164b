import type { Json } from '../../answer'
import type { Surroundings } from '../../device-model'
import { DONE } from '../answer'
import type { SmartModule } from '../unit'
import { zone } from './identity'

/** What belongs to a device as a whole: its clock, and starting it anew. */
export function system({ clock, reboot }: Surroundings) {
  return {
    methods: {
      get_device_time: () => ({
        timestamp: Math.floor(clock.now() / 1000),
        time_diff: -new Date(clock.now()).getTimezoneOffset(),
        region: zone(),
      }),
      device_reboot: ({ delay }: Json) => {
        reboot(typeof delay === 'number' ? delay * 1000 : 0)
        return DONE
      },
    },
  } satisfies SmartModule
}
