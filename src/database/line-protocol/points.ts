import { isDate } from 'node:util/types'
import { invalid } from '../../domain/errors'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import type { Point } from '../database'
import { parseMoment } from '../time-range'
import { checkPoint, isRecord, namesIn, type PointNames } from './point-check'

const POINTS_PER_MESSAGE = 10_000
const INTEGER_TEXT = /^-?\d{1,19}i$/
const NUMBER_TEXT = /^\d{9,19}(\.\d{1,9})?$/
// Seconds, ms, microseconds, nanoseconds: from 2000 to 2100 none can be taken for another.
const UNITS_PER_MS = [0.001, 1, 1000, 1_000_000] as const
const A_MOMENT = 's, ms, µs or ns since the epoch, a date, or ISO text with its zone, 2000 to 2100'

/** The parts of a point as they were sent, and what the user knows them by. */
interface Parts {
  readonly measurement: unknown
  readonly fields: Readonly<Record<string, unknown>>
  readonly tags?: unknown
  readonly timestamp?: unknown
  readonly names: PointNames
}

/**
 * Points from what flows send to node-red-contrib-influxdb. To its `influxdb out`: a value, which becomes the field `value`; an
 * object of fields; a list of fields and tags; a list of such lists. To its `influxdb batch`: a list of
 * `{ measurement, fields, tags, timestamp }`; one of them alone does as well. Numbers are floats; bigints, and text such as
 * `5i`, are integers. A timestamp, or a field `time`, is a date, ISO text with its zone, or the time since the epoch in a unit
 * that its size tells; it is `now_ms` where there is none. What is null or undefined is absent.
 * @param measurement of the points that do not name their own
 * @throws MonitorError `INPUT_INVALID` naming the value, such as `payload[3].fields.temperature`
 */
export function parsePoints(payload: unknown, measurement: unknown, now_ms: number): Point[] {
  return partsOf(payload, measurement).map((parts) => pointOf(parts, now_ms))
}

function partsOf(payload: unknown, measurement: unknown): Parts[] {
  if (!Array.isArray(payload)) return [onePoint(payload, measurement, 'payload')]
  if (payload.length > POINTS_PER_MESSAGE) {
    throw invalid('INPUT_INVALID', 'payload', payload.length, `at most ${POINTS_PER_MESSAGE} points`)
  }
  const list: readonly unknown[] = Array.from(payload)
  if (Array.isArray(list[0])) return list.map((pair, index) => fieldsAndTags(pair, measurement, `payload[${index}]`))
  if (list.length === 0 || isWhole(list[0])) {
    return list.map((point, index) => wholePoint(point, measurement, `payload[${index}]`))
  }
  return [fieldsAndTags(list, measurement, 'payload')]
}

type Whole = Readonly<Record<string, unknown>> & Pick<Parts, 'fields'>

/** A record of records cannot be a record of fields. */
function isWhole(given: unknown): given is Whole {
  return isRecord(given) && isRecord(given.fields)
}

function onePoint(given: unknown, measurement: unknown, name: string): Parts {
  if (isWhole(given)) return wholePoint(given, measurement, name)
  const names = { ...namesIn(name), measurement: 'measurement', fields: name, timestamp: `${name}.time` }
  if (isRecord(given)) return { measurement, fields: given, names }
  if (typeof given !== 'object' && given !== undefined) return { measurement, fields: { value: given }, names }
  throw invalid('INPUT_INVALID', name, given, 'a value, an object of fields, or a list of points')
}

function fieldsAndTags(given: unknown, measurement: unknown, name: string): Parts {
  const [fields, tags, ...more] = Array.isArray(given) ? (given as readonly unknown[]) : []
  if (!isRecord(fields) || more.length > 0) throw invalid('INPUT_INVALID', name, given, 'fields and tags, two objects')
  const [first, second] = [`${name}[0]`, `${name}[1]`]
  const names = { measurement: 'measurement', fields: first, tags: second, timestamp: `${first}.time` }
  return { measurement, fields, tags, names }
}

function wholePoint(given: unknown, measurement: unknown, name: string): Parts {
  if (!isWhole(given)) throw invalid('INPUT_INVALID', name, given, 'an object with fields, tags, timestamp')
  const { fields, tags, timestamp } = given
  return { measurement: given.measurement ?? measurement, fields, tags, timestamp, names: namesIn(name) }
}

function pointOf({ measurement, fields, tags, timestamp, names }: Parts, now_ms: number): Point {
  const { time } = fields
  const moment = isAbsent(timestamp) ? time : timestamp
  const point = {
    measurement,
    tags: isAbsent(tags) ? {} : mapped(tags, tagOf),
    fields: mapped(fields, (value, key) => (key === 'time' ? undefined : fieldOf(value))),
    timestamp: isAbsent(moment) ? now_ms : timestampOf(moment, names.timestamp, now_ms),
  }
  checkPoint(point, names.fields, names)
  return point
}

/** A copy without what is absent. Keys that an object has no room for, such as `__proto__`, stay keys. */
function mapped(given: unknown, map: (value: unknown, key: string) => unknown): unknown {
  if (!isRecord(given)) return given
  const copy = Object.create(null) as Record<string, unknown>
  for (const key of Object.keys(given)) {
    const value = map(given[key], key)
    if (!isAbsent(value)) copy[key] = value
  }
  return copy
}

/** As the clients of these nodes do it: numbers and truth values are text in tags. What is none of them is refused later. */
function tagOf(value: unknown): unknown {
  return typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value) ? String(value) : value
}

function fieldOf(value: unknown): unknown {
  return typeof value === 'string' && INTEGER_TEXT.test(value) ? BigInt(value.slice(0, -1)) : value
}

function timestampOf(given: unknown, name: string, now_ms: number): number {
  if (isDate(given)) return inRange(given.getTime(), given, name)
  const isNumber = typeof given === 'number' || typeof given === 'bigint'
  if (!isNumber && !(typeof given === 'string' && NUMBER_TEXT.test(given))) {
    if (typeof given === 'string') return parseMoment(name, given, now_ms).timestamp
    throw invalid('INPUT_INVALID', name, given, A_MOMENT)
  }
  const moments = UNITS_PER_MS.map((units) => Math.round(Number(given) / units))
  return inRange(moments.find(isInRange) ?? Number.NaN, given, name)
}

function inRange(timestamp: number, given: unknown, name: string): number {
  if (isInRange(timestamp)) return timestamp
  throw invalid('INPUT_INVALID', name, given, A_MOMENT)
}

function isInRange(timestamp: number): boolean {
  return timestamp >= TIMESTAMP_RANGE.minimum && timestamp <= TIMESTAMP_RANGE.maximum
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}
