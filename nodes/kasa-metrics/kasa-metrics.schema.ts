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
    log: { type: 'choice', default: 'file', values: ['file', 'console', 'both', 'off'], icon: 'file-text-o' },
    slow_ms: {
      type: 'number',
      default: 1000,
      minimum: 1,
      maximum: 600_000,
      whole: true,
      unit: 'ms',
      icon: 'hourglass-half',
      when: { setting: 'log', is: ['file', 'console', 'both'] },
    },
  },
} as const satisfies NodeSchema
