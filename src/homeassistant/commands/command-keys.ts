/** The last part of a topic that takes commands, and a key of the JSON that takes several: what it takes. */
export const COMMAND_KEYS = {
  on: 'ON, OFF, TOGGLE, true or false',
  brightness_pct: 'a whole number, in %',
  color_temp_k: 'a whole number, in K',
  color: 'an object with hue_deg and saturation_pct',
  effect: 'the name of an effect; off ends any',
  light_preset: 'the number of one, from 1',
  led: 'ON, OFF, true or false',
  auto_off_min: 'a whole number, in minutes; 0: never',
  child_lock: 'ON, OFF, true or false',
  auto_update: 'ON, OFF, true or false',
  smooth_transitions: 'ON, OFF, true or false',
  smooth_on_s: 'a whole number, in s; 0: at once',
  smooth_off_s: 'a whole number, in s; 0: at once',
  motion_sensor: 'ON, OFF, true or false',
  power_limit_w: 'a whole number, in W; 0: none',
  countdown: 'an object with delay_s and on',
  alias: 'a name',
  reboot: 'PRESS',
  /** As Home Assistant writes to lights with the schema `json`. */
  light: 'an object with state, brightness, color_temp, color, effect',
  /** Alerts of the device, or of whatever is no device where the bridge is meant. */
  acknowledge: 'PRESS',
  silence: 'PRESS, or a whole number of minutes',
} as const

export type CommandKey = keyof typeof COMMAND_KEYS
