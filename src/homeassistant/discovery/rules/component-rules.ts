import type { Platform } from '../../entities/component'
import { STATE_CLASSES } from './device-classes'
import type { Fields } from './fields'

export interface ComponentRules {
  readonly required: Fields
  readonly optional: Fields
  /** It takes none of what all entities do: a trigger is something that happens. */
  readonly is_entity: boolean
}

const QOS = [0, 1, 2] as const

/** Of every entity, beside its own. */
export const ENTITY_FIELDS: Fields = {
  availability: 'list',
  availability_mode: ['all', 'any', 'latest'],
  availability_topic: 'topic',
  availability_template: 'template',
  payload_available: 'text',
  payload_not_available: 'text',
  device: 'object',
  origin: 'object',
  enabled_by_default: 'boolean',
  entity_category: ['config', 'diagnostic'],
  entity_picture: 'text',
  icon: 'icon',
  json_attributes_topic: 'topic',
  json_attributes_template: 'template',
  default_entity_id: 'entity_id',
  unique_id: 'text',
  qos: QOS,
  encoding: 'text',
  group: 'texts',
  name: 'nullable_text',
}

/** As Home Assistant has them. It ignores other keys; to us they are mistakes. */
export const COMPONENT_RULES: Readonly<Record<Platform, ComponentRules>> = {
  sensor: {
    is_entity: true,
    required: { state_topic: 'topic' },
    optional: {
      value_template: 'template',
      device_class: 'sensor_class',
      expire_after: 'count',
      force_update: 'boolean',
      last_reset_value_template: 'template',
      options: 'texts',
      suggested_display_precision: 'count',
      state_class: [...STATE_CLASSES, null],
      unit_of_measurement: 'nullable_text',
    },
  },
  binary_sensor: {
    is_entity: true,
    required: { state_topic: 'topic' },
    optional: {
      value_template: 'template',
      device_class: 'binary_sensor_class',
      expire_after: 'count',
      force_update: 'boolean',
      off_delay: 'count',
      payload_on: 'text',
      payload_off: 'text',
    },
  },
  switch: {
    is_entity: true,
    required: { command_topic: 'topic' },
    optional: {
      state_topic: 'topic',
      value_template: 'template',
      command_template: 'template',
      device_class: ['outlet', 'switch', null],
      optimistic: 'boolean',
      retain: 'boolean',
      payload_on: 'text',
      payload_off: 'text',
      state_on: 'text',
      state_off: 'text',
    },
  },
  light: {
    is_entity: true,
    required: { command_topic: 'topic' },
    optional: {
      schema: ['basic', 'json', 'template'],
      state_topic: 'topic',
      optimistic: 'boolean',
      retain: 'boolean',
      brightness: 'boolean',
      brightness_scale: 'scale',
      color_temp_kelvin: 'boolean',
      effect: 'boolean',
      effect_list: 'texts',
      flash: 'boolean',
      flash_time_long: 'count',
      flash_time_short: 'count',
      max_kelvin: 'count',
      min_kelvin: 'count',
      max_mireds: 'count',
      min_mireds: 'count',
      supported_color_modes: 'texts',
      transition: 'boolean',
      white_scale: 'scale',
    },
  },
  button: {
    is_entity: true,
    required: { command_topic: 'topic' },
    optional: {
      command_template: 'template',
      device_class: ['identify', 'restart', 'update', null],
      payload_press: 'text',
      retain: 'boolean',
    },
  },
  number: {
    is_entity: true,
    required: { command_topic: 'topic' },
    optional: {
      state_topic: 'topic',
      value_template: 'template',
      command_template: 'template',
      device_class: 'number_class',
      max: 'number',
      min: 'number',
      mode: ['auto', 'box', 'slider'],
      optimistic: 'boolean',
      payload_reset: 'text',
      retain: 'boolean',
      step: 'step',
      unit_of_measurement: 'nullable_text',
    },
  },
  select: {
    is_entity: true,
    required: { command_topic: 'topic', options: 'texts' },
    optional: {
      state_topic: 'topic',
      value_template: 'template',
      command_template: 'template',
      optimistic: 'boolean',
      retain: 'boolean',
    },
  },
  event: {
    is_entity: true,
    required: { state_topic: 'topic', event_types: 'texts' },
    optional: { value_template: 'template', device_class: ['button', 'doorbell', 'motion'] },
  },
  device_automation: {
    is_entity: false,
    required: { automation_type: ['trigger'], topic: 'topic', type: 'text', subtype: 'text' },
    optional: {
      payload: 'nullable_text',
      value_template: 'nullable_text',
      qos: QOS,
      device: 'object',
      origin: 'object',
    },
  },
}

/** Keys that once were: what to write instead. */
export const REMOVED_KEYS: ReadonlyMap<string, string> = new Map([
  ['object_id', 'default_entity_id'],
  ['color_mode', 'supported_color_modes'],
  ['color_temp', 'color_temp in supported_color_modes, with color_temp_kelvin'],
  ['hs', 'hs in supported_color_modes'],
  ['rgb', 'rgb in supported_color_modes'],
  ['xy', 'xy in supported_color_modes'],
])
