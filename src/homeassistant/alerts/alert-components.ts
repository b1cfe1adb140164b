import type { Incident } from '../../alerting/incidents/incident'
import type { Component, Components, JsonValue } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import { nodeIdOf, slugOf, type Topics } from '../topics'
import { EVENT_TYPES, nameOf } from './alert-payloads'
import type { Home } from './home-alerts'

export interface AlertComponentsContext {
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'silence_min'>
}

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
  const node_id = nodeIdOf(topics.base, home)
  // An offline device still has its alerts: one of them says so.
  const availability = [{ topic: topics.bridge_state }]
  const entity = (key: string, rest: Component): [string, Component] => {
    return [key, { ...rest, unique_id: `${node_id}_${key}`, availability, qos: 1 }]
  }
  const problem = (topic: string): Component => ({
    platform: 'binary_sensor',
    device_class: 'problem',
    ...stateOf(topic, 'problem'),
    payload_on: 'True',
    payload_off: 'False',
  })
  const button = (key: 'acknowledge' | 'silence', name: string, icon: string): [string, Component] => {
    return entity(key, { platform: 'button', name, icon, command_topic: topics.set(home, key), payload_press: 'PRESS' })
  }
  const known = [...rules]
  const subtypes = subtypesOf(known)
  const event = { platform: 'event', name: 'Alert', icon: 'mdi:bell-alert' } as const
  const count = { platform: 'sensor', name: 'Open alerts', icon: 'mdi:bell-alert', state_class: 'measurement' } as const
  return Object.fromEntries([
    entity('problem', { ...problem(topics.problem(home)), name: 'Problem' }),
    entity('alert', { ...event, state_topic: topics.alertEvent(home), event_types: EVENT_TYPES }),
    button('acknowledge', 'Acknowledge alerts', 'mdi:bell-check'),
    button('silence', `Silence alerts for ${options.silence_min} min`, 'mdi:bell-sleep'),
    ...(home === undefined ? [entity('open_alerts', { ...count, ...stateOf(topics.open_alerts, 'open') })] : []),
    ...known.map((rule) =>
      entity(keyOf(rule), {
        ...problem(topics.problem(home, rule.rule_id)),
        name: nameOf(rule),
        entity_category: 'diagnostic',
      }),
    ),
    ...known.flatMap((rule, index) => triggersOf(rule, subtypes[index] ?? rule.rule_id, topics.alertEvent(home))),
  ])
}

/** One JSON is state and attributes in one. */
function stateOf(topic: string, key: string): Readonly<Record<string, JsonValue>> {
  return { state_topic: topic, value_template: `{{ value_json.${key} }}`, json_attributes_topic: topic }
}

/** They compare what the template makes of an event with the payload. */
function triggersOf(rule: Incident, subtype: string, topic: string): [string, Component][] {
  return TRIGGER_TYPES.map((type) => [
    `${keyOf(rule)}_${type}`,
    {
      platform: 'device_automation',
      automation_type: 'trigger',
      ...{ type, subtype, topic, qos: 1 },
      value_template: '{{ value_json.event_type }} {{ value_json.rule_id }}',
      payload: `${type} ${rule.rule_id}`,
    },
  ])
}

function keyOf({ rule_id }: Incident): string {
  return `rule_${slugOf(rule_id)}`
}

/** Two triggers of a device with the same type and subtype are refused; the id tells rules of the same name apart. */
function subtypesOf(rules: readonly Incident[]): string[] {
  const names = rules.map(nameOf)
  const isClear = (name: string): boolean => {
    return (
      names.indexOf(name) === names.lastIndexOf(name) && !rules.some(({ rule_id }) => name.endsWith(`(${rule_id})`))
    )
  }
  return rules.map((rule) => (isClear(nameOf(rule)) ? nameOf(rule) : `${nameOf(rule)} (${rule.rule_id})`))
}
