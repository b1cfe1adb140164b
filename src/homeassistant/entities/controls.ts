import type { Device } from '../../domain/device'
import type { KnownDevice } from '../known-device'
import type { Component } from './component'
import { CONTROLS, SWITCH_WORDS } from './control-table'
import { entity, type EntityContext } from './entity'
import { isLight, lightOf } from './light'
import { lightPresetOf } from './light-preset'
import { valueTemplate } from './templates'

/** How people know them: what the whole device is for has no name but the device's. */
const SWITCH_CLASSES: { readonly [Kind in Device['kind']]?: string } = {
  plug: 'outlet',
  outlet: 'outlet',
  switch: 'switch',
}

/** What can be done to a device that is known. */
export function controlsOf(known: KnownDevice, context: EntityContext): [string, Component][] {
  const { device } = known
  if (!device) return isOnOf(known, context)
  return [
    ...mainOf(known, device, context),
    ...lightPresetOf(device, context),
    ...settingsOf(known, device, context),
    ...restartOf(device, context),
  ]
}

/** A strip is switched outlet by outlet. */
function mainOf(known: KnownDevice, device: Device, context: EntityContext): [string, Component][] {
  if (isLight(device)) return [['light', lightOf(device, context)]]
  if (!device.features.includes('relay') || device.kind === 'strip') return []
  const { device_id } = known
  const { topics } = context
  const component = entity(device_id, 'switch', 'state', context, {
    name: null,
    device_class: SWITCH_CLASSES[device.kind],
    state_topic: topics.state(device_id),
    value_template: valueTemplate('on'),
    command_topic: topics.set(device_id, 'on'),
    ...SWITCH_WORDS,
  })
  return [['state', component]]
}

function settingsOf({ device_id }: KnownDevice, device: Device, context: EntityContext): [string, Component][] {
  const { topics } = context
  const rows = CONTROLS.filter(({ feature }) => device.features.includes(feature))
  return rows.map(({ key, sets, platform, name, icon, words }) => [
    key,
    entity(device_id, platform, key, context, {
      name,
      state_topic: topics.state(device_id),
      value_template: valueTemplate(sets),
      command_topic: topics.set(device_id, sets),
      entity_category: 'config',
      icon,
      ...words,
    }),
  ])
}

/** Outlets and what is behind a hub have no computer of their own. */
function restartOf({ device_id, parent_id }: Device, context: EntityContext): [string, Component][] {
  if (parent_id !== undefined) return []
  const component = entity(device_id, 'button', 'reboot', context, {
    name: 'Restart',
    device_class: 'restart',
    command_topic: context.topics.set(device_id, 'reboot'),
    payload_press: 'PRESS',
    entity_category: 'config',
    enabled_by_default: false,
  })
  return [['reboot', component]]
}

/** Of what nobody has described: nobody knows how to switch it. */
function isOnOf({ device_id, keys }: KnownDevice, context: EntityContext): [string, Component][] {
  if (!keys.has('on')) return []
  const component = entity(device_id, 'binary_sensor', 'is_on', context, {
    name: null,
    device_class: 'power',
    state_topic: context.topics.state(device_id),
    value_template: valueTemplate('on'),
    payload_on: 'True',
    payload_off: 'False',
  })
  return [['is_on', component]]
}
