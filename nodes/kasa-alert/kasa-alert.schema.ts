import { READY_MADE } from '../../src/alerting/rules/ready-made'
import type { NodeSchema } from '../shared/schema'

/** Of the dialog's table; `parseRules` checks what is in it. */
export type RuleRow = Readonly<Record<string, unknown>>
/** `devices`: patterns, separated by commas. */
export interface GroupRow {
  readonly name: string
  readonly devices: string
}

const quiet = { when: { setting: 'quiet_hours', is: ['on'] } } as const
/** What nobody has to be asked whether he wants to know it. */
const rules: readonly RuleRow[] = READY_MADE.filter(({ id }) => id === 'device-offline').map(({ written }) => written)
const groups: readonly GroupRow[] = []

export const schema = {
  type: 'kasa-alert',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    rules: { type: 'list', default: rules, maximum_length: 1000, row: { type: 'object' }, icon: 'bell' },
    tariff: { type: 'config-node', default: '', node: 'kasa-tariff', icon: 'money' },
    groups: {
      type: 'list',
      default: groups,
      maximum_length: 100,
      row: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 64 },
          devices: { type: 'string', maxLength: 10_000 },
        },
        required: ['name', 'devices'],
      },
      icon: 'object-group',
    },
    group_wait_s: { type: 'number', default: 5, minimum: 0, maximum: 3600, unit: 's', icon: 'envelope-o' },
    group_by: { type: 'choice', default: 'all', values: ['all', 'rule', 'device', 'nothing'], icon: 'cubes' },
    maximum_per_hour: { type: 'number', default: 12, minimum: 0, maximum: 3600, whole: true, icon: 'tachometer' },
    quiet_hours: { type: 'choice', default: 'off', values: ['off', 'on'], icon: 'moon-o' },
    quiet_from: { type: 'text', default: '22:00', maximum_length: 5, icon: 'bed', ...quiet },
    quiet_to: { type: 'text', default: '07:00', maximum_length: 5, icon: 'coffee', ...quiet },
    quiet_days: { type: 'text', default: '', maximum_length: 40, icon: 'calendar', ...quiet },
    time_zone: { type: 'text', default: '', maximum_length: 64, icon: 'globe' },
  },
} as const satisfies NodeSchema
