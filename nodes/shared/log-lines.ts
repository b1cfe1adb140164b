import type { ChangeName, StateChange } from '../../src/alerting/incidents/incident'
import { MonitorError } from '../../src/domain/errors'
import { DEVICE_EVENTS, type DeviceEvent, type DeviceEventName } from '../../src/domain/event'
import type { LogLevel, LogLine } from '../../src/domain/log-line'
import type { SlowWork } from '../../src/domain/slow-watch'

/** What Node-RED hands to those who keep a log. */
export interface NodeRedLine {
  readonly level: number
  readonly type?: string
  readonly name?: string
  readonly msg?: unknown
  readonly timestamp?: number
}

const LONGEST_MESSAGE = 2000
/** As Node-RED counts; what stands above is for those who look for faults in it. */
const LEVELS: ReadonlyMap<number, LogLevel> = new Map([
  [10, 'error'],
  [20, 'error'],
  [30, 'warn'],
  [40, 'info'],
])
const EVENTS = { error: 'fault', warn: 'trouble', info: 'note' } as const satisfies Record<LogLevel, string>

/** Part of what devices do all day long. */
const ORDINARY: ReadonlySet<DeviceEventName> = new Set(['changed', 'pressed'])
const BAD: ReadonlySet<DeviceEventName> = new Set(['offline', 'login_refused', 'unsupported', 'identity_mismatch'])
/** Of incidents, what a person would look for. */
const TOLD: ReadonlySet<ChangeName> = new Set(['raised', 'escalated', 'acknowledged', 'resolved'])
const WORSE: ReadonlySet<ChangeName> = new Set(['raised', 'escalated'])

/** What a node has logged; undefined where it is no line of ours, or one for those who look for faults. */
export function lineOfNode(line: NodeRedLine, types: ReadonlySet<string>, now_ms: number): LogLine | undefined {
  const level = LEVELS.get(line.level)
  if (!level || line.type === undefined || !types.has(line.type)) return undefined
  const { msg, name } = line
  const timestamp = line.timestamp ?? now_ms
  return { timestamp, level, part: line.type, ...(name && { name }), event: EVENTS[level], ...saidIn(msg) }
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
