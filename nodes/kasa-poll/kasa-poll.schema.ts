import { DEFAULT_DEADBANDS, DEFAULT_EMISSION } from '../../src/polling/emission'
import type { ListSetting, NodeSchema } from '../shared/schema'

const devices: ListSetting<string> = {
  type: 'list',
  default: [],
  maximum_length: 10_000,
  when: { setting: 'which', is: ['chosen'] },
  row: { type: 'string', minLength: 1, maxLength: 128 },
}

const onChange = { setting: 'emit', is: ['on-change'] } as const

export const schema = {
  type: 'kasa-poll',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    fleet: { type: 'config-node', default: '', node: 'kasa-fleet', required: true, icon: 'sitemap' },
    which: { type: 'choice', default: 'all', values: ['all', 'chosen'], icon: 'check-square-o' },
    devices,
    outlets: { type: 'boolean', default: true, icon: 'th' },
    emit: { type: 'choice', default: DEFAULT_EMISSION.emit, values: ['always', 'on-change'], icon: 'filter' },
    deadband_w: {
      type: 'number',
      default: DEFAULT_DEADBANDS.power_w?.absolute ?? 0,
      minimum: 0,
      maximum: 4000,
      unit: 'W',
      icon: 'arrows-v',
      when: onChange,
    },
    deadband_pct: {
      type: 'number',
      default: DEFAULT_DEADBANDS.power_w?.percent ?? 0,
      minimum: 0,
      maximum: 100,
      unit: '%',
      icon: 'percent',
      when: onChange,
    },
    at_least_every_s: {
      type: 'number',
      default: DEFAULT_EMISSION.at_least_every_ms / 1000,
      minimum: 0,
      maximum: 86_400,
      unit: 's',
      icon: 'clock-o',
      when: onChange,
    },
    deliver: { type: 'choice', default: 'single', values: ['single', 'array'], icon: 'th-list' },
    gather_ms: {
      type: 'number',
      default: 1000,
      minimum: 0,
      maximum: 60_000,
      unit: 'ms',
      whole: true,
      icon: 'hourglass-half',
      when: { setting: 'deliver', is: ['array'] },
    },
    include_suspect: { type: 'boolean', default: true, icon: 'question-circle' },
  },
} as const satisfies NodeSchema
