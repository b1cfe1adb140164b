import { RETENTION_OPTIONS } from '../../src/retention/retention-options'
import { DEFAULT_TIERS, type TierRow } from '../../src/retention/tier-rows'
import { choice, number } from '../shared/option-settings'
import type { ListSetting, NodeSchema } from '../shared/schema'

const tiers: ListSetting<TierRow> = {
  type: 'list',
  default: DEFAULT_TIERS,
  maximum_length: 20,
  row: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      bucket: { type: 'string' },
      keep_days: { type: 'number' },
      fields: { type: 'string', default: '', maxLength: 1000 },
    },
    required: ['name', 'bucket', 'keep_days'],
  },
  icon: 'align-center',
}

/** What `parseRetentionOptions` makes a plan of. */
export const planSettings = {
  time_zone: { type: 'text', default: '', maximum_length: 64, icon: 'globe' },
  raw_keep_days: number(RETENTION_OPTIONS.raw_keep_days, 'd', 'calendar'),
  tiers,
  delay_minutes: number(RETENTION_OPTIONS.delay_minutes, 'min', 'clock-o'),
  maximum_mb: number(RETENTION_OPTIONS.maximum_mb, 'MB', 'hdd-o'),
  server_retention: choice(RETENTION_OPTIONS.server_retention, 'server'),
  margin_days: number(RETENTION_OPTIONS.margin_days, 'd', 'shield'),
  lag_hours: number(RETENTION_OPTIONS.lag_hours, 'h', 'bell-o'),
} as const satisfies NodeSchema['settings']

export const schema = {
  type: 'kasa-retention',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    database: { type: 'config-node', default: '', node: 'kasa-database', required: true, icon: 'database' },
    ...planSettings,
    runs: { type: 'choice', default: 'by_itself', values: ['by_itself', 'by_message'], icon: 'play' },
    reports: {
      type: 'choice',
      default: 'asked',
      values: ['asked', 'all'],
      icon: 'file-text-o',
      when: { setting: 'runs', is: ['by_itself'] },
    },
  },
} as const satisfies NodeSchema
