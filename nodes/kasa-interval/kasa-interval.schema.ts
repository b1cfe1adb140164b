import { ADAPTIVE_INTERVAL_DEFAULTS, ADAPTIVE_INTERVAL_RANGES } from '../../src/polling/adaptive-interval'
import type { NodeSchema } from '../shared/schema'

const seconds = (key: 'minimum_ms' | 'maximum_ms') => ({
  type: 'number' as const,
  default: ADAPTIVE_INTERVAL_DEFAULTS[key] / 1000,
  minimum: ADAPTIVE_INTERVAL_RANGES[key].minimum / 1000,
  maximum: ADAPTIVE_INTERVAL_RANGES[key].maximum / 1000,
  unit: 's',
})

export const schema = {
  type: 'kasa-interval',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    property: { type: 'text', default: 'payload', required: true, icon: 'ellipsis-h' },
    minimum_s: { ...seconds('minimum_ms'), icon: 'fast-forward' },
    maximum_s: { ...seconds('maximum_ms'), icon: 'clock-o' },
    tick_at_start: { type: 'boolean', default: true, icon: 'play' },
  },
} as const satisfies NodeSchema
