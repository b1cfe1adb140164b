import type { Json } from '../../answer'
import { DONE, INVALID_PARAMETERS } from '../answer'
import { page } from '../page'
import type { SmartModule } from '../unit'
import type { SmartLight } from './light'

const RULES: readonly Json[] = [
  { id: 'L1', scene_name: '', change_mode: 'direct', change_time: 1000, color_status_list: [[100, 0, 100, 0]] },
  { id: 'L2', scene_name: '', change_mode: 'bln', change_time: 2000, color_status_list: [[100, 54, 6, 0]] },
]

/** Of bulbs: one of a few rules, by its id. */
export function bulbEffects(light: SmartLight): SmartModule {
  let rules = RULES
  let current: unknown
  light.onLook = () => {
    current = undefined
  }
  const enabled = () => current !== undefined
  return {
    info: () => ({
      dynamic_light_effect_enable: enabled(),
      ...(enabled() ? { dynamic_light_effect_id: current } : {}),
    }),
    methods: {
      get_dynamic_light_effect_rules: (asked) => {
        const listed = page('rule_list', rules, asked)
        if (typeof listed === 'number') return listed
        return { ...listed, enable: enabled(), max_count: 2, ...(enabled() ? { current_rule_id: current } : {}) }
      },
      set_dynamic_light_effect_rule_enable: ({ enable, id }) => {
        if (typeof enable !== 'boolean' || (enable && !rules.some((rule) => rule.id === id))) return INVALID_PARAMETERS
        current = enable ? id : undefined
        return DONE
      },
      edit_dynamic_light_effect_rule: (wanted) => {
        if (!rules.some((rule) => rule.id === wanted.id)) return INVALID_PARAMETERS
        rules = rules.map((rule) => (rule.id === wanted.id ? wanted : rule))
        return DONE
      },
    },
  }
}

const NO_EFFECT: Json = { brightness: 100, custom: 0, display_colors: [], enable: 0, id: '', name: '' }

/** Of light strips: whatever a request describes. */
export function stripEffects(light: SmartLight): SmartModule {
  let effect = NO_EFFECT
  light.onLook = light.onBrightness = () => {
    effect = NO_EFFECT
  }
  return {
    info: () => {
      const { brightness, custom, display_colors, enable, id, name } = effect
      return { lighting_effect: { brightness, custom, display_colors, enable, id, name } }
    },
    methods: {
      get_lighting_effect: () => effect,
      set_lighting_effect: (wanted) => {
        const { enable, name = '', brightness, bAdjusted } = wanted
        // The effect that runs, brighter or darker.
        if (bAdjusted === true && typeof brightness === 'number' && effect.enable === 1) {
          effect = { ...effect, brightness }
          return DONE
        }
        if ((enable !== 0 && enable !== 1) || typeof name !== 'string') return INVALID_PARAMETERS
        effect = enable === 1 ? { ...NO_EFFECT, ...wanted } : NO_EFFECT
        return DONE
      },
    },
  }
}
