import { HISTORY_DEFAULTS, HISTORY_LIMITS } from '../../src/database/history/history-query'
import { ENERGY_DEFAULTS, ENERGY_PERIODS } from '../../src/energy/energy-query'
import type { NodeSchema } from '../shared/schema'

const inHistory = { when: { setting: 'operation', is: ['history'] } } as const
const inRange = { when: { setting: 'operation', is: ['history', 'recorded'] } } as const
const inTime = { when: { setting: 'operation', is: ['history', 'recorded', 'energy'] } } as const
const inEnergy = { when: { setting: 'operation', is: ['energy'] } } as const

export const schema = {
  type: 'kasa-history',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    database: { type: 'config-node', default: '', node: 'kasa-database', required: true, icon: 'database' },
    operation: {
      type: 'choice',
      default: 'history',
      values: ['history', 'latest', 'recorded', 'energy', 'health', 'backup', 'restore'],
      icon: 'cog',
    },
    device_ids: {
      type: 'text',
      default: '',
      maximum_length: 10_000,
      icon: 'plug',
      when: { setting: 'operation', is: ['history', 'latest', 'recorded', 'energy'] },
    },
    from: { type: 'text', default: HISTORY_DEFAULTS.from, icon: 'step-backward', ...inTime },
    to: { type: 'text', default: HISTORY_DEFAULTS.to, icon: 'step-forward', ...inTime },
    period: {
      type: 'choice',
      default: ENERGY_DEFAULTS.period,
      values: ENERGY_PERIODS,
      icon: 'bar-chart',
      ...inEnergy,
    },
    tariff: { type: 'config-node', default: '', node: 'kasa-tariff', icon: 'money', ...inEnergy },
    fields: { type: 'text', default: '', icon: 'columns', ...inHistory },
    bucket: { type: 'text', default: '', icon: 'bar-chart', ...inHistory },
    time_zone: {
      type: 'text',
      default: '',
      icon: 'globe',
      when: { setting: 'operation', is: ['history', 'energy'] },
    },
    order: {
      type: 'choice',
      default: HISTORY_DEFAULTS.order,
      values: ['newest-first', 'oldest-first'],
      icon: 'sort-amount-desc',
      ...inRange,
    },
    limit: {
      type: 'number',
      default: HISTORY_DEFAULTS.limit,
      ...HISTORY_LIMITS.limit,
      whole: true,
      icon: 'list-ol',
      ...inRange,
    },
    cache: {
      type: 'config-node',
      default: '',
      node: 'kasa-cache-store',
      icon: 'bolt',
      when: { setting: 'operation', is: ['history', 'latest', 'recorded', 'energy'] },
    },
    folder: {
      type: 'text',
      default: 'backups',
      required: true,
      icon: 'folder-o',
      when: { setting: 'operation', is: ['backup', 'restore'] },
    },
  },
} as const satisfies NodeSchema
