import { type DeviceEvent, type Press, PRESSES } from '../../domain/event'
import type { Occasion } from '../../mqtt/broker'
import type { KnownDevice } from '../known-device'
import type { Topics } from '../topics'
import type { Component } from './component'
import { defined, entity, type EntityContext } from './entity'
import { valueTemplate } from './templates'

/** In the words that Home Assistant translates where it knows them. */
const TRIGGERS: Readonly<Record<Press['press'], { readonly type: string; readonly subtype: string }>> = {
  single: { type: 'button_short_press', subtype: 'button_1' },
  double: { type: 'button_double_press', subtype: 'button_1' },
  rotate: { type: 'rotated', subtype: 'knob' },
}

/** Of a button that people press: an entity that shows what they did, and triggers for automations. */
export function pressesOf({ device_id, device }: KnownDevice, context: EntityContext): [string, Component][] {
  if (device?.kind !== 'button') return []
  const topic = context.topics.event(device_id)
  const event = entity(device_id, 'event', 'button', context, {
    name: null,
    device_class: 'button',
    event_types: PRESSES,
    state_topic: topic,
  })
  const triggers = PRESSES.map((press): [string, Component] => {
    const words = {
      automation_type: 'trigger',
      ...TRIGGERS[press],
      topic,
      payload: press,
      value_template: valueTemplate('event_type'),
    }
    return [`trigger_${press}`, defined({ platform: 'device_automation', qos: event.qos, ...words })]
  })
  return [['button', event], ...triggers]
}

/** What a press tells; absent for every other event. */
export function pressOccasion(event: DeviceEvent, topics: Topics): Occasion | undefined {
  const { device_id, press, rotation_deg, timestamp } = event
  if (event.event !== 'pressed' || device_id === undefined || press === undefined) return undefined
  const payload = JSON.stringify({ event_type: press, ...(rotation_deg !== undefined && { rotation_deg }), timestamp })
  return { topic: topics.event(device_id), payload, qos: 1 }
}
