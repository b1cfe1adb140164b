import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { availableWhile } from '../../../src/homeassistant/available-while'
import type { Incident } from '../../../src/alerting/incidents/incident'
import { RULE_FIELDS } from '../../../src/alerting/rules/rule'
import { alertComponents } from '../../../src/homeassistant/alerts/alert-components'
import { MOST_RULES_OF_HOME } from '../../../src/homeassistant/alerts/recent-rules'
import { EVENT_TYPES } from '../../../src/homeassistant/alerts/alert-payloads'
import { checkDiscovery } from '../../../src/homeassistant/discovery/check-discovery'
import type { Component, Components } from '../../../src/homeassistant/entities/component'
import { LONGEST_PAYLOAD_BYTES } from '../../../src/mqtt/broker'
import { nodeIdOf, Topics } from '../../../src/homeassistant/topics'
import { AlertScreen } from './alert-screen'
import { changeOf, incidentOf } from './changes'

const topics = new Topics('kasa', 'homeassistant')
const RULES_FILE = join(process.cwd(), '../shared/handbook/ha-mqtt-rules.json')
const HOSTILE = ['{{ states("lock.door") }}', '{% set x = 1 %}', 'a/#/+', '"\\\u2028', '<script>', ' ', '🧊'.repeat(64)]

function componentsOf(home: string | undefined, rules: readonly Incident[] = [incidentOf()]): Components {
  return alertComponents(home, rules, { topics, options: { silence_min: 30 } })
}

function messageOf(home: string | undefined, components: Components): { topic: string; payload: string } {
  const node_id = nodeIdOf('kasa', home)
  const payload = JSON.stringify({
    device: { identifiers: [node_id], name: 'Freezer' },
    origin: { name: 'Kasa Monitor' },
    availability: availableWhile(topics.bridge_state),
    availability_mode: 'all',
    components,
  })
  return { topic: topics.deviceDiscovery(node_id), payload }
}

function at(components: Components, key: string): Component {
  const component = components[key]
  assert.ok(component, key)
  return component
}

/** Everything that Home Assistant runs as a template, or takes for a topic or an id. */
function understood(components: Components): string[] {
  return Object.entries(components).flatMap(([key, component]) => {
    const { name: _name, subtype: _subtype, ...rest } = component
    return [key, JSON.stringify(rest)]
  })
}

