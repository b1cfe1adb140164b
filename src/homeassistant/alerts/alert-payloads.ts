import { type ChangeName, type Incident, MANY, type StateChange } from '../../alerting/incidents/incident'
import { SEVERITIES, type Severity } from '../../alerting/rules/rule'

/** Home Assistant's database drops all attributes of a state that has more than 16,384 bytes of them. */
const MOST_ATTRIBUTES_BYTES = 12_000
const MOST_LISTED_DEVICES = 20

/**
 * The changes that are events: each is something that a person is told, or has done. What is pending, recovering or
 * relapsed may still turn out to be nothing, and that others have joined is in the attributes.
 */
export const EVENT_TYPES = [
  'raised',
  'escalated',
  'flapping',
  'steady',
  'acknowledged',
  'unacknowledged',
  'resolved',
] as const satisfies readonly ChangeName[]

const EVENTS: ReadonlySet<string> = new Set(EVENT_TYPES)

export function nameOf({ rule_name, rule_id }: Incident): string {
  return rule_name.trim() === '' ? rule_id : rule_name
}

/** The state of `Problem`, with what is open as attributes: the gravest first, then the newest. */
export function problemPayload(open: readonly Incident[]): string {
  const incidents: object[] = []
  const state = { problem: open.length > 0, open: open.length, incidents }
  let left = MOST_ATTRIBUTES_BYTES
  for (const incident of [...open].sort(byUrgency)) {
    const facts = { rule: nameOf(incident), alias: incident.alias, ...factsOf(incident) }
    left -= bytesOf(facts)
    if (left < 0) break
    incidents.push(facts)
  }
  return JSON.stringify(state)
}

/** The state of one rule on a page. @param latest the newest incident of the rule there, open or not */
export function rulePayload(open: readonly Incident[], latest: Incident): string {
  const incident = [...open].sort(byUrgency)[0] ?? latest
  const { alias, resolved_at, duration_s, acknowledged_by = null, flapping, labels, members } = incident
  const isOver = open.length === 0
  const state = {
    ...{ problem: !isOver, open: open.length, alias, ...factsOf(incident), acknowledged_by, flapping },
    // As long as it lasts, its duration would be that of the last change.
    ...{ resolved_at: isoOf(resolved_at), duration_s: isOver && resolved_at !== undefined ? duration_s : null },
  }
  const devices = Object.values(members ?? {}).slice(0, MOST_LISTED_DEVICES)
  const whole = { ...state, labels, devices }
  return JSON.stringify(bytesOf(whole) <= MOST_ATTRIBUTES_BYTES ? whole : state)
}

/** How many incidents are open anywhere, and how grave they are. */
export function openAlertsPayload(open: readonly Incident[]): string {
  const counts: Record<Severity, number> = { info: 0, warning: 0, critical: 0 }
  for (const { severity } of open) counts[severity]++
  const severity = [...SEVERITIES].reverse().find((each) => counts[each] > 0) ?? null
  const acknowledged = open.filter(({ acknowledged_at }) => acknowledged_at !== undefined).length
  return JSON.stringify({ open: open.length, severity, ...counts, acknowledged })
}

/** What becomes an event; undefined: it is none, or goes on as another incident. */
export function eventPayload({ change, device_id, timestamp, incident }: StateChange): string | undefined {
  if (incident === undefined || !EVENTS.has(change)) return undefined
  const { rule_id, alias, acknowledged_by = null, ended_by = null, parted_from, duration_s } = incident
  if (ended_by === 'joined' || ended_by === 'parted') return undefined
  if (change === 'raised' && parted_from !== undefined) return undefined
  return JSON.stringify({
    ...{ event_type: change, rule: nameOf(incident), rule_id, device_id, alias, ...factsOf(incident) },
    ...{ acknowledged_by, ended_by, duration_s, changed_at: isoOf(timestamp) },
  })
}

function factsOf(incident: Incident): object {
  const { severity, raised_at, acknowledged_at, device_id, latest, raised } = incident
  // Of many, each has a value of its own.
  const { value = null } = device_id === MANY ? {} : latest
  const { unit = raised.unit ?? null, threshold = raised.threshold ?? null } = latest
  const acknowledged = acknowledged_at !== undefined
  return { severity, value, unit, threshold, raised_at: isoOf(raised_at), acknowledged }
}

function byUrgency(one: Incident, other: Incident): number {
  const graver = SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity)
  return graver === 0 ? other.raised_at - one.raised_at : graver
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value))
}
