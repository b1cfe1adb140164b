import { isObject, type Json } from '../answer'
import type { Identity, Surroundings } from '../device-model'
import { base64 } from '../smart/modules/identity'
import { system } from '../smart/modules/system'
import { RecordedUnit } from '../smart/recorded-unit'
import { SmartDevice } from '../smart/smart-device'
import type { DeviceOptions } from './options'

export type DumpIdentity = Pick<DeviceOptions, 'alias'> & Partial<Identity>

/** Of the recorded answer to discovery: what does not follow from the device. */
const DISCOVERY_KEYS = ['obd_src', 'is_support_iot_cloud', 'factory_default', 'protocol_version', 'hw_ver'] as const

export function isSmartDump(dump: unknown): dump is Json {
  return isObject(dump) && isObject(dump.get_device_info) && isObject(dump.component_nego)
}

/** A sensor, a valve or a remote control, which speaks through its hub. */
export function isChildDump(dump: Json): boolean {
  const { category, parent_device_id } = dump.get_device_info as Json
  return typeof parent_device_id === 'string' || (typeof category === 'string' && category.startsWith('subg.'))
}

/** A recorded device that knows the newer commands, with its outlets. */
export function smartDump(dump: Json, options: DumpIdentity, surroundings: Surroundings): SmartDevice {
  const recorded = dump.get_device_info as Json
  const device_id = options.device_id ?? String(recorded.device_id)
  const mac = options.mac?.replaceAll(':', '-') ?? String(recorded.mac)
  const { device_reboot } = system(surroundings).methods
  const party = new RecordedUnit({
    replies: dump,
    identity: { device_id, mac, ...nickname(options) },
    children: childrenOf(dump, device_id),
    methods: { device_reboot },
  })
  const announced = announcedBy(dump)
  return new SmartDevice(
    {
      ...{ device_id, mac, party, outlets: [] },
      model: String(announced.device_model ?? recorded.model),
      device_type: String(announced.device_type ?? recorded.type),
      named: recordedName(party),
      discovery: Object.fromEntries(DISCOVERY_KEYS.flatMap((key) => (key in announced ? [[key, announced[key]]] : []))),
    },
    surroundings,
  )
}

export function nickname({ alias }: { readonly alias?: string }): Json {
  return alias === undefined ? {} : { nickname: base64(alias) }
}

export function recordedName(unit: RecordedUnit): { readonly alias: string } {
  return {
    get alias() {
      return Buffer.from(String(unit.own().nickname ?? ''), 'base64').toString('utf8')
    },
  }
}

// Newer recordings have the whole answer, older ones its result.
function announcedBy({ discovery_result: answer }: Json): Json {
  if (!isObject(answer)) return {}
  return isObject(answer.result) ? answer.result : answer
}

/** Recordings have the ids of outlets blanked: here they are the device's with a number behind it, as strips have it. */
function childrenOf(dump: Json, device_id: string): RecordedUnit[] {
  const components = itemsOf(dump.get_child_device_component_list, 'child_component_list')
  return itemsOf(dump.get_child_device_list, 'child_device_list').map((listed, index) => {
    const id = String(listed.device_id)
    const own = isObject(dump.child_devices) && Object.hasOwn(dump.child_devices, id) ? dump.child_devices[id] : {}
    const { component_list } = components.find((item) => item.device_id === id) ?? {}
    const replies = { component_nego: { component_list }, get_device_info: listed, ...(isObject(own) ? own : {}) }
    return new RecordedUnit({ replies, identity: { device_id: device_id + numberOf(id, index) }, listed })
  })
}

function itemsOf(reply: unknown, key: string): Json[] {
  const items = isObject(reply) ? reply[key] : undefined
  return Array.isArray(items) ? (items as unknown[]).filter(isObject) : []
}

function numberOf(scrubbed: string, index: number): string {
  const recorded = /_(\d+)$/.exec(scrubbed)?.[1]
  return String(recorded === undefined ? index : Number(recorded) - 1).padStart(2, '0')
}
