import { DEFAULT_TIMEOUTS } from '../../src/integrations/integration'
import { ADAPTIVE_INTERVAL_DEFAULTS, ADAPTIVE_INTERVAL_RANGES } from '../../src/polling/adaptive-interval'
import { FLEET_DEFAULTS, FLEET_RANGES, type FleetLimits } from '../../src/polling/fleet-options'
import type { ListSetting, NodeSchema, NumberSetting } from '../shared/schema'

/** A host that the fleet polls; what was found out about it stands beside it, for the dialog. */
export interface HostRow {
  readonly host: string
  readonly port?: number
  /** Where it is known, another device at this address is refused. */
  readonly device_id?: string
  /** The same for devices that tell their id to nobody who looks for them. */
  readonly mac?: string
  readonly integration?: string
  readonly alias?: string
  readonly model?: string
  /** Which of the accounts the device belongs to; absent: the first. */
  readonly login?: number
}

const text = (maxLength: number) => ({ type: 'string', maxLength })

const hosts: ListSetting<HostRow> = {
  type: 'list',
  default: [],
  maximum_length: 10_000,
  row: {
    type: 'object',
    properties: {
      host: text(253),
      port: { type: 'integer', minimum: 1, maximum: 65_535 },
      device_id: { ...text(128), minLength: 1 },
      mac: { type: 'string', pattern: '^[0-9A-F]{2}(:[0-9A-F]{2}){5}$' },
      integration: text(64),
      alias: text(256),
      model: text(64),
      login: { type: 'integer', minimum: 1, maximum: 3 },
    },
    required: ['host'],
    additionalProperties: false,
  },
}

const number = (setting: Omit<NumberSetting, 'type'>): NumberSetting => ({ type: 'number', ...setting })

const limit = (key: keyof FleetLimits, setting: Partial<NumberSetting>): NumberSetting =>
  number({ default: FLEET_DEFAULTS[key], ...FLEET_RANGES[key], ...setting })

const timeout = (key: keyof typeof DEFAULT_TIMEOUTS, icon: string): NumberSetting =>
  number({ default: DEFAULT_TIMEOUTS[key] / 1000, minimum: 0.1, maximum: 60, unit: 's', icon })

const interval = (key: 'minimum_ms' | 'maximum_ms', icon: string): NumberSetting => {
  const { minimum, maximum } = ADAPTIVE_INTERVAL_RANGES[key]
  const default_s = ADAPTIVE_INTERVAL_DEFAULTS[key] / 1000
  return number({ default: default_s, minimum: minimum / 1000, maximum: maximum / 1000, unit: 's', icon })
}

const rule = (key: 'sensitivity' | 'step_w' | 'step_percent', setting: Partial<NumberSetting>): NumberSetting =>
  number({ default: ADAPTIVE_INTERVAL_DEFAULTS[key], ...ADAPTIVE_INTERVAL_RANGES[key], ...setting })

export const schema = {
  type: 'kasa-fleet',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    hosts,
    targets: { type: 'text', default: '', icon: 'search' },
    discover_every_min: number({ default: 0, minimum: 0, maximum: 1440, unit: 'min', icon: 'repeat' }),
    add_discovered: { type: 'boolean', default: false, icon: 'plus' },
    port: number({ default: 0, minimum: 0, maximum: 65_535, whole: true, icon: 'random' }),
    poll_over: { type: 'choice', default: 'tcp', values: ['tcp', 'udp'], icon: 'exchange' },
    fastest_s: interval('minimum_ms', 'fast-forward'),
    slowest_s: interval('maximum_ms', 'clock-o'),
    sensitivity: rule('sensitivity', { icon: 'sliders' }),
    step_w: rule('step_w', { unit: 'W', icon: 'arrows-v' }),
    step_pct: rule('step_percent', { unit: '%', icon: 'percent' }),
    outlets_factor: limit('outlet_interval_factor', { icon: 'th' }),
    budget_per_min: limit('polls_per_minute', { icon: 'tachometer' }),
    cache: { type: 'config-node', default: '', node: 'kasa-cache-store', icon: 'bolt' },
    in_flight: limit('concurrency', { whole: true, icon: 'exchange' }),
    failures_until_offline: limit('failures_until_offline', { whole: true, icon: 'chain-broken' }),
    connect_s: timeout('connect_ms', 'plug'),
    reply_s: timeout('reply_ms', 'reply'),
    command_s: timeout('command_ms', 'hand-pointer-o'),
    discovery_s: timeout('discovery_ms', 'search'),
  },
  credentials: {
    ...{ username: 'text', password: 'password', hash: 'password' },
    ...{ username_2: 'text', password_2: 'password', hash_2: 'password' },
    ...{ username_3: 'text', password_3: 'password', hash_3: 'password' },
  },
} as const satisfies NodeSchema
