import { flag, whole, type SmartModule } from '../unit'

export function fan(): SmartModule {
  let fan_speed_level = 1
  let fan_sleep_mode_on = false
  return {
    info: () => ({ fan_speed_level, fan_sleep_mode_on }),
    settings: {
      fan_speed_level: whole(1, 4, (level) => {
        fan_speed_level = level
      }),
      fan_sleep_mode_on: flag((on) => {
        fan_sleep_mode_on = on
      }),
    },
  }
}
