import type { KnownDevice } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, type Topics } from '../topics'
import type { DeviceBlock } from './announcement'

export interface DeviceBlockContext {
  readonly topics: Pick<Topics, 'base'>
  readonly options: Pick<HomeAssistantOptions, 'merge_native'>
}

/** What Home Assistant shows of a device beside its entities. */
export function deviceBlockOf(known: KnownDevice, { topics }: DeviceBlockContext): DeviceBlock {
  return { identifiers: [nodeIdOf(topics.base, known.device_id)], name: known.alias }
}

/** The bridge as a device of its own: what is of no device is there. */
export function bridgeBlock({ topics }: Pick<DeviceBlockContext, 'topics'>): DeviceBlock {
  return { identifiers: [nodeIdOf(topics.base)], name: 'Kasa Monitor' }
}
