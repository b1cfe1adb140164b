import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, type Topics } from '../topics'
import type { Component, JsonValue, Platform } from './component'

/** What entities need to know beside the device. */
export interface EntityContext {
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'entity_ids' | 'state_qos' | 'tariff'>
}

type Words = Readonly<Record<string, JsonValue | undefined>>

/** One component of a device; what is undefined is left out, because Home Assistant takes no null for it. */
export function entity(
  device_id: string,
  platform: Platform,
  key: string,
  { topics, options }: EntityContext,
  words: Words,
): Component {
  const unique_id = `${nodeIdOf(topics.base, device_id)}_${key}`
  const byDevice = options.entity_ids === 'by_device_id'
  return defined({
    platform,
    unique_id,
    default_entity_id: byDevice ? `${platform}.${entityIdOf(unique_id)}` : undefined,
    // Older Home Assistants inherit none from the root of the message.
    qos: Number(options.state_qos),
    ...words,
  })
}

export function defined(words: Words & { readonly platform: Platform }): Component {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as unknown as Component
}

/** Home Assistant allows small letters, digits, and single underscores between them. */
function entityIdOf(unique_id: string): string {
  return unique_id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}
