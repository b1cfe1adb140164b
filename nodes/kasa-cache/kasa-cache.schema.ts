import type { NodeSchema } from '../shared/schema'

const of = (...operations: string[]) => ({ when: { setting: 'operation', is: operations } }) as const

export const schema = {
  type: 'kasa-cache',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    store: { type: 'config-node', default: '', node: 'kasa-cache-store', required: true, icon: 'bolt' },
    operation: {
      type: 'choice',
      default: 'get',
      values: ['get', 'find', 'set', 'delete', 'delete-matching', 'delete-tagged', 'statistics'],
      icon: 'cog',
    },
    key: { type: 'text', default: '', icon: 'key', ...of('get', 'set', 'delete') },
    pattern: { type: 'text', default: '', icon: 'asterisk', ...of('find', 'delete-matching') },
    tag: { type: 'text', default: '', icon: 'bookmark-o', ...of('delete-tagged') },
    tags: { type: 'text', default: '', icon: 'bookmark-o', ...of('get', 'set') },
    property: {
      type: 'text',
      default: 'payload',
      required: true,
      icon: 'ellipsis-h',
      ...of('get', 'find', 'set', 'statistics'),
    },
    wait_s: {
      type: 'number',
      default: 10,
      minimum: 0,
      maximum: 600,
      unit: 's',
      icon: 'hourglass-half',
      ...of('get'),
    },
    ttl_s: { type: 'number', default: 0, minimum: 0, maximum: 604_800, unit: 's', icon: 'clock-o', ...of('set') },
  },
} as const satisfies NodeSchema
