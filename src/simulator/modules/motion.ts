import { INVALID_ARGUMENT, OK, type Modules } from '../answer'

/** The motion sensor of a wall switch. */
export function motion(): Modules {
  let enable: 0 | 1 = 1
  return {
    'smartlife.iot.PIR': {
      get_config: () => ({
        ...{ enable, version: '1.0', trigger_index: 1, cold_time: 600_000 },
        ...{ min_adc: 0, max_adc: 4095, array: [80, 50, 20, 0], err_code: 0 },
      }),
      set_enable: (wanted) => {
        if (wanted.enable !== 0 && wanted.enable !== 1) return INVALID_ARGUMENT
        enable = wanted.enable
        return OK
      },
    },
  }
}
