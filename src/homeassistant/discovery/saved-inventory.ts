import { MonitorError } from '../../domain/errors'
import { parsePeriodUse } from '../../domain/tariffs/period-use'
import type { JsonValue, Platform } from '../entities/component'
import type { StateKey } from '../known-device'
import { parseSavedCost } from '../state/energy-cost'
import { STATE_RATES } from '../state/state-rates'
import { isPlatform } from './check-component'
import { emptyRecord, type Announced, type DeviceRecord } from './device-record'
import { asRecord, rangeBroken } from './rules/fields'
import { ID } from './rules/message-rules'

const FORMAT = 'kasa-monitor-home-assistant'
const VERSION = 1
/** More than any device has; what is above was never written by us. */
const MOST_COMPONENTS = 1000
const LONGEST_ID = 512

/** What the file holds. */
export interface SavedInventory {
  /** By device id; that of the bridge has none. */
  readonly records: ReadonlyMap<string | undefined, DeviceRecord>
  /** Topics of announcements that are to be cleared. */
  readonly stale: ReadonlySet<string>
}

export function serialiseInventory({ records, stale }: SavedInventory): string {
  const devices = [...records].map(([device_id, { keys, announced, ...rest }]) => {
    return { device_id, ...rest, keys: [...keys], announced: announced && serialiseAnnounced(announced) }
  })
  return JSON.stringify({ format: FORMAT, version: VERSION, devices, stale: [...stale] })
}

/**
 * What is damaged of a device is left out; its announcement makes it good.
 * @throws MonitorError `DATABASE_INVALID` where it is no file of ours
 */
export function parseInventory(text: string): SavedInventory {
  const { format, version, devices, stale } = asRecord(JSON.parse(text)) ?? {}
  if (format !== FORMAT || version !== VERSION || !Array.isArray(devices)) {
    throw new MonitorError('DATABASE_INVALID', 'not a file of announced devices')
  }
  const records = new Map<string | undefined, DeviceRecord>()
  for (const device of devices) {
    const given = asRecord(device)
    const device_id = given?.device_id
    if (given && (device_id === undefined || isId(device_id))) records.set(device_id, parseRecord(given))
  }
  return { records, stale: new Set((Array.isArray(stale) ? stale : []).filter(isOwnConfigTopic)) }
}

function parseRecord(given: Readonly<Record<string, unknown>>): DeviceRecord {
  const { alias, model, parent_id, fleet_id, keys, cost, household, alerts, announced } = given
  return {
    ...emptyRecord(),
    alias: isText(alias) ? alias : '',
    model: isText(model) ? model : '',
    parent_id: isId(parent_id) ? parent_id : undefined,
    fleet_id: isId(fleet_id) ? fleet_id : undefined,
    keys: new Set(Array.isArray(keys) ? keys.filter(isStateKey) : []),
    cost: parseSavedCost(cost),
    household: parsePeriodUse(household),
    // It comes from JSON.
    alerts: alerts as JsonValue | undefined,
    announced: parseAnnounced(announced),
  }
}

function serialiseAnnounced({ components, gone, ...rest }: Announced): object {
  return { ...rest, components: Object.fromEntries(components), gone: Object.fromEntries(gone) }
}

function parseAnnounced(given: unknown): Announced | undefined {
  const { form, prefix, base, components, gone } = asRecord(given) ?? {}
  if ((form !== 'device' && form !== 'single') || !isTopic(prefix) || !isTopic(base)) return undefined
  return { form, prefix, base, components: platformsIn(components), gone: platformsIn(gone) }
}

/** Of what is announced somewhere, by component id; what cannot be is left out. */
export function platformsIn(given: unknown): ReadonlyMap<string, Platform> {
  const entries = Object.entries(asRecord(given) ?? {}).slice(0, MOST_COMPONENTS)
  return new Map(
    entries.filter((entry): entry is [string, Platform] => isComponentId(entry[0]) && isPlatform(entry[1])),
  )
}

function isComponentId(text: string): boolean {
  return text.length <= LONGEST_ID && ID.test(text)
}

function isStateKey(value: unknown): value is StateKey {
  return isText(value) && Object.hasOwn(STATE_RATES, value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isId(value: unknown): value is string {
  return isText(value) && value.length > 0 && value.length <= LONGEST_ID
}

function isTopic(value: unknown): value is string {
  return rangeBroken('topic', value) === undefined
}

/** Whatever the file says, nothing of others is cleared: see `Topics.deviceDiscovery`. */
function isOwnConfigTopic(value: unknown): value is string {
  if (!isTopic(value)) return false
  const [owner, id, config] = value.split('/').slice(-3)
  return config === 'config' && id !== undefined && owner !== undefined && id.startsWith(`${owner}_`)
}
