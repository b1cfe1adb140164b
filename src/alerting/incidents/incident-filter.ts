import type { IncidentFilter } from '../alert-command'
import { deviceMatcher } from '../rules/device-patterns'
import type { Incident } from './incident'

/**
 * Whether an incident fits everything that is given. Where many are one incident, a pattern of devices has to fit all
 * of them, or with `some` one that is or was part of it: to silence one device silences no others.
 */
export function matchesFilter(filter: IncidentFilter, incident: Incident, of: 'all' | 'some' = 'all'): boolean {
  const { incident_id, rule_id, device, severity, labels } = filter
  if (incident_id !== undefined && incident_id !== incident.id) return false
  if (rule_id !== undefined && rule_id !== incident.rule_id) return false
  if (severity !== undefined && severity !== incident.severity) return false
  if (labels && !Object.entries(labels).every((label) => hasLabel(incident, label))) return false
  return device === undefined || matchesDevice(matcherOf(filter, device), incident, of)
}

function hasLabel({ labels }: Incident, [name, value]: [string, string]): boolean {
  return Object.hasOwn(labels, name) && labels[name] === value
}

type Matcher = ReturnType<typeof deviceMatcher>
/** Silences are asked at every change. */
const matchers = new WeakMap<IncidentFilter, Matcher>()

function matcherOf(filter: IncidentFilter, pattern: string): Matcher {
  let matcher = matchers.get(filter)
  if (matcher === undefined) matchers.set(filter, (matcher = deviceMatcher([pattern], {})))
  return matcher
}

function matchesDevice(matches: Matcher, incident: Incident, of: 'all' | 'some'): boolean {
  const fits = ([id, alias]: [string, string]): boolean => matches({ id, alias, parent_id: undefined })
  const { members, left, device_id, alias } = incident
  if (!members) return fits([device_id, alias])
  const present = Object.entries(members)
  const past = Object.entries(left ?? {})
  if (of === 'some') return [...present, ...past].some(fits)
  return (present.length > 0 ? present : past).every(fits)
}
