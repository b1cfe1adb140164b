import { MonitorError } from '../../../../domain/errors'
import { Request } from '../../transports/exchange'
import { LOG_ENTRIES } from './button-log'
import { encodeCalls, type Call } from './smart-request'

/** All that the polling side may ever say to a device. Nothing here changes anything. */
export const ALLOWED_METHODS = [
  'component_nego',
  'get_device_info',
  'get_child_device_list',
  'get_child_device_component_list',
  'get_emeter_data',
  'get_energy_usage',
  'get_current_power',
  'get_energy_data',
  'get_device_time',
  'get_trigger_logs',
  'get_led_info',
  'get_auto_off_config',
  'get_child_protection',
  'get_auto_update_info',
  'get_on_off_gradually_info',
  'get_protection_power',
  'get_preset_rules',
  'get_connect_cloud_state',
  'get_dynamic_light_effect_rules',
] as const

export type Method = (typeof ALLOWED_METHODS)[number]

/** Where a list begins, which part of the past is meant. Numbers alone go to a device. */
export type Parameters = Readonly<Record<string, number>>

/** One question. A query asks each method once. */
export interface Question {
  readonly method: Method
  readonly params?: Parameters
}

/** A request that only reads, of the host's own device or of one of its children. */
export class Query extends Request {
  /** @throws MonitorError `INTERNAL` for a question that is not allowed, whatever the types let through */
  constructor(
    readonly questions: readonly Question[],
    readonly child_id?: string,
  ) {
    const namesDevice = child_id === undefined && questions.some(({ method }) => method === 'get_device_info')
    super(encodeCalls(questions.map(callOf), child_id), true, namesDevice)
  }
}

function callOf({ method, params }: Question): Call {
  if (!(ALLOWED_METHODS as readonly string[]).includes(method)) {
    throw new MonitorError('INTERNAL', `a poll may not ask for ${method}`)
  }
  if (!params) return { method }
  return { method, params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, Number(value)])) }
}

/** Of methods that are never asked without. */
const PARAMETERS: ReadonlyMap<Method, Parameters> = new Map<Method, Parameters>([
  ['get_child_device_list', { start_index: 0 }],
  ['get_child_device_component_list', { start_index: 0 }],
  ['get_dynamic_light_effect_rules', { start_index: 0 }],
  ['get_preset_rules', { start_index: 0 }],
  // From the newest entry back.
  ['get_trigger_logs', { page_size: LOG_ENTRIES, start_id: 0 }],
])

/** Equal queries are one, so that a thousand plugs of a kind share their encoded bytes. */
const shared = new Map<string, Query>()

/** What the host's own device is asked, from the beginning of each list. */
export function deviceQuery(methods: readonly Method[]): Query {
  const key = methods.join()
  const known = shared.get(key)
  if (known) return known
  const query = new Query(methods.map(questionOf))
  shared.set(key, query)
  return query
}

export function childQuery(methods: readonly Method[], child_id: string): Query {
  return new Query(methods.map(questionOf), child_id)
}

function questionOf(method: Method): Question {
  const params = PARAMETERS.get(method)
  return params ? { method, params } : { method }
}

/** Lists that come in pages, and where in the answer their items are. */
export const LIST_KEYS: ReadonlyMap<Method, string> = new Map<Method, string>([
  ['get_child_device_list', 'child_device_list'],
  ['get_child_device_component_list', 'child_component_list'],
  ['get_dynamic_light_effect_rules', 'rule_list'],
  ['get_preset_rules', 'states'],
])
