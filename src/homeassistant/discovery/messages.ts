import { availableWhile } from '../available-while'
import type { Component, Platform } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'
import type { Announcement, DeviceBlock } from './announcement'
import type { Form } from './device-record'
import { ORIGIN } from './origin'

/** One announcement, or a part of it, as it is retained. */
export interface DiscoveryMessage {
  readonly topic: string
  readonly payload: string
}

export interface MessageContext {
  readonly topics: Pick<Topics, 'deviceDiscovery' | 'componentDiscovery'>
  readonly options: Pick<HomeAssistantOptions, 'state_qos'>
}

/** Components without those that are gone. */
type Platforms = ReadonlyMap<string, Platform>

/** What is sent to the topics of an announcement before others follow: the entities stay known, with their history. */
export const MIGRATE_PAYLOAD = JSON.stringify({ migrate_discovery: true })

/** Where components are announced: all of them together, or each. */
export function topicsOf(
  form: Form,
  node_id: string,
  components: Platforms,
  topics: MessageContext['topics'],
): ReadonlySet<string> {
  if (form === 'device') return new Set([topics.deviceDiscovery(node_id)])
  return new Set([...components].map(([id, platform]) => topics.componentDiscovery(platform, node_id, id)))
}

/**
 * All of a device in one message.
 * @param gone what the device has no longer: leaving it out would not take it away from Home Assistant
 */
export function deviceMessage(announcement: Announcement, gone: Platforms, context: MessageContext): DiscoveryMessage {
  const { node_id, components } = announcement
  const qos = Number(context.options.state_qos)
  const parts = Object.entries(components).map(([id, component]) => [id, { qos, ...component }] as const)
  const tombstones = [...gone].map(([id, platform]) => [id, { platform }] as const)
  const message = {
    device: deviceOf(announcement),
    origin: ORIGIN,
    ...availabilityOf(announcement),
    // Versions before 2026 take it from each component alone.
    qos,
    components: Object.fromEntries([...parts, ...tombstones]),
  }
  return { topic: context.topics.deviceDiscovery(node_id), payload: JSON.stringify(message) }
}

/** One message for each component, which says all that the others say too. */
export function singleMessage(
  announcement: Announcement,
  id: string,
  component: Component,
  { topics, options }: MessageContext,
): DiscoveryMessage {
  const { platform, ...rest } = component
  const message = {
    // A trigger happens; it cannot be away.
    ...(platform === 'device_automation' ? {} : availabilityOf(announcement)),
    qos: Number(options.state_qos),
    ...rest,
    device: deviceOf(announcement),
    origin: ORIGIN,
  }
  return { topic: topics.componentDiscovery(platform, announcement.node_id, id), payload: JSON.stringify(message) }
}

/** With a default written out that older versions lose; see `availableWhile`. */
function deviceOf({ device }: Announcement): DeviceBlock {
  return { ...device, connections: device.connections ?? [] }
}

function availabilityOf({ availability_topics }: Announcement): object {
  return { availability: availableWhile(...availability_topics), availability_mode: 'all' }
}
