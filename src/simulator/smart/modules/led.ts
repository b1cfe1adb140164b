import { DONE, INVALID_PARAMETERS } from '../answer'
import type { SmartModule } from '../unit'

const RULES: readonly unknown[] = ['always', 'never', 'auto', 'toggle', 'night_mode']

export function led(): SmartModule {
  let led_rule: unknown = 'always'
  return {
    methods: {
      get_led_info: () => ({ led_rule, led_status: led_rule !== 'never' }),
      set_led_info: (wanted) => {
        if (!RULES.includes(wanted.led_rule)) return INVALID_PARAMETERS
        led_rule = wanted.led_rule
        return DONE
      },
    },
  }
}
