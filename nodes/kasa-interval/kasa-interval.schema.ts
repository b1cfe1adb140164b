import {
  ADAPTIVE_INTERVAL_DEFAULTS,
  ADAPTIVE_INTERVAL_RANGES,
  type AdaptiveIntervalOptions,
} from '../../src/polling/adaptive-interval'
import type { NodeSchema, NumberSetting } from '../shared/schema'

const number = (key: keyof AdaptiveIntervalOptions, icon: string, unit = '', scale = 1): NumberSetting => {
  const { minimum, maximum } = ADAPTIVE_INTERVAL_RANGES[key]
  const value = ADAPTIVE_INTERVAL_DEFAULTS[key] / scale
  return { type: 'number', default: value, minimum: minimum / scale, maximum: maximum / scale, unit, icon }
}

export const schema = {
  type: 'kasa-interval',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    property: { type: 'text', default: 'payload', required: true, icon: 'ellipsis-h' },
    minimum_s: number('minimum_ms', 'fast-forward', 's', 1000),
    maximum_s: number('maximum_ms', 'clock-o', 's', 1000),
    step: number('step_w', 'arrows-v'),
    step_percent: number('step_percent', 'arrows-v', '%'),
    sensitivity: number('sensitivity', 'tachometer'),
    tick_at_start: { type: 'boolean', default: true, icon: 'play' },
  },
} as const satisfies NodeSchema
