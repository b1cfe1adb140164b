import { DEVICE_EVENTS, type DeviceEventName } from '../../../domain/event'

/** What a device does with a value, where that is said better than with the name of the value: `draws 2,310 W`. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['power_w', 'draws'],
  ['current_a', 'draws'],
  ['voltage_v', 'has'],
  ['temperature_c', 'is at'],
])

const NOUNS: ReadonlyMap<string, string> = new Map([
  ['on', 'state'],
  ['power_w', 'power'],
  ['voltage_v', 'voltage'],
  ['current_a', 'current'],
  ['energy_kwh', 'energy counter'],
  ['energy_today_kwh', 'energy of today'],
  ['energy_month_kwh', 'energy of this month'],
  ['energy_total_kwh', 'energy in all'],
  ['brightness_pct', 'brightness'],
  ['color_temp_k', 'colour temperature'],
  ['hue_deg', 'hue'],
  ['saturation_pct', 'saturation'],
  ['temperature_c', 'temperature'],
  ['target_temperature_c', 'target temperature'],
  ['humidity_pct', 'humidity'],
  ['battery_pct', 'battery'],
  ['rssi_dbm', 'signal'],
  ['latency_ms', 'response time'],
  ['cpu_pct', 'CPU'],
  ['memory_pct', 'memory'],
  ['disk_pct', 'disk'],
  ['event_loop_delay_ms', 'event-loop delay'],
  ['database_pool_pct', 'database pool'],
  ['spool.points', 'spool'],
  // Where conditions are joined.
  ['silent_s', 'silent for'],
])

/** Where it is false, and where it is true. */
const STATES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['on', ['is off', 'is on']],
  ['online', ['is offline', 'is online']],
  ['battery_low', ['has enough battery', 'has a low battery']],
  ['overheated', ['is no longer overheated', 'is overheated']],
  ['overloaded', ['is no longer overloaded', 'is overloaded']],
  ['motion', ['sees no motion', 'sees motion']],
  ['contact_open', ['is closed', 'is open']],
  ['water_leak', ['reports no water', 'reports water']],
])

const EVENTS: Readonly<Record<DeviceEventName, string>> = {
  added: 'is polled from now on',
  removed: 'is no longer polled',
  online: 'is online',
  offline: 'is offline',
  changed: 'was switched',
  pressed: 'was pressed',
  login_refused: 'refuses the login',
  unsupported: 'cannot be read: it speaks no protocol that is known here',
  identity_mismatch: 'does not answer at its address, but another device does',
  moved: 'has another address',
  energy_reset: 'has begun its energy counter anew',
}

/** The name of a value, such as `response time`; of one that is the user's own, its key. */
export function nounFor(key: string): string {
  return NOUNS.get(key) ?? key
}

/** Who does what, before a value: `Heater draws`, `Heater: battery is at`. */
export function subjectAndVerb(alias: string, key: string): string {
  return `${subjectFor(alias, key)} ${VERBS.get(key) ?? 'is at'}`
}

/** `Heater`, `Heater: battery` */
export function subjectFor(alias: string, key: string): string {
  return VERBS.has(key) ? alias : `${alias}: ${nounFor(key)}`
}

/** `is on`; undefined where the key has no such words. */
export function stateOf(key: string, value: unknown): string | undefined {
  return typeof value === 'boolean' ? STATES.get(key)?.[Number(value)] : undefined
}

export function eventWords(event: unknown, on: unknown): string {
  if (event === 'changed' && typeof on === 'boolean') return `was switched ${on ? 'on' : 'off'}`
  return typeof event === 'string' && isEventName(event) ? EVENTS[event] : 'has sent an event'
}

function isEventName(name: string): name is DeviceEventName {
  return Object.hasOwn(DEVICE_EVENTS, name)
}
