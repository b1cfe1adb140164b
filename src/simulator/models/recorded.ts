import type { DeviceModel, Identity, Surroundings } from '../device-model'
import { DumpModel } from './dump'
import { HUBS } from './smart-catalogue'
import { isChildDump, isSmartDump, smartDump, type DumpIdentity } from './smart-dump'
import { smartHub } from './smart-hub'

/**
 * The device of a recording, told by what it holds; a sensor is served by a hub.
 * @throws MonitorError `INPUT_INVALID` where it is no recording
 */
export function recordedModel(
  dump: unknown,
  { identity, ...options }: DumpIdentity & { readonly identity: Identity },
  surroundings: Surroundings,
): DeviceModel {
  if (!isSmartDump(dump)) return new DumpModel(dump, options)
  if (!isChildDump(dump)) return smartDump(dump, options, surroundings)
  return smartHub('H100(EU)', HUBS['H100(EU)'], identity, { ...options, dumps: [dump] }, surroundings)
}
