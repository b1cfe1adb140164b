import { COMMAND_NAMES, COMMAND_RANGES, type CommandName } from '../../src/domain/command'
import type { NodeSchema, NumberSetting } from '../shared/schema'

/** The message says what to do. */
export const FROM_MESSAGE = 'message'

const of = (...commands: CommandName[]) => ({ when: { setting: 'command', is: commands } })

const parameter = (
  key: keyof typeof COMMAND_RANGES,
  setting: Pick<NumberSetting, 'default' | 'unit' | 'icon' | 'when'>,
): NumberSetting => ({ type: 'number', whole: true, ...COMMAND_RANGES[key], ...setting })

export const schema = {
  type: 'kasa-command',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    fleet: { type: 'config-node', default: '', node: 'kasa-fleet', required: true, icon: 'sitemap' },
    device: { type: 'text', default: '', maximum_length: 256, icon: 'plug' },
    command: {
      type: 'choice',
      default: FROM_MESSAGE,
      values: [FROM_MESSAGE, ...COMMAND_NAMES] as readonly (typeof FROM_MESSAGE | CommandName)[],
      icon: 'hand-pointer-o',
    },
    brightness_pct: parameter('brightness_pct', { default: 100, unit: '%', icon: 'sun-o', ...of('brightness') }),
    hue_deg: parameter('hue_deg', { default: 0, unit: '°', icon: 'paint-brush', ...of('color') }),
    saturation_pct: parameter('saturation_pct', { default: 100, unit: '%', icon: 'tint', ...of('color') }),
    color_temp_k: parameter('color_temp_k', {
      default: 2700,
      unit: 'K',
      icon: 'thermometer-half',
      ...of('color-temperature'),
    }),
    delay_s: parameter('delay_s', { default: 60, unit: 's', icon: 'hourglass-start', ...of('countdown') }),
    on: {
      type: 'boolean',
      default: true,
      icon: 'power-off',
      ...of('led', 'countdown', 'child-lock', 'auto-update', 'smooth-transitions', 'motion-sensor'),
    },
    alias: { type: 'text', default: '', icon: 'pencil', ...of('alias') },
    effect: { type: 'text', default: '', maximum_length: 64, icon: 'magic', ...of('effect') },
    delay_min: parameter('delay_min', { default: 60, unit: 'min', icon: 'moon-o', ...of('auto-off') }),
    transition_s: parameter('transition_s', {
      default: 1,
      unit: 's',
      icon: 'adjust',
      ...of('smooth-on', 'smooth-off'),
    }),
    preset: parameter('preset', { default: 1, icon: 'star-o', ...of('light-preset') }),
    limit_w: parameter('limit_w', { default: 0, unit: 'W', icon: 'bolt', ...of('power-protection') }),
  },
} as const satisfies NodeSchema
