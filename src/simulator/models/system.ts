import { INVALID_ARGUMENT, OK, type Json, type Methods } from '../answer'
import type { Surroundings } from '../device-model'
import type { Outlet } from '../outlet'

const RSSI_DBM = -55

/** What `get_sysinfo` says of every device alike. The ids of the maker are left blank. */
export function commonSysinfo(profile: { hardware: string; firmware: string }, model: string): Json {
  return {
    model,
    hw_ver: profile.hardware,
    sw_ver: profile.firmware,
    hwId: '0'.repeat(32),
    oemId: '0'.repeat(32),
    rssi: RSSI_DBM,
    err_code: 0,
  }
}

/** The methods of `system` that devices share; lights have them in `smartlife.iot.common.system` too. */
export function commonSystem(
  surroundings: Surroundings,
  rename: (alias: string, outlets: readonly Outlet[]) => void,
): Methods {
  return {
    set_dev_alias: ({ alias }, outlets) => {
      if (typeof alias !== 'string' || alias === '') return INVALID_ARGUMENT
      rename(alias, outlets)
      return OK
    },
    reboot: ({ delay }) => {
      surroundings.reboot(typeof delay === 'number' ? delay * 1000 : 0)
      return OK
    },
  }
}

export function switchAll(state: unknown, outlets: readonly Outlet[]): Json {
  if (state !== 0 && state !== 1) return INVALID_ARGUMENT
  for (const outlet of outlets) outlet.switch(state === 1)
  return OK
}

/** The mains where a model is sold. */
export function mainsVoltage(model: string): number {
  return model.endsWith('(US)') ? 120 : 230
}
