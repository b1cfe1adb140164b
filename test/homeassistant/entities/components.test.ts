import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { availableWhile } from '../../../src/homeassistant/available-while'
import { DEVICE_FEATURES, DEVICE_KINDS } from '../../../src/domain/device'
import { DETAIL_KEYS } from '../../../src/domain/device-details'
import { MEASURED_FIELDS, MEASURED_KEYS } from '../../../src/domain/reading'
import { COMMAND_KEYS } from '../../../src/homeassistant/commands/command-keys'
import { pressOccasion } from '../../../src/homeassistant/entities/buttons'
import { componentsOf } from '../../../src/homeassistant/entities/components'
import { SENSORS } from '../../../src/homeassistant/entities/sensor-table'
import { stateOf } from '../../support/state-of'
import { context, knownDevice, TOPICS } from '../../support/known-devices'

const EVERYTHING = DEVICE_KINDS.map((kind) =>
  knownDevice({
    device: { kind, features: DEVICE_FEATURES, light_presets: 3 },
    keys: [...MEASURED_KEYS, ...DETAIL_KEYS, 'energy_cost'],
  }),
)

describe('an entity', () => {
  it('is known by the device and its key, and says with what certainty it is told', () => {
    const known = knownDevice({ device: { kind: 'plug', features: ['relay'] } })
    const { state } = componentsOf(known, context({ state_qos: '1' }))
    assert.deepEqual(state, {
      platform: 'switch',
      unique_id: 'kasa_A1_state',
      qos: 1,
      name: null,
      device_class: 'outlet',
      state_topic: 'kasa/A1/state',
      value_template: '{{ value_json.on }}',
      command_topic: 'kasa/A1/set/on',
      payload_on: 'ON',
      payload_off: 'OFF',
      state_on: 'True',
      state_off: 'False',
    })
  })

  it('that says why a device is offline, or since when, is there while the device is not', () => {
    const components = componentsOf(knownDevice({ device: { kind: 'plug', features: ['relay', 'led'] } }), context())
    const own = Object.entries(components).filter(([, { availability }]) => availability !== undefined)
    assert.deepEqual(Object.fromEntries(own.map(([id, { availability }]) => [id, availability])), {
      last_seen: availableWhile('kasa/bridge/state'),
      offline_reason: availableWhile('kasa/bridge/state'),
    })
  })

  it('gets its name in Home Assistant from the device where the user wants that', () => {
    const known = knownDevice({ device_id: '50:C7:BF', device: { kind: 'plug', features: ['relay'] } })
    const { state } = componentsOf(known, context({ entity_ids: 'by_device_id' }))
    assert.equal(state?.default_entity_id, 'switch.kasa_50_3ac7_3abf_state')
    assert.equal('default_entity_id' in (componentsOf(known, context()).state ?? {}), false)
  })

  it('has an id of its own within its device and among all', () => {
    const outlets = ['A100', 'A101'].map((device_id) => {
      return knownDevice({ device_id, device: { kind: 'outlet', features: ['relay', 'led'], parent_id: 'A1' } })
    })
    const strip = knownDevice({ device: { kind: 'strip', features: ['relay', 'led'] }, outlets })
    const components = Object.entries(componentsOf(strip, context()))
    for (const [id] of components) assert.match(id, /^[A-Za-z0-9_-]+$/)
    const ids = components.map(([, { unique_id }]) => unique_id)
    assert.deepEqual(ids.slice(0, 2), ['kasa_A1_led', 'kasa_A1_reboot'])
    assert.equal(new Set(ids).size, ids.length)
  })

  it('reads what its device says, and writes what our commands take', () => {
    for (const known of EVERYTHING) {
      const state = new Set(Object.keys(stateOf(known)))
      for (const [id, component] of Object.entries(componentsOf(known, context({ price: 0.3 })))) {
        const { state_topic, value_template, command_topic } = component
        if (state_topic === TOPICS.state('A1')) {
          const read = [...String(value_template).matchAll(/value_json\.(\w+)/g)].map(([, key]) => key ?? '')
          assert.ok(read.length > 0 && read.every((key) => state.has(key)), `${known.device?.kind}: ${id}`)
        }
        if (command_topic === undefined) continue
        const [, key] = /^kasa\/A1\/set\/(\w+)$/.exec(String(command_topic)) ?? []
        assert.ok(key !== undefined && Object.hasOwn(COMMAND_KEYS, key), `${known.device?.kind}: ${id}`)
      }
    }
  })

  it('has the unit of the vocabulary, and no null where Home Assistant takes none', () => {
    for (const { reads, unit } of SENSORS) {
      const field = reads in MEASURED_FIELDS ? MEASURED_FIELDS[reads as keyof typeof MEASURED_FIELDS] : undefined
      assert.equal(unit, field?.type === 'number' ? field.unit : undefined, reads)
    }
    for (const known of EVERYTHING) {
      for (const component of Object.values(componentsOf(known, context({ price: 0.3 })))) {
        for (const [key, value] of Object.entries(component)) {
          assert.ok(value !== undefined && (value !== null || key === 'name'), key)
        }
      }
    }
  })

  it('is in no template what a stranger wrote', () => {
    const alias = '{{ states }} #/+\u0000'
    const device = { kind: 'outlet', features: ['relay'], parent_id: 'A1' } as const
    const outlets = [knownDevice({ device_id: '{{ 1 }}/#', alias, device }), knownDevice({ alias: ' ', device })]
    const strip = knownDevice({ alias, device: { kind: 'strip', features: ['relay'] }, outlets })
    const components = Object.values(componentsOf(strip, context()))
    for (const { value_template, state_topic } of components) {
      assert.doesNotMatch(String(value_template), /states/)
      assert.doesNotMatch(String(state_topic), /[#+{}]/)
    }
    assert.deepEqual(
      components.filter(({ platform }) => platform === 'switch').map(({ name }) => name),
      ['Outlet 1', alias],
    )
  })

  it('of a device that is part of its strip is none of its own', () => {
    const device = { kind: 'outlet', features: ['relay'], parent_id: 'A1' } as const
    const strip = knownDevice({
      device: { kind: 'strip', features: ['relay'] },
      outlets: [knownDevice({ device_id: 'A100', device, keys: ['on'] })],
    })
    assert.deepEqual(
      strip.outlets.map((outlet) => componentsOf(outlet, context())),
      [{}],
    )
  })
})

describe('a light', () => {
  const modes = (features: readonly (typeof DEVICE_FEATURES)[number][]) => {
    const known = knownDevice({ device: { kind: 'bulb', features: ['relay', ...features] } })
    return componentsOf(known, context()).light?.supported_color_modes
  }

  it('is told what it can show', () => {
    assert.deepEqual(modes([]), ['onoff'])
    assert.deepEqual(modes(['brightness']), ['brightness'])
    assert.deepEqual(modes(['brightness', 'color-temperature']), ['color_temp'])
    assert.deepEqual(modes(['brightness', 'color']), ['hs'])
    assert.deepEqual(modes(['brightness', 'color', 'color-temperature']), ['color_temp', 'hs'])
  })

  it('has its own range of colour temperatures and its own effects', () => {
    const device = {
      kind: 'light-strip',
      features: ['relay', 'brightness', 'color', 'color-temperature', 'effect'],
      color_temp_range: { minimum_k: 2700, maximum_k: 6500 },
      effects: ['Aurora', 'off', 'Candle'],
    } as const
    assert.deepEqual(componentsOf(knownDevice({ device }), context()).light, {
      platform: 'light',
      unique_id: 'kasa_A1_light',
      qos: 0,
      name: null,
      schema: 'json',
      state_topic: 'kasa/A1/light',
      command_topic: 'kasa/A1/set/light',
      supported_color_modes: ['color_temp', 'hs'],
      brightness: true,
      brightness_scale: 100,
      color_temp_kelvin: true,
      min_kelvin: 2700,
      max_kelvin: 6500,
      effect: true,
      effect_list: ['off', 'Aurora', 'Candle'],
      flash: false,
      transition: false,
    })
  })
})

describe('a press of a button', () => {
  const pressed = { event: 'pressed', device_id: 'B', alias: 'Bell', host: '127.0.0.1', timestamp: 5 } as const

  it('is told where its event and its triggers listen', () => {
    const known = knownDevice({ device_id: 'B', device: { kind: 'button', parent_id: 'H' } })
    const components = componentsOf(known, context())
    assert.deepEqual(components.button?.event_types, ['single', 'double', 'rotate'])
    assert.deepEqual(components.trigger_double, {
      platform: 'device_automation',
      qos: 0,
      automation_type: 'trigger',
      type: 'button_double_press',
      subtype: 'button_1',
      topic: 'kasa/B/event',
      payload: 'double',
      value_template: '{{ value_json.event_type }}',
    })
    assert.deepEqual(pressOccasion({ ...pressed, press: 'rotate', rotation_deg: -30 }, TOPICS), {
      topic: components.button?.state_topic,
      payload: '{"event_type":"rotate","rotation_deg":-30,"timestamp":5}',
      qos: 1,
    })
  })

  it('is no other event', () => {
    assert.equal(pressOccasion({ ...pressed, event: 'online' }, TOPICS), undefined)
    assert.equal(pressOccasion(pressed, TOPICS), undefined)
  })
})