describe('The entities of alerts', () => {
  it('are a problem, an event, two buttons, and of each rule a problem and two triggers', () => {
    const components = componentsOf('freezer')
    const keys = ['problem', 'alert', 'acknowledge', 'silence', 'rule_hot', 'rule_hot_raised', 'rule_hot_resolved']
    assert.deepEqual(Object.keys(components), keys)
    assert.deepEqual(at(components, 'rule_hot'), {
      ...{ platform: 'binary_sensor', device_class: 'problem', name: 'Too hot', entity_category: 'diagnostic' },
      ...{ state_topic: 'kasa/freezer/problem/hot', json_attributes_topic: 'kasa/freezer/problem/hot' },
      ...{ value_template: '{{ value_json.problem }}', payload_on: 'True', payload_off: 'False', qos: 1 },
      ...{ unique_id: 'kasa_freezer_rule_hot', availability: availableWhile('kasa/bridge/state') },
    })
    assert.deepEqual(at(components, 'rule_hot_raised'), {
      ...{ platform: 'device_automation', automation_type: 'trigger', type: 'raised', subtype: 'Too hot' },
      ...{ topic: 'kasa/freezer/alert', payload: 'raised hot', qos: 1 },
      value_template: '{{ value_json.event_type }} {{ value_json.rule_id }}',
    })
    assert.equal(at(components, 'silence')['name'], 'Silence alerts for 30 min')
    assert.equal(at(components, 'silence')['command_topic'], 'kasa/freezer/set/silence')
  })

  it('count on the page of the bridge what is open, and take commands there', () => {
    const components = componentsOf(undefined, [])
    assert.equal(at(components, 'open_alerts')['state_class'], 'measurement')
    assert.equal(at(components, 'open_alerts')['state_topic'], 'kasa/bridge/open_alerts')
    assert.equal(at(components, 'acknowledge')['command_topic'], 'kasa/bridge/set/acknowledge')
    assert.equal(componentsOf('freezer')['open_alerts'], undefined)
  })

  it('are there while their device is offline, which may be what one of them says', () => {
    for (const component of Object.values(componentsOf('freezer'))) {
      if (component.platform === 'device_automation') continue
      assert.deepEqual(component['availability'], availableWhile('kasa/bridge/state'))
    }
  })

  it('have triggers that tell rules of the same name apart, whatever they are called', () => {
    const rules = [
      incidentOf({ rule_id: 'a', rule_name: 'Hot' }),
      incidentOf({ rule_id: 'b', rule_name: 'Hot' }),
      incidentOf({ rule_id: 'c', rule_name: 'Hot (b)' }),
      incidentOf({ rule_id: 'd', rule_name: '' }),
      incidentOf({ rule_id: 'e', rule_name: 'd' }),
      incidentOf({ rule_id: 'f', rule_name: 'Cold' }),
    ]
    const components = Object.values(componentsOf('freezer', rules))
    const raised = components.filter(({ type }) => type === 'raised').map(({ subtype }) => subtype)
    assert.deepEqual(raised, ['Hot (a)', 'Hot (b)', 'Hot (b) (c)', 'd (d)', 'd (e)', 'Cold'])
  })

  it('are taken by Home Assistant, with hostile names too', () => {
    const rules = HOSTILE.map((rule_name, index) => incidentOf({ rule_id: `rule.${index}_x-y`, rule_name }))
    for (const home of [undefined, 'freezer', 'topic/with {{ 1 }}']) {
      const { topic, payload } = messageOf(home, componentsOf(home, rules))
      assert.deepEqual(checkDiscovery(topic, payload), [])
    }
  })

  it('fit into one announcement, as many as there can be and however long they are called', () => {
    for (const letter of ['x', '🧊', '\u0001']) {
      const rules = Array.from({ length: MOST_RULES_OF_HOME }, (_, index) => {
        const rule_id = `r${index}`.padEnd(RULE_FIELDS.id.maximum_length, '.')
        return incidentOf({ rule_id, rule_name: letter.repeat(256) })
      })
      const home = '.'.repeat(64)
      const { topic, payload } = messageOf(home, componentsOf(home, rules))
      assert.ok(Buffer.byteLength(payload) < LONGEST_PAYLOAD_BYTES, `${letter}: ${Buffer.byteLength(payload)} bytes`)
      assert.deepEqual(checkDiscovery(topic, payload), [])
    }
  })

  it('have names that are cut where they are long, and told apart where they begin alike', () => {
    const [long, other] = ['a', 'b'].map((end) => `${'🧊'.repeat(80)}${end}`)
    const cut = `${'🧊'.repeat(24)}…`
    const alike = componentsOf('freezer', [
      incidentOf({ rule_id: 'a', rule_name: long ?? '' }),
      incidentOf({ rule_id: 'b', rule_name: other ?? '' }),
    ])
    assert.deepEqual([at(alike, 'rule_a')['name'], at(alike, 'rule_b')['name']], [cut, cut])
    assert.deepEqual(
      [at(alike, 'rule_a_raised')['subtype'], at(alike, 'rule_b_raised')['subtype']],
      [`${cut} (a)`, `${cut} (b)`],
    )
    const whole = 'x'.repeat(96)
    assert.equal(at(componentsOf('freezer', [incidentOf({ rule_name: whole })]), 'rule_hot')['name'], whole)
  })

  it('have names alone where templates and topics are not', () => {
    const clean = understood(componentsOf('freezer'))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...HOSTILE)), (rule_name) => {
        assert.deepEqual(understood(componentsOf('freezer', [incidentOf({ rule_name })])), clean)
      }),
    )
  })

  it('have triggers that fit the events that are told, and no others', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    for (const change of EVENT_TYPES) screen.take(changeOf(change, { rule_name: '{{ 1 }}', alias: '{{ 2 }}' }))
    screen.settle()
    const told = screen.payloads.map(({ event_type, rule_id }) => `${String(event_type)} ${String(rule_id)}`)
    const triggers = Object.values(componentsOf('freezer')).filter(({ platform }) => platform === 'device_automation')
    for (const { payload } of triggers) assert.equal(told.filter((each) => each === payload).length, 1)
    const types = screen.payloads.map(({ event_type }) => event_type)
    assert.deepEqual(types, at(componentsOf('freezer'), 'alert')['event_types'])
  })

  it('have attributes that Home Assistant keeps, however long all texts are', () => {
    const long = '😀'.repeat(64)
    const text = '\u0001'.repeat(256)
    const labels = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`label${index}`, text]))
    const members = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`d${index}`, long]))
    const evidence = { key: 'x', value: text, unit: text, threshold: text }
    const screen = new AlertScreen(new Set(['freezer']))
    for (let rule = 0; rule < 100; rule++) {
      const of = { alias: text, rule_name: text, labels, raised: evidence, latest: evidence }
      screen.take(changeOf('raised', { ...of, rule_id: `r${rule}` }))
      screen.take(changeOf('raised', { ...of, rule_id: `r${rule}`, device_id: '*', members, acknowledged_by: text }))
    }
    screen.settle()
    for (const payload of screen.kept.values()) assert.ok(Buffer.byteLength(payload) < 16_384)
    assert.equal(screen.problem('freezer')?.['open'], 100)
    for (const event of screen.payloads) assert.ok(Buffer.byteLength(JSON.stringify(event)) < 16_384)
  })

  it('keep to the rules that were read in the source of Home Assistant', () => {
    if (!existsSync(RULES_FILE)) return void console.log('      not run: the table of rules is not beside the project')
    const { components: known, common_entity_optional } = JSON.parse(readFileSync(RULES_FILE, 'utf8')) as {
      components: Readonly<Record<string, { required: object; optional: object }>>
      common_entity_optional: object
    }
    for (const home of [undefined, 'freezer']) {
      for (const [key, component] of Object.entries(componentsOf(home))) {
        const { required, optional } = known[component.platform] ?? assert.fail(component.platform)
        const isEntity = component.platform !== 'device_automation'
        const allowed = { platform: 0, ...required, ...optional, ...(isEntity && common_entity_optional) }
        // The device of a trigger is that of the message.
        const needed = Object.keys(required).filter((name) => name !== 'device')
        for (const name of needed) assert.ok(Object.hasOwn(component, name), `${key}: ${name}`)
        for (const name of Object.keys(component)) assert.ok(Object.hasOwn(allowed, name), `${key}: ${name}`)
        assert.equal(Object.hasOwn(component, 'unique_id'), isEntity)
      }
    }
  })
})
