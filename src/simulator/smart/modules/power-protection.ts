import { DONE, INVALID_PARAMETERS } from '../answer'
import type { SmartModule } from '../unit'

const MAX_POWER_W = 2541

/** A limit above which it would switch itself off; what is simulated here never gets there. */
export function powerProtection(): SmartModule {
  let protection = { enabled: false, protection_power: 0 }
  return {
    info: () => ({ power_protection_status: 'normal' }),
    methods: {
      get_max_power: () => ({ max_power: MAX_POWER_W }),
      get_protection_power: () => protection,
      set_protection_power: ({ enabled, protection_power }) => {
        if (typeof enabled !== 'boolean' || typeof protection_power !== 'number') return INVALID_PARAMETERS
        if (protection_power < 0 || protection_power > MAX_POWER_W) return INVALID_PARAMETERS
        protection = { enabled, protection_power }
        return DONE
      },
    },
  }
}
