import { BATCH_OPTIONS } from '../../src/serving/batching/batch-options'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-batch',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    group_by: choice(BATCH_OPTIONS.group_by, 'object-group'),
    maximum_count: number(BATCH_OPTIONS.maximum_count, '', 'list-ol'),
    maximum_ms: number(BATCH_OPTIONS.maximum_ms, 'ms', 'clock-o'),
    maximum_bytes: number(BATCH_OPTIONS.maximum_bytes, 'bytes', 'arrows-h'),
    critical_property: { type: 'text', default: 'payload.severity', icon: 'exclamation-triangle' },
    critical_value: { type: 'text', default: 'critical', icon: 'exclamation-triangle' },
    critical_order: choice(BATCH_OPTIONS.critical_order, 'sort-amount-asc'),
    durable: { type: 'boolean', default: false, icon: 'hdd-o' },
    maximum_topics: number(BATCH_OPTIONS.maximum_topics, '', 'tags', { when: { setting: 'group_by', is: ['topic'] } }),
    maximum_waiting: number(BATCH_OPTIONS.maximum_waiting, '', 'archive'),
  },
} as const satisfies NodeSchema
