import { isObject, type Json } from '../../answer'
import { DONE, INVALID_PARAMETERS } from '../answer'
import type { SmartModule } from '../unit'

const LONGEST_S = 60

/** Whether a light fades when it is switched; from version 2 on, for how long, on and off apart. */
export function fading(version: number): SmartModule {
  return version < 2 ? fadingAtAll() : fadingInTime()
}

function fadingAtAll(): SmartModule {
  let enable = false
  return {
    methods: {
      get_on_off_gradually_info: () => ({ enable }),
      set_on_off_gradually_info: (wanted) => {
        if (typeof wanted.enable !== 'boolean') return INVALID_PARAMETERS
        enable = wanted.enable
        return DONE
      },
    },
  }
}

function fadingInTime(): SmartModule {
  const state = { enable: false, duration: 1, max_duration: LONGEST_S }
  let states = { on_state: state, off_state: state }
  return {
    methods: {
      get_on_off_gradually_info: () => states,
      set_on_off_gradually_info: ({ on_state = states.on_state, off_state = states.off_state }) => {
        if (!isTime(on_state) || !isTime(off_state)) return INVALID_PARAMETERS
        states = { on_state: { ...state, ...on_state }, off_state: { ...state, ...off_state } }
        return DONE
      },
    },
  }
}

function isTime(value: unknown): value is Json & { readonly enable: boolean; readonly duration: number } {
  if (!isObject(value) || typeof value.enable !== 'boolean') return false
  return typeof value.duration === 'number' && value.duration >= 1 && value.duration <= LONGEST_S
}
