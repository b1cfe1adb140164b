import type { Evidence } from '../../alerting/conditions/condition'
import type { Incident, StateChange } from '../../alerting/incidents/incident'
import { isIncident, isStateChange } from './state-change-schema'

const WITHOUT_INCIDENT: ReadonlySet<string> = new Set(['pending', 'cancelled'])

/** A copy of a change of `kasa-alert`, which holds nothing else; undefined: it is none. */
export function parseStateChange(value: unknown): StateChange | undefined {
  if (!isStateChange(value)) return undefined
  const { change, state, previous, rule_id, device_id, alias, timestamp } = value
  const { incident } = own(value, ['incident'])
  const copy = {
    ...{ change, state, previous, rule_id, device_id, alias, timestamp },
    ...(incident !== undefined && { incident: copyOf(incident) }),
  }
  return isSound(copy) ? copy : undefined
}

/** The same of an incident alone. */
export function parseIncident(value: unknown): Incident | undefined {
  return isIncident(value) ? copyOf(value) : undefined
}

/** It says of its incident what the incident says of itself. */
function isSound({ change, rule_id, device_id, incident }: StateChange): boolean {
  if (incident === undefined) return WITHOUT_INCIDENT.has(change)
  if (WITHOUT_INCIDENT.has(change)) return false
  const isOver = incident.state === 'resolved'
  return incident.rule_id === rule_id && incident.device_id === device_id && isOver === (change === 'resolved')
}

function copyOf(incident: Incident): Incident {
  const { id, rule_id, rule_name, kind, device_id, alias, severity, state, flapping } = incident
  const { raised_at, duration_s, reminders, level, labels, raised, latest } = incident
  const { members, left } = own(incident, ['members', 'left'])
  return {
    ...{ id, rule_id, rule_name, kind, device_id, alias, severity, state, flapping },
    ...{ raised_at, duration_s, reminders, level, labels: entriesOf(labels) },
    ...{ raised: evidenceOf(raised), latest: evidenceOf(latest) },
    ...own(incident, ['resolved_at', 'ended_by', 'parted_from', 'acknowledged_at', 'acknowledged_by']),
    ...own(incident, ['highest', 'lowest']),
    ...(members !== undefined && { members: entriesOf(members) }),
    ...(left !== undefined && { left: entriesOf(left) }),
  }
}

function evidenceOf(evidence: Evidence): Evidence {
  const { facts } = own(evidence, ['facts'])
  return {
    ...own(evidence, ['key', 'value', 'unit', 'threshold']),
    ...(facts !== undefined && { facts: entriesOf(facts) }),
  }
}

/** `Object.fromEntries` makes an own key even of `__proto__`. */
function entriesOf<Value>(given: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(given))
}

/** What is inherited was not checked. */
function own<From extends object, Key extends keyof From>(from: From, keys: readonly Key[]): Partial<Pick<From, Key>> {
  const found = keys.filter((key) => Object.hasOwn(from, key) && from[key] !== undefined)
  return Object.fromEntries(found.map((key) => [key, from[key]])) as Partial<Pick<From, Key>>
}
