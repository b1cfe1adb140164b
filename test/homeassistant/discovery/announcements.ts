import type { Announcement } from '../../../src/homeassistant/discovery/announcement'
import type { Component, Components, Platform } from '../../../src/homeassistant/entities/component'
import { parseHomeAssistantOptions } from '../../../src/homeassistant/parse-options'
import { nodeIdOf, Topics } from '../../../src/homeassistant/topics'

export const TOPICS = new Topics('kasa', 'homeassistant')
export const OPTIONS = parseHomeAssistantOptions({})
export const CONTEXT = { topics: TOPICS, options: OPTIONS }

export function sensorOf(device_id: string | undefined, key: string, topics = TOPICS): Component {
  return {
    platform: 'sensor',
    unique_id: `${nodeIdOf(topics.base, device_id)}_${key}`,
    name: key,
    state_topic: topics.state(device_id ?? 'bridge'),
    value_template: `{{ value_json.${key} }}`,
  }
}

/** One entity of a platform that needs nothing else. */
export function entityOf(platform: Platform, device_id: string | undefined, key: string, topics = TOPICS): Component {
  const unique_id = `${nodeIdOf(topics.base, device_id)}_${key}`
  if (platform === 'sensor') return sensorOf(device_id, key, topics)
  return { platform, unique_id, name: key, command_topic: topics.set(device_id) }
}

export interface Made {
  readonly topics?: Topics
  readonly name?: string
  readonly parent?: string
  readonly components?: Components
}

/** Of a device with these sensors. */
export function announcementOf(device_id: string | undefined, keys: readonly string[], made: Made = {}): Announcement {
  const { topics = TOPICS, name = `device ${device_id ?? 'bridge'}`, parent, components = {} } = made
  const sensors = Object.fromEntries(keys.map((key) => [key, sensorOf(device_id, key, topics)] as const))
  return {
    node_id: nodeIdOf(topics.base, device_id),
    device: {
      identifiers: [nodeIdOf(topics.base, device_id)],
      name,
      ...(parent !== undefined && { via_device: nodeIdOf(topics.base, parent) }),
    },
    components: { ...sensors, ...components },
    availability_topics: [topics.bridge_state, ...(device_id === undefined ? [] : [topics.availability(device_id)])],
  }
}
