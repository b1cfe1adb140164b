import type { Incident } from '../../alerting/incidents/incident'
import { availableWhile } from '../available-while'
import type { Component, Components, JsonValue } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, slugOf, type Topics } from '../topics'
import { EVENT_TYPES, nameOf } from './alert-payloads'
import type { Home } from './home-alerts'

export interface AlertComponentsContext {
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'silence_min'>
}

type Keyed = readonly [key: string, component: Component]

/** A device with as many rules as there can be, and ids as long as can be, still fits into one announcement. */
const LONGEST_NAME_BYTES = 96
const TRIGGER_TYPES = ['raised', 'resolved'] as const

/**
 * The entities and triggers of the alerts of one page.
 *
 * Names that a person or a device has given are in `name` and `subtype` alone, which Home Assistant takes as they are.
 * Everything else is made of constants and ids of letters, digits, `_`, `.` and `-`: `payload` of a trigger is a template
 * there as `value_template` is, although its documentation calls it a text.
 */
export function alertComponents(
  home: Home,
  rules: Iterable<Incident>,
  { topics, options }: AlertComponentsContext,
): Components {
  const known = [...rules]
  const event_topic = topics.alertEvent(home)
  const entities: Keyed[] = [
    ['problem', problem('Problem', topics.problem(home))],
    ['alert', event(event_topic)],
    ['acknowledge', button('Acknowledge alerts', 'mdi:bell-check', topics.set(home, 'acknowledge'))],
    ['silence', button(`Silence alerts for ${options.silence_min} min`, 'mdi:bell-sleep', topics.set(home, 'silence'))],
    ...(home === undefined ? [['open_alerts', openAlerts(topics.open_alerts)] as const] : []),
    ...known.map((rule) => [keyOf(rule), ruleProblem(rule, topics.problem(home, rule.rule_id))] as const),
  ]
  const node_id = nodeIdOf(topics.base, home)
  // An offline device still has its alerts: one of them says so.
  const common = { availability: availableWhile(topics.bridge_state), qos: 1 }
  return Object.fromEntries([
    ...entities.map(([key, entity]): Keyed => [key, { ...entity, unique_id: `${node_id}_${key}`, ...common }]),
    ...triggersOf(known, event_topic),
  ])
}

function problem(name: string, topic: string): Component {
  const payloads = { payload_on: 'True', payload_off: 'False' }
  return { platform: 'binary_sensor', name, device_class: 'problem', ...stateOf(topic, 'problem'), ...payloads }
}

function ruleProblem(rule: Incident, topic: string): Component {
  return { ...problem(shortNameOf(rule), topic), entity_category: 'diagnostic' }
}

function event(topic: string): Component {
  return { platform: 'event', name: 'Alert', icon: 'mdi:bell-alert', state_topic: topic, event_types: EVENT_TYPES }
}

function button(name: string, icon: string, topic: string): Component {
  return { platform: 'button', name, icon, command_topic: topic, payload_press: 'PRESS' }
}

function openAlerts(topic: string): Component {
  const name = 'Open alerts'
  return { platform: 'sensor', name, icon: 'mdi:bell-alert', state_class: 'measurement', ...stateOf(topic, 'open') }
}

/** One JSON is both state and attributes. */
function stateOf(topic: string, key: string): Readonly<Record<string, JsonValue>> {
  return { state_topic: topic, value_template: `{{ value_json.${key} }}`, json_attributes_topic: topic }
}

/** They compare what the template makes of an event with the payload. */
function triggersOf(rules: readonly Incident[], topic: string): Keyed[] {
  const subtypes = subtypesOf(rules)
  const common = { automation_type: 'trigger', topic, qos: 1 } as const
  const value_template = '{{ value_json.event_type }} {{ value_json.rule_id }}'
  return rules.flatMap((rule, index) => {
    const subtype = subtypes[index] ?? rule.rule_id
    return TRIGGER_TYPES.map((type): Keyed => {
      const payload = `${type} ${rule.rule_id}`
      return [
        `${keyOf(rule)}_${type}`,
        { platform: 'device_automation', ...common, type, subtype, value_template, payload },
      ]
    })
  })
}

function keyOf({ rule_id }: Incident): string {
  return `rule_${slugOf(rule_id)}`
}

/** Two triggers of a device with the same type and subtype are refused; the id tells rules of the same name apart. */
function subtypesOf(rules: readonly Incident[]): string[] {
  const names = rules.map(shortNameOf)
  const isClear = (name: string): boolean => {
    return (
      names.indexOf(name) === names.lastIndexOf(name) && !rules.some(({ rule_id }) => name.endsWith(`(${rule_id})`))
    )
  }
  return rules.map((rule) => {
    const name = shortNameOf(rule)
    return isClear(name) ? name : `${name} (${rule.rule_id})`
  })
}

/** Whole in the attributes. */
function shortNameOf(rule: Incident): string {
  let short = ''
  let bytes = 0
  for (const character of nameOf(rule)) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2
    if (bytes > LONGEST_NAME_BYTES) return `${short}…`
    short += character
  }
  return short
}
