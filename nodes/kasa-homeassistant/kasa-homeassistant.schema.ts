import { HOME_ASSISTANT_OPTIONS, type StateRate } from '../../src/homeassistant/options'
import {
  DEFAULT_BASE_TOPIC,
  DEFAULT_CURRENCY,
  DEFAULT_DISCOVERY_PREFIX,
  PRICE_RANGE,
  STATE_KEYS,
} from '../../src/homeassistant/parse-options'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

const announced = { when: { setting: 'discovery', is: ['device', 'single'] } } as const
const flat = { when: { setting: 'tariff', is: [''] } } as const
const alerts = { when: { setting: 'alerts', is: ['yes'] } } as const
const rates: readonly StateRate[] = []

export const schema = {
  type: 'kasa-homeassistant',
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    broker: { type: 'config-node', default: '', node: 'kasa-mqtt', icon: 'share-alt' },
    fleet: { type: 'config-node', default: '', node: 'kasa-fleet', icon: 'sitemap' },
    base_topic: { type: 'text', default: DEFAULT_BASE_TOPIC, maximum_length: 64, icon: 'tasks' },
    discovery: choice(HOME_ASSISTANT_OPTIONS.discovery, 'bullhorn'),
    discovery_prefix: {
      type: 'text',
      default: DEFAULT_DISCOVERY_PREFIX,
      maximum_length: 64,
      icon: 'home',
      ...announced,
    },
    alerts: choice(HOME_ASSISTANT_OPTIONS.alerts, 'bell'),
    silence_min: number(HOME_ASSISTANT_OPTIONS.silence_min, 'min', 'bell-slash', alerts),
    tariff: { type: 'config-node', default: '', node: 'kasa-tariff', icon: 'money' },
    price: { type: 'number', default: 0, ...PRICE_RANGE, icon: 'calculator', ...flat },
    currency: { type: 'text', default: DEFAULT_CURRENCY, maximum_length: 3, icon: 'eur', ...flat },
    entity_ids: choice(HOME_ASSISTANT_OPTIONS.entity_ids, 'id-card-o', announced),
    merge_native: choice(HOME_ASSISTANT_OPTIONS.merge_native, 'link', announced),
    rates: {
      type: 'list',
      default: rates,
      maximum_length: STATE_KEYS.length,
      row: {
        type: 'object',
        properties: { key: { type: 'string' }, deadband: { type: 'number' }, every_s: { type: 'number' } },
        required: ['key', 'deadband', 'every_s'],
      },
      icon: 'filter',
    },
    heartbeat_s: number(HOME_ASSISTANT_OPTIONS.heartbeat_s, 's', 'heartbeat'),
    unavailable_after_s: number(HOME_ASSISTANT_OPTIONS.unavailable_after_s, 's', 'hourglass-end'),
    state_qos: choice(HOME_ASSISTANT_OPTIONS.state_qos, 'check'),
    settle_ms: number(HOME_ASSISTANT_OPTIONS.settle_ms, 'ms', 'hourglass-start', announced),
    announcements_per_s: number(HOME_ASSISTANT_OPTIONS.announcements_per_s, '/s', 'tachometer', announced),
    birth_jitter_s: number(HOME_ASSISTANT_OPTIONS.birth_jitter_s, 's', 'random', announced),
  },
} as const satisfies NodeSchema
