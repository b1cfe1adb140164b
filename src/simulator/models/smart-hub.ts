import { invalid } from '../../domain/errors'
import type { Identity, Surroundings } from '../device-model'
import { Hub, type SensorOptions } from '../hub'
import { autoUpdate } from '../smart/modules/auto-update'
import { fixed } from '../smart/modules/fixed'
import { identity, radio } from '../smart/modules/identity'
import { led } from '../smart/modules/led'
import { system } from '../smart/modules/system'
import { RecordedUnit } from '../smart/recorded-unit'
import { SmartDevice } from '../smart/smart-device'
import { Unit } from '../smart/unit'
import type { DeviceOptions } from './options'
import type { SmartProfile } from './smart-catalogue'
import { isChildDump, isSmartDump } from './smart-dump'

export interface HubOptions<Model extends string> extends Omit<DeviceOptions, 'on'> {
  readonly model?: Model
  readonly sensors?: readonly SensorOptions[]
  /** Recordings of sensors and valves. */
  readonly dumps?: readonly unknown[]
}

/** A hub with what it hears. */
export function smartHub(
  model: string,
  profile: SmartProfile,
  { device_id, mac }: Identity,
  options: HubOptions<string>,
  surroundings: Surroundings,
): SmartDevice {
  const named = { alias: options.alias ?? model }
  const recorded = (options.dumps ?? []).map((dump, index) => recordedChild(dump, device_id, index))
  const hub = new Hub(device_id, surroundings.clock, recorded)
  for (const sensor of options.sensors ?? []) hub.add(sensor)
  const who = { device_id, mac: mac.replaceAll(':', '-'), model }
  const modules = [
    identity(who, profile, named),
    radio,
    system(surroundings),
    autoUpdate(),
    fixed(profile.components),
    led(),
    { info: () => ({ in_alarm: false, in_alarm_source: '' }) },
  ]
  const { components, device_type } = profile
  const party = new Unit({ id: device_id, components, modules, children: () => hub.children })
  return new SmartDevice({ ...who, device_type, named, outlets: [], party, hub }, surroundings)
}

// Recordings have these ids blanked.
function recordedChild(dump: unknown, parent_device_id: string, index: number): RecordedUnit {
  if (!isSmartDump(dump) || !isChildDump(dump)) {
    throw invalid('INPUT_INVALID', 'dumps', dump, 'recordings of sensors and valves, by method')
  }
  const device_id = parent_device_id + String(index).padStart(2, '0')
  return new RecordedUnit({ replies: dump, identity: { device_id, parent_device_id } })
}
