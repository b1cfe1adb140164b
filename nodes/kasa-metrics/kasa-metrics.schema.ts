import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-metrics',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    path: { type: 'text', default: '/metrics', maximum_length: 128, icon: 'globe' },
    interval_s: {
      type: 'number',
      default: 60,
      minimum: 0,
      maximum: 86_400,
      whole: true,
      unit: 's',
      icon: 'clock-o',
    },
    measurement: {
      type: 'text',
      default: 'kasa_metrics',
      required: true,
      maximum_length: 128,
      icon: 'database',
    },
  },
} as const satisfies NodeSchema
