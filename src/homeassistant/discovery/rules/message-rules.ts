import type { Fields } from './fields'

/** Home Assistant refuses the whole message where anything else is there. */
export interface ObjectRules {
  readonly required: Fields
  readonly optional: Fields
}

/** Beside components. */
export const DEVICE_MESSAGE: ObjectRules = {
  required: { device: 'object', components: 'object', origin: 'object' },
  optional: {
    availability: 'list',
    availability_mode: ['all', 'any', 'latest'],
    availability_topic: 'topic',
    availability_template: 'template',
    payload_available: 'text',
    payload_not_available: 'text',
    state_topic: 'topic',
    command_topic: 'topic',
    qos: [0, 1, 2],
    encoding: 'text',
  },
}

/** One of `identifiers` and `connections` has to be there. It takes no name too, but says so in its log. */
export const DEVICE: ObjectRules = {
  required: { name: 'text' },
  optional: {
    identifiers: 'texts',
    connections: 'any_list',
    manufacturer: 'text',
    model: 'text',
    model_id: 'text',
    hw_version: 'text',
    serial_number: 'text',
    sw_version: 'text',
    via_device: 'text',
    suggested_area: 'text',
    configuration_url: 'address',
  },
}

export const ORIGIN: ObjectRules = {
  required: { name: 'text' },
  optional: { sw_version: 'text', support_url: 'address' },
}

export const AVAILABILITY: ObjectRules = {
  required: { topic: 'topic' },
  optional: { payload_available: 'text', payload_not_available: 'text', value_template: 'template' },
}

/** The only key of a message that gives components up for another form. */
export const MIGRATE_KEY = 'migrate_discovery'

/** Ids that are joined with spaces, or are levels of a topic. */
export const ID = /^[A-Za-z0-9_-]+$/

export const ID_RANGE = 'letters, digits, - and _'
export const DEVICE_LEVEL = 'device'
