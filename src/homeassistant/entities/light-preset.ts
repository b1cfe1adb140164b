import type { Device } from '../../domain/device'
import type { Component } from './component'
import { entity, type EntityContext } from './entity'

const NAME = 'Light preset '
const NONE = 'Not set'
const VALUE = 'value_json.light_preset'

/** What people keep in the app for a light, by its number. */
export function lightPresetOf(device: Device, context: EntityContext): [string, Component][] {
  const { device_id, features, light_presets = 0 } = device
  if (!features.includes('light-preset') || light_presets === 0) return []
  const { topics } = context
  const component = entity(device_id, 'select', 'light_preset', context, {
    name: 'Light preset',
    options: [NONE, ...Array.from({ length: light_presets }, (_, index) => `${NAME}${index + 1}`)],
    state_topic: topics.state(device_id),
    value_template: `{{ None if ${VALUE} is not number else '${NAME}' ~ ${VALUE} if ${VALUE} > 0 else '${NONE}' }}`,
    command_topic: topics.set(device_id, 'light_preset'),
    command_template: `{{ value | replace('${NAME}', '') }}`,
    entity_category: 'config',
    icon: 'mdi:sign-text',
  })
  return [['light_preset', component]]
}
