import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { COMPONENT_RULES, ENTITY_FIELDS } from '../../../src/homeassistant/discovery/rules/component-rules'
import {
  BINARY_SENSOR_CLASSES,
  COLOR_MODES,
  LONE_COLOR_MODES,
  NUMBER_CLASSES,
  SENSOR_CLASSES,
  STATE_CLASSES,
} from '../../../src/homeassistant/discovery/rules/device-classes'
import type { Field, Fields } from '../../../src/homeassistant/discovery/rules/fields'
import { AVAILABILITY, DEVICE, DEVICE_MESSAGE, ORIGIN } from '../../../src/homeassistant/discovery/rules/message-rules'

const FILE = join(process.cwd(), '..', 'shared', 'handbook', 'ha-mqtt-rules.json')

type Words = Readonly<Record<string, string>>

interface Reference {
  readonly supported_components: readonly string[]
  readonly device_payload: { readonly required: readonly string[]; readonly allowed_root: readonly string[] }
  readonly device: { readonly keys: Words }
  readonly origin: { readonly required: readonly string[]; readonly keys: Words }
  readonly availability_item: { readonly required: readonly string[]; readonly keys: Words }
  readonly common_entity_optional: Words
  readonly components: Readonly<Record<string, { readonly required: Words; readonly optional: Words }>>
  readonly sensor_device_class_state_classes: Readonly<Record<string, readonly string[]>>
  readonly sensor_device_class_units: Readonly<Record<string, readonly (string | null)[] | '*'>>
  readonly binary_sensor_device_classes: readonly string[]
  readonly light_color_modes: { readonly valid: readonly string[] }
}

/** What the reference calls the kinds of our tables. */
const KINDS: Readonly<Record<string, Field>> = {
  string: 'text',
  'string|null': 'nullable_text',
  'list<string>': 'texts',
  'string|list<string>': 'texts',
  'list<color_mode>': 'texts',
  boolean: 'boolean',
  number: 'number',
  'number>=0.001': 'step',
  'int>=0': 'count',
  'int>=1': 'scale',
  template: 'template',
  icon: 'icon',
  entity_id_of_component_domain: 'entity_id',
  publish_topic: 'topic',
  subscribe_topic: 'topic',
  url: 'address',
  'url:http|https|homeassistant': 'address',
  list: 'list',
  'list<[type,value]>': 'any_list',
  device: 'object',
  origin: 'object',
  'sensor_device_class|null': 'sensor_class',
  'number_device_class|null': 'number_class',
  'binary_sensor_device_class|null': 'binary_sensor_class',
}

describe("our tables of Home Assistant's rules", () => {
  if (!existsSync(FILE)) {
    it('have nothing to be compared with', () => console.log(`      not run: no ${FILE}`))
    return
  }
  const reference = JSON.parse(readFileSync(FILE, 'utf8')) as Reference

  for (const [platform, { required, optional }] of Object.entries(COMPONENT_RULES)) {
    it(`know every key of a ${platform}, and what it takes`, () => {
      const theirs = reference.components[platform]
      assert.ok(theirs && reference.supported_components.includes(platform))
      assert.deepEqual(required, fieldsOf(without(theirs.required, 'device')))
      // A trigger has what of entities it needs written beside its own.
      const { device, origin, ...own } = optional as Words & Fields
      assert.deepEqual(own, fieldsOf(theirs.optional))
      assert.deepEqual([device, origin].filter(Boolean).length, platform === 'device_automation' ? 2 : 0)
    })
  }

  it('know what every entity takes', () => {
    assert.deepEqual(ENTITY_FIELDS, fieldsOf(reference.common_entity_optional))
  })

  it('know what a device and an origin say', () => {
    assert.deepEqual({ ...DEVICE.required, ...DEVICE.optional }, fieldsOf(reference.device.keys))
    assert.deepEqual({ ...ORIGIN.required, ...ORIGIN.optional }, fieldsOf(reference.origin.keys))
    assert.deepEqual(Object.keys(ORIGIN.required), reference.origin.required)
  })

  it('know what stands at the root of a device', () => {
    const { required, allowed_root } = reference.device_payload
    assert.deepEqual(Object.keys(DEVICE_MESSAGE.required).toSorted(), required.toSorted())
    const all = [...Object.keys(DEVICE_MESSAGE.required), ...Object.keys(DEVICE_MESSAGE.optional)]
    assert.deepEqual(all.toSorted(), allowed_root.toSorted())
    for (const [key, field] of Object.entries(DEVICE_MESSAGE.optional)) {
      if (key !== 'command_topic' && key !== 'state_topic') assert.deepEqual(field, ENTITY_FIELDS[key], key)
    }
  })

  it('know what availability says', () => {
    assert.deepEqual({ ...AVAILABILITY.required, ...AVAILABILITY.optional }, fieldsOf(reference.availability_item.keys))
    assert.deepEqual(Object.keys(AVAILABILITY.required), reference.availability_item.required)
  })

  for (const [name, { state_classes, units }] of SENSOR_CLASSES) {
    it(`know the units and state classes of ${name}`, () => {
      assert.deepEqual(state_classes, reference.sensor_device_class_state_classes[name])
      const theirs = reference.sensor_device_class_units[name]
      assert.deepEqual(units === 'currency' || units.length === 0 ? undefined : units, theirs)
    })
  }

  it('know classes that there are', () => {
    for (const name of BINARY_SENSOR_CLASSES) assert.ok(reference.binary_sensor_device_classes.includes(name), name)
    for (const name of NUMBER_CLASSES) assert.ok(!['date', 'enum', 'timestamp'].includes(name), name)
    const { valid } = reference.light_color_modes
    assert.deepEqual([...LONE_COLOR_MODES, ...COLOR_MODES].toSorted(), valid.toSorted())
    const { state_class = '' } = reference.components.sensor?.optional ?? {}
    assert.deepEqual([...STATE_CLASSES, null], choiceOf(state_class))
  })
})

function fieldsOf(words: Words): Fields {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [key, fieldOf(key, word)] as const))
}

function fieldOf(key: string, word: string): Field {
  if (word.startsWith('enum:')) return choiceOf(word)
  const field = KINDS[word]
  assert.ok(field, `${key}: ${word}`)
  return field
}

function choiceOf(word: string): (string | number | null)[] {
  return word
    .slice('enum:'.length)
    .split('|')
    .map((choice) => (choice === 'null' ? null : /^\d+$/.test(choice) ? Number(choice) : choice))
}

function without(words: Words, key: string): Words {
  return Object.fromEntries(Object.entries(words).filter(([name]) => name !== key))
}
