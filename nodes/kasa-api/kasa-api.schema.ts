import { API_OPTIONS } from '../../src/serving/api-options'
import { RIGHTS, type Right } from '../../src/serving/protection/caller'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

/** How many keys a node can have. */
export const MOST_KEYS = 8

/** The key itself is a credential: `key_1` is that of slot 1. */
export interface KeyRow {
  readonly slot: number
  readonly name: string
  readonly right: Right
}

const keys: readonly KeyRow[] = []

export const schema = {
  type: 'kasa-api',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    path: { type: 'text', default: '/kasa', required: true, maximum_length: 128, icon: 'globe' },
    fleet: { type: 'config-node', default: '', node: 'kasa-fleet', icon: 'sitemap' },
    database: { type: 'config-node', default: '', node: 'kasa-database', icon: 'database' },
    tariff: { type: 'config-node', default: '', node: 'kasa-tariff', icon: 'money' },
    cache: { type: 'config-node', default: '', node: 'kasa-cache-store', icon: 'bolt' },
    keys: {
      type: 'list',
      default: keys,
      maximum_length: MOST_KEYS,
      row: {
        type: 'object',
        properties: {
          slot: { type: 'integer', minimum: 1, maximum: MOST_KEYS },
          name: { type: 'string', minLength: 1, maxLength: 64 },
          right: { enum: RIGHTS },
        },
        required: ['slot', 'name', 'right'],
      },
      icon: 'key',
    },
    commands: choice(API_OPTIONS.commands, 'power-off'),
    commands_per_min: number(API_OPTIONS.commands_per_min, '/min', 'hand-pointer-o', {
      when: { setting: 'commands', is: ['yes'] },
    }),
    requests_per_min: number(API_OPTIONS.requests_per_min, '/min', 'tachometer'),
    origins: { type: 'text', default: '', maximum_length: 1024, icon: 'external-link' },
    maximum_in_flight: number(API_OPTIONS.maximum_in_flight, '', 'random'),
    timeout_s: number(API_OPTIONS.timeout_s, 's', 'hourglass-end'),
    body_kb: number(API_OPTIONS.body_kb, 'kB', 'arrows-h'),
    status_ms: number(API_OPTIONS.status_ms, 'ms', 'clock-o'),
    live_clients: number(API_OPTIONS.live_clients, '', 'users'),
  },
  credentials: {
    key_1: 'password',
    key_2: 'password',
    key_3: 'password',
    key_4: 'password',
    key_5: 'password',
    key_6: 'password',
    key_7: 'password',
    key_8: 'password',
  },
} as const satisfies NodeSchema
