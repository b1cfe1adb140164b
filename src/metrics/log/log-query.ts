import { parseMoment } from '../../database/time-range'
import { invalid } from '../../domain/errors'
import { LOG_LEVELS, LOG_LIMIT, type LogLevel, type LogQuery } from '../../domain/log-line'

const LONGEST_PART = 64
const KNOWN = ['level', 'limit', 'since', 'part']

/**
 * What a message asks for; `since` as histories take it: ms, ISO 8601, or `-1h`.
 * @throws MonitorError `INPUT_INVALID` naming the field, its value and the range
 */
export function parseLogQuery(given: unknown, now_ms: number): LogQuery {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid('INPUT_INVALID', 'log', given, 'an object')
  }
  const unknown = Object.keys(given).find((key) => !KNOWN.includes(key))
  if (unknown !== undefined) throw invalid('INPUT_INVALID', `log.${unknown}`, unknown, `one of ${KNOWN.join(', ')}`)
  const { level, limit, since, part } = given as Readonly<Record<string, unknown>>
  return {
    level: levelIn(level),
    limit: limitIn(limit),
    ...(since !== undefined && { since: parseMoment('log.since', since, now_ms).timestamp }),
    ...(part !== undefined && { part: partIn(part) }),
  }
}

function levelIn(given: unknown = 'info'): LogLevel {
  const level = LOG_LEVELS.find((each) => each === given)
  if (level) return level
  throw invalid('INPUT_INVALID', 'log.level', given, `one of ${LOG_LEVELS.join(', ')}`)
}

function limitIn(given: unknown = LOG_LIMIT.default): number {
  const { minimum, maximum } = LOG_LIMIT
  if (Number.isInteger(given) && Number(given) >= minimum && Number(given) <= maximum) return Number(given)
  throw invalid('INPUT_INVALID', 'log.limit', given, `a whole number from ${minimum} to ${maximum}`)
}

function partIn(given: unknown): string {
  if (typeof given === 'string' && given !== '' && given.length <= LONGEST_PART) return given
  throw invalid('INPUT_INVALID', 'log.part', given, `text of 1 to ${LONGEST_PART} characters`)
}
