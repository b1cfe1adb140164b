import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { checkDiscovery } from '../../../src/homeassistant/discovery/check-discovery'
import { deviceMessage, MIGRATE_PAYLOAD, singleMessage } from '../../../src/homeassistant/discovery/messages'
import type { Components } from '../../../src/homeassistant/entities/component'
import { Topics } from '../../../src/homeassistant/topics'
import { damaged, havoc } from '../../support/damage'
import { announcementOf, CONTEXT } from './announcements'

const TOPIC = 'homeassistant/device/kasa/kasa_A/config'
const COMPONENTS: Components = {
  power: {
    platform: 'sensor',
    unique_id: 'kasa_A_power',
    state_topic: 'kasa/A/state',
    value_template: '{{ value_json.power_w }}',
    device_class: 'power',
    state_class: 'measurement',
    unit_of_measurement: 'W',
    suggested_display_precision: 1,
  },
  relay: {
    platform: 'switch',
    unique_id: 'kasa_A_relay',
    name: null,
    state_topic: 'kasa/A/state',
    command_topic: 'kasa/A/set/on',
    device_class: 'outlet',
  },
  light: {
    platform: 'light',
    unique_id: 'kasa_A_light',
    name: null,
    schema: 'json',
    command_topic: 'kasa/A/set/light',
    supported_color_modes: ['color_temp', 'hs'],
    color_temp_kelvin: true,
    min_kelvin: 2500,
    max_kelvin: 6500,
  },
  minutes: {
    platform: 'number',
    unique_id: 'kasa_A_minutes',
    command_topic: 'kasa/A/set/auto_off_min',
    device_class: 'duration',
    unit_of_measurement: 'min',
    min: 0,
    max: 1440,
  },
  raised: {
    platform: 'device_automation',
    automation_type: 'trigger',
    topic: 'kasa/A/alert',
    type: 'raised',
    subtype: 'x',
  },
}

type Change = (message: { [key: string]: unknown; components: Record<string, Record<string, unknown>> }) => void

/** What a change of a sound message is complained of. */
function pathsAfter(change: Change): string[] {
  const message = JSON.parse(soundPayload()) as Parameters<Change>[0]
  change(message)
  return checkDiscovery(TOPIC, JSON.stringify(message)).map(({ path }) => path)
}

function soundPayload(): string {
  return deviceMessage(announcementOf('A', [], { components: COMPONENTS }), new Map([['gone', 'button']]), CONTEXT)
    .payload
}

/** Of one component. */
function pathsOf(id: string, keys: Record<string, unknown>, removed: readonly string[] = []): string[] {
  return pathsAfter(({ components }) => {
    const component = { ...components[id], ...keys }
    for (const key of removed) delete component[key]
    components[id] = component
  })
}

