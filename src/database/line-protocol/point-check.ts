import { invalid, type MonitorError } from '../../domain/errors'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import type { Point } from '../database'
import { INTEGER_RANGE } from './field-values'
import { READING, RECORDED_ENERGY } from './line'

// InfluxDB 1.x takes 65,535 bytes of measurement, tags and one field's name together; a character is 3 bytes at most in a line.
const SERIES_CHARACTERS = 16_384
const NAME_CHARACTERS = 256
const TAG_CHARACTERS = 1024
const MEMBERS = 256
// InfluxDB 3 takes 65,536 bytes of a string, and servers take some 10 MB in one request.
const STRING_BYTES = 65_536
const STRINGS_BYTES = 1_048_576

// Stores replace lone surrogates, so that two such texts would become one.
const LONE_SURROGATE = /\p{Cs}/u
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Cs}]/u

/** How a user knows the parts of a point. */
export interface PointNames {
  readonly measurement: string
  readonly tags: string
  readonly fields: string
  readonly timestamp: string
}

/** @throws MonitorError `INPUT_INVALID` naming the field, its value and what is allowed */
export function checkPoint(given: unknown, name = 'point', names = namesIn(name)): asserts given is Point {
  if (!isRecord(given)) throw invalid('INPUT_INVALID', name, given, 'an object')
  const { measurement, tags, fields, timestamp } = given
  checkMeasurement(measurement, names.measurement)
  checkTags(tags, names.tags, measurement.length)
  checkFields(fields, names.fields)
  const { minimum, maximum } = TIMESTAMP_RANGE
  if (typeof timestamp === 'number' && timestamp >= minimum && timestamp <= maximum) return
  throw invalid('INPUT_INVALID', names.timestamp, timestamp, 'ms since the epoch, 2000 to 2100')
}

export function namesIn(point: string): PointNames {
  const [measurement, tags, fields] = [`${point}.measurement`, `${point}.tags`, `${point}.fields`]
  return { measurement, tags, fields, timestamp: `${point}.timestamp` }
}

/** An object with keys of its own choosing: no list, date, buffer or the like. */
export function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null) return false
  // Messages come out of other contexts, such as function nodes, whose `Object` is another one.
  return Object.prototype.toString.call(given) === '[object Object]'
}

function checkMeasurement(given: unknown, name: string): asserts given is string {
  checkName(given, name)
  if (given !== READING && given !== RECORDED_ENERGY) return
  throw invalid('INPUT_INVALID', name, given, `another name: ${READING} and ${RECORDED_ENERGY} are kept for devices`)
}

function checkTags(given: unknown, name: string, measurementCharacters: number): void {
  const tags = recordOf(given, name)
  let characters = measurementCharacters
  for (const key of keysOf(tags, name)) {
    const value = tags[key]
    if (typeof value !== 'string' || value.length > TAG_CHARACTERS || LONE_SURROGATE.test(value)) {
      throw invalid('INPUT_INVALID', `${name}.${key}`, value, `text of at most ${TAG_CHARACTERS} characters`)
    }
    characters += key.length + value.length
  }
  if (characters <= SERIES_CHARACTERS) return
  throw invalid('INPUT_INVALID', name, characters, `at most ${SERIES_CHARACTERS} characters in measurement and tags`)
}

function checkFields(given: unknown, name: string): void {
  const fields = recordOf(given, name)
  const keys = keysOf(fields, name)
  if (keys.length === 0) throw invalid('INPUT_INVALID', name, given, 'one field at least')
  let bytes = 0
  for (const key of keys) {
    const value = fields[key]
    if (!isValue(value)) throw refusalOf(value, `${name}.${key}`)
    if (typeof value === 'string') bytes += Buffer.byteLength(value)
  }
  if (bytes <= STRINGS_BYTES) return
  throw invalid('INPUT_INVALID', name, bytes, `at most ${STRINGS_BYTES} bytes of text in all fields`)
}

function isValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'bigint') return value >= INTEGER_RANGE.minimum && value <= INTEGER_RANGE.maximum
  return typeof value === 'boolean' || (typeof value === 'string' && Buffer.byteLength(value) <= STRING_BYTES)
}

function refusalOf(value: unknown, name: string): MonitorError {
  if (typeof value === 'number') return invalid('INPUT_INVALID', name, String(value), 'a finite number')
  if (typeof value === 'bigint') return invalid('INPUT_INVALID', name, String(value), 'an integer of 64 bits')
  if (typeof value === 'string') return invalid('INPUT_INVALID', name, value, `at most ${STRING_BYTES} bytes`)
  return invalid('INPUT_INVALID', name, value, 'a number, true, false or text')
}

function recordOf(given: unknown, name: string): Readonly<Record<string, unknown>> {
  if (isRecord(given)) return given
  throw invalid('INPUT_INVALID', name, given, 'an object')
}

function keysOf(given: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const keys = Object.keys(given)
  if (keys.length > MEMBERS) throw invalid('INPUT_INVALID', name, keys.length, `at most ${MEMBERS} keys`)
  for (const key of keys) {
    checkName(key, name)
    // Servers refuse it: it is what they call the timestamp.
    if (key === 'time') throw invalid('INPUT_INVALID', name, key, 'another name than time')
  }
  return keys
}

function checkName(given: unknown, name: string): asserts given is string {
  const isText = typeof given === 'string' && given !== '' && given.length <= NAME_CHARACTERS
  if (isText && !UNFIT_FOR_NAMES.test(given)) return
  throw invalid(
    'INPUT_INVALID',
    name,
    given,
    `a name of 1 to ${NAME_CHARACTERS} characters, none of them control characters`,
  )
}
