import type { ChoiceOption, NumberOption } from '../../src/domain/options'
import type { ChoiceSetting, Common, NumberSetting } from './schema'

/** The setting of an option of the core, whose range and default it takes. */
export function number(option: NumberOption, unit: string, icon: string, more: Common = {}): NumberSetting {
  const { minimum, maximum } = option
  return { type: 'number', default: option.default, minimum, maximum, whole: true, unit, icon, ...more }
}

export function choice<Value extends string>(
  option: ChoiceOption<Value>,
  icon: string,
  more: Common = {},
): ChoiceSetting<Value> {
  return { type: 'choice', default: option.default, values: option.enum, icon, ...more }
}