describe('checkDiscovery', () => {
  it('lets pass what Home Assistant takes: a device, a tombstone, a removal, a migration', () => {
    assert.deepEqual(checkDiscovery(TOPIC, soundPayload()), [])
    assert.deepEqual(checkDiscovery(TOPIC, ''), [])
    assert.deepEqual(checkDiscovery(TOPIC, MIGRATE_PAYLOAD), [])
  })

  it('lets pass each component by itself', () => {
    const announcement = announcementOf('A', [], { components: COMPONENTS })
    for (const [id, component] of Object.entries(COMPONENTS)) {
      const { topic, payload } = singleMessage(announcement, id, component, CONTEXT)
      assert.deepEqual(checkDiscovery(topic, payload), [], topic)
    }
  })

  it('refuses what the root of a device cannot have', () => {
    assert.deepEqual(
      pathsAfter((message) => (message['~'] = 'kasa/A')),
      ['~'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.expire_after = 60)),
      ['expire_after'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.json_attributes_topic = 'a')),
      ['json_attributes_topic'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.avty_mode = 'all')),
      ['avty_mode'],
    )
    assert.deepEqual(pathsAfter((message) => (message.migrate_discovery = true)).includes('device'), true)
    assert.deepEqual(
      pathsAfter((message) => delete message.origin),
      ['origin'],
    )
    assert.deepEqual(
      pathsAfter((message) => delete message.device),
      ['device'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.availability_topic = 'a')),
      ['availability_topic'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.availability = [{ topic: 'a/#' }])),
      ['availability[0].topic'],
    )
    assert.deepEqual(
      pathsAfter((message) => (message.qos = 3)),
      ['qos'],
    )
  })

  it('refuses what a device cannot say', () => {
    const device = (keys: object) =>
      pathsAfter((message) => (message.device = { name: 'a', identifiers: ['a'], ...keys }))
    assert.deepEqual(device({}), [])
    assert.deepEqual(device({ sw_version: null }), ['device.sw_version'])
    assert.deepEqual(device({ mf: 'TP-Link' }), ['device.mf'])
    assert.deepEqual(device({ identifiers: [] }), ['device.identifiers'])
    assert.deepEqual(device({ identifiers: undefined }), ['device.identifiers'])
    assert.deepEqual(device({ name: undefined }), ['device.name'])
    assert.deepEqual(device({ connections: [] }), [])
    assert.deepEqual(device({ connections: [], identifiers: undefined }), ['device.identifiers'])
    assert.deepEqual(device({ connections: [['mac']] }), ['device.connections[0]'])
    assert.deepEqual(device({ configuration_url: 'ftp://a' }), ['device.configuration_url'])
    assert.deepEqual(
      pathsAfter((message) => (message.origin = { name: 'a', url: 'a' })),
      ['origin.url'],
    )
  })

  it('refuses a component that would be ignored, or take the whole device with it', () => {
    assert.deepEqual(pathsOf('power', {}, ['unique_id']), ['components.power.unique_id'])
    assert.deepEqual(pathsOf('power', {}, ['platform']), ['components.power.platform'])
    assert.deepEqual(pathsOf('power', { platform: 'climate' }), ['components.power.platform'])
    assert.deepEqual(pathsOf('my power', { platform: 'button' }), ['components.my power'])
    assert.deepEqual(pathsOf('power', { object_id: 'power' }), ['components.power.object_id'])
    assert.deepEqual(pathsOf('power', { unit_of_meas: 'W' }), ['components.power.unit_of_meas'])
    assert.deepEqual(pathsOf('power', { state_topic: 'kasa/+/state' }), ['components.power.state_topic'])
    assert.deepEqual(pathsOf('power', {}, ['state_topic']), ['components.power.state_topic'])
    assert.deepEqual(pathsOf('power', { entity_category: 'config' }), ['components.power.entity_category'])
    assert.deepEqual(pathsOf('power', { default_entity_id: 'switch.a' }), ['components.power.default_entity_id'])
    assert.deepEqual(pathsOf('power', { icon: 'flash' }), ['components.power.icon'])
    assert.deepEqual(pathsOf('power', { value_template: '{{ value_json.a' }), ['components.power.value_template'])
    assert.deepEqual(pathsOf('relay', { unique_id: 'a' }), [])
    assert.deepEqual(pathsOf('twin', { ...COMPONENTS.relay }), ['components.twin.unique_id'])
    assert.deepEqual(pathsOf('raised', { unique_id: 'a' }), ['components.raised.unique_id'])
  })

  it('refuses units, classes and options that contradict one another', () => {
    assert.deepEqual(pathsOf('power', { unit_of_measurement: 'Wh' }), ['components.power.unit_of_measurement'])
    assert.deepEqual(pathsOf('power', {}, ['unit_of_measurement']), ['components.power.unit_of_measurement'])
    assert.deepEqual(pathsOf('power', { state_class: 'total' }), ['components.power.state_class'])
    assert.deepEqual(pathsOf('power', { device_class: 'energy', unit_of_measurement: 'kWh' }), [
      'components.power.state_class',
    ])
    assert.deepEqual(pathsOf('power', { device_class: 'timestamp' }), [
      'components.power.unit_of_measurement',
      'components.power.state_class',
    ])
    assert.deepEqual(pathsOf('power', { device_class: 'reactive' }), ['components.power.device_class'])
    assert.deepEqual(pathsOf('power', { options: ['a'] }), ['components.power.options'])
    assert.deepEqual(pathsOf('power', { last_reset_value_template: '{{ 0 }}' }), [
      'components.power.last_reset_value_template',
    ])
    assert.deepEqual(pathsOf('minutes', { unit_of_measurement: 'minutes' }), ['components.minutes.unit_of_measurement'])
    assert.deepEqual(pathsOf('minutes', { max: 0 }), ['components.minutes.max'])
  })

  it('refuses lights with modes that exclude one another', () => {
    const modes = (...list: unknown[]) => pathsOf('light', { supported_color_modes: list })
    const path = ['components.light.supported_color_modes']
    assert.deepEqual(modes('brightness'), [])
    assert.deepEqual(modes('brightness', 'hs'), path)
    assert.deepEqual(modes('hs', 'hs'), path)
    assert.deepEqual(modes('white'), path)
    assert.deepEqual(modes('mireds'), path)
    assert.deepEqual(pathsOf('light', { hs: true }), ['components.light.hs'])
    assert.deepEqual(pathsOf('light', { min_kelvin: 7000 }), ['components.light.max_kelvin'])
  })

  it('says of each fault which component it is of', () => {
    const message = JSON.parse(soundPayload()) as Parameters<Change>[0]
    message.components.power = { ...message.components.power, unit_of_measurement: 'Wh' }
    const [fault] = checkDiscovery(TOPIC, JSON.stringify(message))
    assert.equal(fault?.component, 'power')
    assert.equal(fault?.value, 'Wh')
    assert.match(fault?.range ?? '', /kW/)
  })

  it('refuses topics that Home Assistant does not listen to', () => {
    for (const topic of [
      'homeassistant/device/kasa_A',
      'homeassistant/device/k asa/config',
      'homeassistant/climate/kasa_A/config',
      'homeassistant/sensor/a/b/c/config',
      'device/kasa_A/config',
      'config',
    ]) {
      assert.deepEqual(
        checkDiscovery(topic, '').map(({ path }) => path),
        ['topic'],
        topic,
      )
    }
    for (const topic of ['ha/sensor/a/config', 'my/ha/device/a/b/config'])
      assert.deepEqual(checkDiscovery(topic, ''), [])
  })

  it('may be of a bridge whose topic is called like a platform', () => {
    for (const base of ['sensor', 'switch', 'device']) {
      const topics = new Topics(base, 'my/home')
      const announcement = announcementOf('A', ['power_w'], { topics })
      const { topic, payload } = deviceMessage(announcement, new Map(), { ...CONTEXT, topics })
      assert.deepEqual(checkDiscovery(topic, payload), [], topic)
    }
  })

  it('needs device and origin beside a single component', () => {
    const { platform: _, ...rest } = COMPONENTS.relay as object & { platform: string }
    const faults = checkDiscovery('homeassistant/switch/kasa/kasa_A_relay/config', JSON.stringify(rest))
    assert.deepEqual(
      faults.map(({ path }) => path),
      ['device', 'origin'],
    )
  })

  it('refuses what is too long for anybody to take', () => {
    const faults = checkDiscovery(TOPIC, JSON.stringify({ device: 'a'.repeat(300_000) }))
    assert.deepEqual(
      faults.map(({ path }) => path),
      [''],
    )
  })

  it('finds out whatever is damaged, and never throws', () => {
    const sound = JSON.parse(soundPayload()) as object
    fc.assert(
      fc.property(fc.array(havoc, { minLength: 1, maxLength: 3 }), (damages) => {
        for (const { path, range } of checkDiscovery(TOPIC, JSON.stringify(damaged(sound, damages)))) {
          assert.equal(typeof path, 'string')
          assert.ok(range.length > 0)
        }
      }),
    )
  })

  it('never throws, whatever comes', () => {
    const topics = fc.oneof(fc.string(), fc.constant(TOPIC), fc.constant('homeassistant/sensor/a/config'))
    const payloads = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"components":${json}}`),
    )
    fc.assert(fc.property(topics, payloads, (topic, payload) => void checkDiscovery(topic, payload)))
  })
})
