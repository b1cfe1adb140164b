import fc from 'fast-check'
import type { Point } from '../../src/database/database'
import { columnOf, fromStored, toStored } from '../../src/database/sqlite/sqlite-columns'
import {
  isMeasuredKey,
  isPhysical,
  MEASURED_FIELDS,
  MEASURED_KEYS,
  type MeasuredKey,
  type Reading,
  TIMESTAMP_RANGE,
} from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'

const AWKWARD = ['\\', ',', '=', ' ', '"', '%', '#', '5C', '25', '0A', 'n', '\n', '\r', '\t', '\0', 'é', '😀', 'a']

/** Texts of what line protocol finds awkward, and any others; without lone surrogates. */
export const texts = fc.oneof(
  fc.array(fc.constantFrom(...AWKWARD), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

/** What an id, or the name of a field, may be. */
export const names = texts.map((text) => text.replace(/\p{Cc}/gu, '')).filter((text) => text !== '')

const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)
const timestamp = fc.integer({ min: TIMESTAMP_RANGE.minimum, max: TIMESTAMP_RANGE.maximum })
const description = { device_id: names, alias: texts, model: texts, host: texts, timestamp }
const DESCRIBED = ['device_id', 'alias', 'model', 'host', 'timestamp'] as const

const measured: Record<MeasuredKey, fc.Arbitrary<number | boolean>> = Object.fromEntries(
  MEASURED_KEYS.map((key) => {
    const field = MEASURED_FIELDS[key]
    if (field.type === 'boolean') return [key, fc.boolean()]
    return [key, fc.oneof(fc.double({ min: field.minimum, max: field.maximum, noNaN: true }), anyNumber)]
  }),
)

export const readings = fc.record(
  {
    ...description,
    parent_id: names,
    ...measured,
    source: fc.constant('poll'),
    quality: fc.constantFrom('good', 'suspect'),
  },
  { requiredKeys: [...DESCRIBED, 'source', 'quality'], noNullPrototype: true },
) as fc.Arbitrary<object> as fc.Arbitrary<Reading>

export const records = fc.record(
  {
    ...{ ...description, parent_id: names },
    duration_ms: fc.integer({ min: 1, max: 31 * 86_400_000 }),
    used_kwh: fc.nat(10_000_000).map((millionths) => millionths / 1_000_000),
  },
  { requiredKeys: [...DESCRIBED, 'duration_ms', 'used_kwh'], noNullPrototype: true },
) as fc.Arbitrary<RecordedEnergy>

const fieldNames = names.filter((name) => name !== 'time')

export const points: fc.Arbitrary<Point> = fc.record({
  measurement: names,
  tags: fc.dictionary(fieldNames, texts, { maxKeys: 5 }),
  fields: fc.dictionary(
    fieldNames,
    fc.oneof(anyNumber, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.boolean(), texts),
    { minKeys: 1, maxKeys: 5 },
  ),
  timestamp,
})

/** A reading as every store gives it back. */
export function asStored(reading: Reading): Reading {
  const stored: Record<string, unknown> = { ...reading, quality: isPhysical(reading) ? reading.quality : 'suspect' }
  for (const [key, value] of Object.entries(reading)) {
    if (isMeasuredKey(key) && typeof value === 'number') {
      stored[key] = Number(fromStored(columnOf(key), toStored(columnOf(key), value))) + 0
    }
  }
  return stored as unknown as Reading
}
