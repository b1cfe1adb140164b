import { DONE, INVALID_PARAMETERS } from '../answer'
import type { SmartModule } from '../unit'

/** Whether new firmware is installed by itself, and when it is looked for: set all together or not at all. */
export function autoUpdate(): SmartModule {
  let info = { enable: false, random_range: 120, time: 180 }
  return {
    methods: {
      get_auto_update_info: () => info,
      set_auto_update_info: ({ enable, random_range, time }) => {
        if (typeof enable !== 'boolean' || typeof random_range !== 'number' || typeof time !== 'number') {
          return INVALID_PARAMETERS
        }
        info = { enable, random_range, time }
        return DONE
      },
    },
  }
}
