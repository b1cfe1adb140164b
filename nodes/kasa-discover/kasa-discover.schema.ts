import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-discover',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    fleet: { type: 'config-node', default: '', node: 'kasa-fleet', required: true, icon: 'sitemap' },
    every_min: { type: 'number', default: 0, minimum: 0, maximum: 1440, unit: 'min', icon: 'repeat' },
    targets_from_message: { type: 'boolean', default: false, icon: 'envelope-o' },
    end_message: { type: 'boolean', default: false, icon: 'flag-checkered' },
  },
} as const satisfies NodeSchema
