import { LOG_LEVELS, type LogLine } from '../../domain/log-line'

/** A line of the file; undefined where it is none, because it was cut short or somebody else has written it. */
export function lineIn(text: string): LogLine | undefined {
  const given = objectIn(text)
  if (!given) return undefined
  const { timestamp, level, part, name, event, code, device_id, duration_ms, message } = given
  const known = LOG_LEVELS.find((each) => each === level)
  if (typeof timestamp !== 'number' || !known || !isText(part) || !isText(event) || !isText(message)) return undefined
  return {
    ...{ timestamp, level: known, part },
    ...(isText(name) && { name }),
    event,
    ...(isText(code) && { code }),
    ...(isText(device_id) && { device_id }),
    ...(typeof duration_ms === 'number' && { duration_ms }),
    message,
  }
}

function isText(given: unknown): given is string {
  return typeof given === 'string'
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
