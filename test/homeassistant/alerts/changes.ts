import type { ChangeName, Incident, StateChange } from '../../../src/alerting/incidents/incident'

/** One incident as an engine tells of it. */
export function incidentOf(given: Partial<Incident> = {}): Incident {
  const { rule_id = 'hot', device_id = 'freezer', raised_at = 1_767_600_000_000 } = given
  return {
    id: `${rule_id}/${device_id}/${raised_at.toString(36)}`,
    rule_id,
    rule_name: 'Too hot',
    kind: 'above',
    device_id,
    alias: 'Freezer',
    severity: 'warning',
    labels: { room: 'cellar' },
    state: 'firing',
    flapping: false,
    raised_at,
    duration_s: 0,
    reminders: 0,
    level: 1,
    raised: { key: 'temperature_c', value: -5, unit: '°C', threshold: -10 },
    latest: { key: 'temperature_c', value: -5, unit: '°C', threshold: -10 },
    ...given,
  }
}

export function changeOf(change: ChangeName, given: Partial<Incident> = {}, timestamp?: number): StateChange {
  const incident = incidentOf({
    ...(change === 'resolved' && { state: 'resolved', resolved_at: 1_767_600_060_000, duration_s: 60 }),
    ...given,
  })
  const { rule_id, device_id, alias, raised_at } = incident
  const of = { change, rule_id, device_id, alias, timestamp: timestamp ?? raised_at }
  if (change === 'pending') return { ...of, state: 'pending', previous: 'normal' }
  if (change === 'cancelled') return { ...of, state: 'normal', previous: 'pending' }
  if (change === 'resolved') return { ...of, state: 'normal', previous: 'firing', incident }
  return { ...of, state: 'firing', previous: change === 'raised' ? 'normal' : 'firing', incident }
}
