import type { KnownDevice } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import { DEFAULT_BASE_TOPIC } from '../parse-options'
import { nodeIdOf, type Topics } from '../topics'
import type { DeviceBlock } from './announcement'
import { ORIGIN } from './origin'

export interface DeviceBlockContext {
  readonly topics: Pick<Topics, 'base'>
  readonly options: Pick<HomeAssistantOptions, 'merge_native'>
}

/** By integration. */
const MANUFACTURERS: ReadonlyMap<string, string> = new Map([['kasa', 'TP-Link']])
const BRIDGE_NAME = 'Kasa Monitor'

/** What Home Assistant shows of a device beside its entities. */
export function deviceBlockOf(known: KnownDevice, { topics, options }: DeviceBlockContext): DeviceBlock {
  const { device, parent, model } = known
  const manufacturer = device && MANUFACTURERS.get(device.integration)
  // Outlets and what is behind a hub have the address of the whole.
  const mac = options.merge_native === 'yes' && !parent ? device?.mac : undefined
  return {
    identifiers: [nodeIdOf(topics.base, known.device_id)],
    name: nameOf(known),
    ...(manufacturer && { manufacturer }),
    ...(model && { model }),
    ...(device?.hardware && { hw_version: device.hardware }),
    ...(device?.firmware && { sw_version: device.firmware }),
    ...(mac && { connections: [['mac', mac]] as const }),
    ...(parent && { via_device: nodeIdOf(topics.base, parent.device_id) }),
  }
}

/** The bridge as a device of its own: what is of no device is there. */
export function bridgeBlock({ topics: { base } }: Pick<DeviceBlockContext, 'topics'>): DeviceBlock {
  return {
    identifiers: [nodeIdOf(base)],
    name: base === DEFAULT_BASE_TOPIC ? BRIDGE_NAME : `${BRIDGE_NAME} (${base})`,
    manufacturer: ORIGIN.name,
    sw_version: ORIGIN.sw_version,
  }
}

/** An outlet is called after its strip too, as with the native integration: many are just `Plug 1`. */
function nameOf({ alias, model, device_id, device, parent }: KnownDevice): string {
  const name = [alias.trim(), model.trim()].find((text) => text !== '') ?? device_id
  const strip = device?.kind === 'outlet' ? parent?.alias.trim() : undefined
  return strip && !name.startsWith(strip) ? `${strip} ${name}` : name
}
