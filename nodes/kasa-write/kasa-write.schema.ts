import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-write',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    database: { type: 'config-node', default: '', node: 'kasa-database', required: true, icon: 'database' },
    measurement: { type: 'text', default: '', maximum_length: 200, icon: 'bar-chart' },
  },
} as const satisfies NodeSchema
