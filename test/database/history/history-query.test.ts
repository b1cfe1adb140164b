import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { encodeCursor } from '../../../src/database/history/history-cursor'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import { MonitorError } from '../../../src/domain/errors'

const NOW = Date.UTC(2026, 0, 5, 12)
const DAY = 86_400_000

function refusal(input: unknown): MonitorError {
  try {
    parseHistoryQuery(input, NOW)
  } catch (error) {
    assert.ok(error instanceof MonitorError, String(error))
    return error
  }
  assert.fail('the query was taken')
}

describe('a history query', () => {
  it('asks for the newest 1000 rows of the last 24 hours where nothing is given', () => {
    const expected = { from: NOW - DAY, to: NOW, device_ids: [], fields: [], order: 'newest-first', limit: 1000 }
    assert.deepEqual(parseHistoryQuery(undefined, NOW), expected)
    assert.deepEqual(parseHistoryQuery({ from: '', fields: null }, NOW), expected)
  })

  it('takes moments as milliseconds, ISO text with a zone, or relative to now', () => {
    const moments: [unknown, number][] = [
      [NOW - 5, NOW - 5],
      [String(NOW - 5), NOW - 5],
      [new Date(NOW - 5), NOW - 5],
      ['2026-01-05T10:00:00+02:00', NOW - 4 * 3_600_000],
      ['2026-01-05', NOW - DAY / 2],
      ['-90m', NOW - 90 * 60_000],
      ['-1w', NOW - 7 * DAY],
    ]
    for (const [given, expected] of moments) assert.equal(parseHistoryQuery({ from: given }, NOW).from, expected)
    assert.equal(parseHistoryQuery({ to: 'now' }, NOW).to, NOW)
  })

  it('takes lists as text with commas, and buckets as text with a unit', () => {
    const query = parseHistoryQuery({ device_ids: 'a, b,a', fields: 'power_w,on', bucket: '5m', limit: '20' }, NOW)
    assert.deepEqual(query.device_ids, ['a', 'b'])
    assert.deepEqual(query.fields, ['power_w', 'on'])
    assert.deepEqual(query.bucket, { bucket_ms: 300_000 })
    assert.equal(query.limit, 20)
  })

  it('takes buckets of local hours, days and months, of the machine where no time zone is named', () => {
    const machine = Intl.DateTimeFormat().resolvedOptions().timeZone
    for (const unit of ['hour', 'day', 'month']) {
      const of = (time_zone?: string) => parseHistoryQuery({ bucket: unit, time_zone }, NOW).bucket
      assert.deepEqual(of('Asia/Kathmandu'), { length: { unit, count: 1 }, time_zone: 'Asia/Kathmandu' })
      assert.deepEqual(of(), { length: { unit, count: 1 }, time_zone: machine })
    }
  })

  it('takes the length that makes a chart of the range, and stays with it over its pages', () => {
    const lengths: [string, unknown][] = [
      ['-10s', { bucket_ms: 1000 }],
      ['-1h', { bucket_ms: 10_000 }],
      ['-24h', { length: { unit: 'minute', count: 5 }, time_zone: 'UTC' }],
      ['-7d', { length: { unit: 'minute', count: 30 }, time_zone: 'UTC' }],
      ['-30d', { length: { unit: 'hour', count: 2 }, time_zone: 'UTC' }],
      ['-365d', { length: { unit: 'day', count: 1 }, time_zone: 'UTC' }],
      ['-9000d', { length: { unit: 'month', count: 1 }, time_zone: 'UTC' }],
    ]
    for (const [from, bucket] of lengths) {
      const query = parseHistoryQuery({ from, bucket: 'auto', time_zone: 'UTC' }, NOW)
      assert.deepEqual(query.bucket, bucket, from)
      const cursor = encodeCursor(query, { timestamp: NOW - 1000, device_id: 'a' })
      const next = parseHistoryQuery({ from, bucket: 'auto', time_zone: 'UTC', cursor }, NOW + DAY)
      assert.deepEqual(next, { ...query, cursor })
    }
  })

  it('makes of any range above some minutes 200 to 900 points where it chooses the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10 * 60_000, max: 2 * 365 * DAY }), (range_ms) => {
        const { bucket } = parseHistoryQuery({ from: NOW - range_ms, bucket: 'auto', time_zone: 'UTC' }, NOW)
        const unit_ms = { minute: 60_000, hour: 3_600_000, day: DAY, month: 30 * DAY }
        assert.ok(bucket)
        const length_ms = 'bucket_ms' in bucket ? bucket.bucket_ms : bucket.length.count * unit_ms[bucket.length.unit]
        const points = range_ms / length_ms
        assert.ok(points > 200 && points < 900, `${points} points`)
      }),
    )
  })

  const wrong: [string, string, unknown][] = [
    ['a range that ends before it begins', 'to', { from: '-1h', to: '-2h' }],
    ['an empty range', 'to', { from: NOW, to: NOW }],
    ['a moment that is none', 'from', { from: 'yesterday' }],
    ['a time without a zone', 'from', { from: '2026-01-05T10:00:00' }],
    ['a date that does not exist', 'from', { from: '2026-13-45' }],
    ['a moment before the year 2000', 'from', { from: 1000 }],
    ['a moment that is not finite', 'to', { to: Number.POSITIVE_INFINITY }],
    ['a field that does not exist', 'fields', { fields: ['power_w', 'watts'] }],
    ['a field named like a part of every object', 'fields', { fields: ['__proto__'] }],
    ['a device that is no text', 'device_ids', { device_ids: [42] }],
    ['too many devices', 'device_ids', { device_ids: Array.from({ length: 1001 }, (_, index) => `d${index}`) }],
    ['a limit of 0', 'limit', { limit: 0 }],
    ['a limit of 10,001', 'limit', { limit: 10_001 }],
    ['a limit that is no whole number', 'limit', { limit: 1.5 }],
    ['an unknown order', 'order', { order: 'random' }],
    ['a bucket without a known unit', 'bucket', { bucket: '5y' }],
    ['a bucket of half a second', 'bucket', { bucket: 500 }],
    ['too many buckets', 'bucket', { from: '-365d', bucket: '1m' }],
    ['too many local hours', 'bucket', { from: '-5000d', bucket: 'hour' }],
    ['a unit that it has no buckets of', 'bucket', { bucket: 'week' }],
    ['a time zone that there is not', 'time_zone', { bucket: 'day', time_zone: 'Europe/Nowhere' }],
    ['a time zone that is no text', 'time_zone', { bucket: 'day', time_zone: 7 }],
    ['a key that it does not know', 'query', { device: 'a' }],
    ['a list', 'query', [1]],
  ]
  for (const [name, field, input] of wrong) {
    it(`refuses ${name} by an error that names the field, the value and what is allowed`, () => {
      const error = refusal(input)
      assert.equal(error.code, 'INPUT_INVALID')
      assert.equal(error.details.field, field)
      assert.ok(Object.hasOwn(error.details, 'value'))
      assert.ok(error.details.range)
    })
  }

  it('answers anything at all with a query or an error of its own', () => {
    const anything = fc.anything({ withNullPrototype: true, withDate: true })
    const keys = ['from', 'to', 'device_ids', 'fields', 'order', 'limit', 'cursor', 'bucket', 'time_zone', '__proto__']
    const input = fc.oneof(anything, fc.dictionary(fc.constantFrom(...keys), anything))
    fc.assert(
      fc.property(input, (given) => {
        try {
          const query = parseHistoryQuery(given, NOW)
          assert.ok(query.from < query.to)
        } catch (error) {
          assert.ok(error instanceof MonitorError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a cursor', () => {
  const position = { timestamp: NOW - 1000, device_id: 'Küche,1' }

  it('keeps a relative range where it was when time has gone on', () => {
    const first = parseHistoryQuery({ from: '-1h' }, NOW)
    const cursor = encodeCursor(first, position)
    const second = parseHistoryQuery({ from: '-1h', cursor }, NOW + 60_000)
    assert.deepEqual(second, { ...first, cursor })
  })

  it('survives another page size', () => {
    const cursor = encodeCursor(parseHistoryQuery({ limit: 5 }, NOW), position)
    assert.equal(parseHistoryQuery({ limit: 50, cursor }, NOW).limit, 50)
  })

  const others: [string, object][] = [
    ['devices', { device_ids: ['b'] }],
    ['fields', { fields: ['on'] }],
    ['order', { order: 'oldest-first' }],
    ['range', { from: NOW - 5000 }],
    ['bucket', { bucket: '1h' }],
    ['local bucket', { bucket: 'day' }],
  ]
  for (const [name, other] of others) {
    it(`is refused where the query has another ${name}`, () => {
      const cursor = encodeCursor(parseHistoryQuery({}, NOW), position)
      assert.equal(refusal({ ...other, cursor }).code, 'CURSOR_INVALID')
    })
  }

  it('is refused where it is no cursor of ours', () => {
    const foreign = Buffer.from('["x"]').toString('base64url')
    for (const cursor of ['x', foreign, 42, {}, 'A'.repeat(5000)]) {
      assert.equal(refusal({ cursor }).code, 'CURSOR_INVALID')
    }
  })

  it('is refused when any of its characters is another', () => {
    const cursor = encodeCursor(parseHistoryQuery({ from: NOW - 9000, to: NOW }, NOW), position)
    for (let index = 0; index < 14; index += 1) {
      const changed = `${cursor.slice(0, index)}${cursor[index] === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`
      assert.equal(refusal({ from: NOW - 9000, to: NOW, cursor: changed }).code, 'CURSOR_INVALID')
    }
  })
})
