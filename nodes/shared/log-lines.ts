import type { ChangeName, StateChange } from '../../src/alerting/incidents/incident'
import { MonitorError } from '../../src/domain/errors'
import { DEVICE_EVENTS, type DeviceEvent, type DeviceEventName } from '../../src/domain/event'
import type { LogLevel, LogLine } from '../../src/domain/log-line'
import type { SlowWork } from '../../src/domain/slow-watch'

const LONGEST_MESSAGE = 2000
const EVENTS = { error: 'fault', warn: 'trouble', info: 'note' } as const satisfies Record<LogLevel, string>

/** Part of what devices do all day long. */
const ORDINARY: ReadonlySet<DeviceEventName> = new Set(['changed', 'pressed'])
const BAD: ReadonlySet<DeviceEventName> = new Set(['offline', 'login_refused', 'unsupported', 'identity_mismatch'])
/** Of incidents, what a person would look for. */
const TOLD: ReadonlySet<ChangeName> = new Set(['raised', 'escalated', 'acknowledged', 'resolved'])
const WORSE: ReadonlySet<ChangeName> = new Set(['raised', 'escalated'])

/** What a node says: text, or an error. */
export function lineOfNode(
  node: { type: string; name?: string | undefined },
  level: LogLevel,
  said: unknown,
  now_ms: number,
): LogLine {
  const { type, name } = node
  return { timestamp: now_ms, level, part: type, ...(name && { name }), event: EVENTS[level], ...saidIn(said) }
}

function saidIn(said: unknown): Pick<LogLine, 'code' | 'device_id' | 'message'> {
  if (!(said instanceof MonitorError)) return { message: shorten(said instanceof Error ? said.message : String(said)) }
  const { code, message, details } = said
  return { code, ...(details.device_id && { device_id: details.device_id }), message: shorten(message) }
}

export function lineOfEvent(given: DeviceEvent): LogLine | undefined {
  const { event, timestamp, device_id, alias, code, message = DEVICE_EVENTS[event] } = given
  if (ORDINARY.has(event)) return undefined
  return {
    ...{ timestamp, level: BAD.has(event) ? 'warn' : 'info', part: 'device', event },
    ...(code && { code }),
    ...(device_id && { device_id }),
    message: shorten(`${alias}: ${message}`),
  }
}

export function lineOfChange({ change, timestamp, device_id, alias, incident }: StateChange): LogLine | undefined {
  if (!incident || !TOLD.has(change)) return undefined
  return {
    ...{ timestamp, level: WORSE.has(change) ? 'warn' : 'info', part: 'incident', event: change, device_id },
    ...(change === 'resolved' && { duration_ms: Math.round(incident.duration_s * 1000) }),
    message: shorten(`${alias}: ${incident.rule_name}`),
  }
}

export function lineOfSlow({ part, what, duration_ms, device_id }: SlowWork, now_ms: number): LogLine {
  return {
    ...{ timestamp: now_ms, level: 'warn', part, event: 'slow' },
    ...(device_id && { device_id }),
    duration_ms: Math.round(duration_ms),
    message: shorten(what),
  }
}

function shorten(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text
}
