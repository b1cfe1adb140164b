import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { checkPoint } from '../../../src/database/line-protocol/point-check'
import { parsePoints } from '../../../src/database/line-protocol/points'
import { MonitorError } from '../../../src/domain/errors'
import { points } from '../../support/line-samples'

const NOW = Date.UTC(2026, 0, 5, 12)

function refusal(run: () => unknown): MonitorError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof MonitorError, String(error))
    assert.equal(error.code, 'INPUT_INVALID')
    return error
  }
  assert.fail('it was taken')
}

function plain(payload: unknown, measurement: unknown = 'garden'): unknown {
  return parsePoints(payload, measurement, NOW).map(({ tags, fields, ...rest }) => ({
    ...rest,
    tags: { ...tags },
    fields: { ...fields },
  }))
}

function aPoint(fields: object, own: object = {}): object {
  return { measurement: 'garden', tags: {}, fields, timestamp: NOW, ...own }
}

describe('points as flows send them to `influxdb out`', () => {
  it('are a single value, in the field `value`', () => {
    assert.deepEqual(plain(5), [aPoint({ value: 5 })])
    assert.deepEqual(plain('dry'), [aPoint({ value: 'dry' })])
    assert.deepEqual(plain(''), [aPoint({ value: '' })])
    assert.deepEqual(plain(false), [aPoint({ value: false })])
  })

  it('are an object of fields', () => {
    assert.deepEqual(plain({ temperature: 5.5, open: true, text: 'a', nothing: null, unknown: undefined }), [
      aPoint({ temperature: 5.5, open: true, text: 'a' }),
    ])
  })

  it('are fields and tags', () => {
    const tags = { room: 'attic', floor: 2, heated: false, nothing: null }
    assert.deepEqual(plain([{ temperature: 5 }, tags]), [
      aPoint({ temperature: 5 }, { tags: { room: 'attic', floor: '2', heated: 'false' } }),
    ])
    assert.deepEqual(plain([{ temperature: 5 }]), [aPoint({ temperature: 5 })])
  })

  it('are a list of fields and tags', () => {
    assert.deepEqual(plain([[{ a: 1, time: NOW - 1 }, { room: 'attic' }], [{ a: 2 }]]), [
      aPoint({ a: 1 }, { tags: { room: 'attic' }, timestamp: NOW - 1 }),
      aPoint({ a: 2 }),
    ])
  })

  it('have integers where a number is text with an i, or a bigint', () => {
    assert.deepEqual(plain({ count: '-12i', other: 7n, text: '12 i', float: '12' }), [
      aPoint({ count: -12n, other: 7n, text: '12 i', float: '12' }),
    ])
  })

  it('have their moment in the field `time`, in the unit that its size tells', () => {
    const moments: unknown[] = [
      ...[new Date(NOW), NOW / 1000, NOW, NOW * 1000, NOW * 1_000_000, String(NOW), `${NOW / 1000}.000`],
      ...[BigInt(NOW) * 1_000_000n, `${NOW}000000`, '2026-01-05T12:00:00Z', '2026-01-05T13:00:00+01:00'],
    ]
    for (const time of moments) assert.deepEqual(plain({ a: 1, time }), [aPoint({ a: 1 })], String(time))
    assert.deepEqual(plain({ a: 1, time: (NOW + 7) * 1_000_000 }), [aPoint({ a: 1 }, { timestamp: NOW + 7 })])
  })

  it('come out of function nodes, which have objects of their own', () => {
    const payload: unknown = runInNewContext(`[[{ a: 1, time: new Date(${NOW - 1}) }, { room: 'attic' }]]`)
    assert.deepEqual(plain(payload), [aPoint({ a: 1 }, { tags: { room: 'attic' }, timestamp: NOW - 1 })])
  })
})

describe('points as flows send them to `influxdb batch`', () => {
  it('bring their measurement, tags and moment', () => {
    const payload = [
      {
        measurement: 'weather',
        fields: { temp: 5.5, light: 678 },
        tags: { location: 'garden' },
        timestamp: new Date(NOW - 1),
      },
      { fields: { proximity: 999 } },
    ]
    assert.deepEqual(plain(payload), [
      { measurement: 'weather', tags: { location: 'garden' }, fields: { temp: 5.5, light: 678 }, timestamp: NOW - 1 },
      aPoint({ proximity: 999 }),
    ])
    assert.deepEqual(plain(payload[1]), [aPoint({ proximity: 999 })])
  })

  it('may be none', () => {
    assert.deepEqual(parsePoints([], undefined, NOW), [])
  })
})

describe('points that cannot be taken', () => {
  const fields = { temperature: 5 }
  const refused: [string, unknown, string][] = [
    ['nothing', undefined, 'payload'],
    ['null', null, 'payload'],
    ['a buffer', Buffer.from('a'), 'payload'],
    ['a date', new Date(NOW), 'payload'],
    ['a number that is none', Number.NaN, 'payload.value'],
    ['no field', {}, 'payload'],
    ['only unknown fields', { a: null }, 'payload'],
    ['an object in a field', { temperature: { value: 5 } }, 'payload.temperature'],
    ['an infinite field', [{ temperature: Infinity }, {}], 'payload[0].temperature'],
    ['an integer of more than 64 bits', { a: '9223372036854775808i' }, 'payload.a'],
    ['a text that is too long', { a: 'x'.repeat(65_537) }, 'payload.a'],
    [
      'text that is too long in all',
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, 'x'.repeat(65_000)])),
      'payload',
    ],
    ['too many fields', Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`a${index}`, index])), 'payload'],
    ['a field without a name', { '': 1 }, 'payload'],
    ['a name with a line break', { 'a\nb': 1 }, 'payload'],
    ['a name with half a character', { '\ud800': 1 }, 'payload'],
    ['a name of 257 characters', { ['x'.repeat(257)]: 1 }, 'payload'],
    ['a moment out of range', { a: 1, time: 5 }, 'payload.time'],
    ['a moment that is none', { a: 1, time: 'soon' }, 'payload.time'],
    ['a date that is none', { a: 1, time: new Date(Number.NaN) }, 'payload.time'],
    ['three objects', [fields, {}, {}], 'payload'],
    ['tags that are none', [fields, 'attic'], 'payload[1]'],
    ['an object in a tag', [fields, { room: {} }], 'payload[1].room'],
    ['a tag that is too long', [fields, { room: 'x'.repeat(1025) }], 'payload[1].room'],
    [
      'tags that are too long in all',
      [fields, Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, 'x'.repeat(1000)]))],
      'payload[1]',
    ],
    ['a tag for the time', [fields, { time: '5' }], 'payload[1]'],
    ['a list among objects', [[fields], fields], 'payload[1]'],
    ['a bad field in a list', [[fields], [{ a: [] }]], 'payload[1][0].a'],
    ['an object among points', [{ fields }, { temperature: 5 }], 'payload[1]'],
    [
      'a bad field of a point',
      [{ fields }, { fields }, { fields }, { fields: { temperature: [] } }],
      'payload[3].fields.temperature',
    ],
    ['a bad moment of a point', [{ fields, timestamp: 'soon' }], 'payload[0].timestamp'],
    ['a measurement that is kept', [{ fields, measurement: 'reading' }], 'payload[0].measurement'],
    ['too many points', Array.from({ length: 10_001 }, () => ({ fields })), 'payload'],
  ]
  for (const [name, payload, field] of refused) {
    it(`name what is wrong: ${name}`, () => {
      assert.equal(refusal(() => parsePoints(payload, 'garden', NOW)).details.field, field)
    })
  }

  it('name the measurement that is missing or kept for devices', () => {
    for (const measurement of [undefined, '', 5, 'reading', 'recorded_energy', 'a\tb']) {
      assert.equal(refusal(() => parsePoints(5, measurement, NOW)).details.field, 'measurement')
    }
  })

  it('are refused with a code whatever they are', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
        fc.anything(),
        (payload, measurement) => {
          try {
            parsePoints(payload, measurement, NOW).forEach((point) => {
              checkPoint(point)
            })
          } catch (error) {
            assert.ok(error instanceof MonitorError && error.code === 'INPUT_INVALID', String(error))
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('a point', () => {
  it('comes through as it is', () => {
    fc.assert(
      fc.property(points, (point) => {
        const tags = Object.entries(point.tags)
        const isText = Object.values(point.fields).every((value) => !/^-?\d+i$/.test(String(value)))
        fc.pre(isText)
        const [parsed, ...more] = parsePoints([point], undefined, NOW)
        assert.equal(more.length, 0)
        assert.deepEqual(Object.entries(parsed?.tags ?? {}), tags)
        assert.deepEqual(Object.entries(parsed?.fields ?? {}), Object.entries(point.fields))
        assert.deepEqual([parsed?.measurement, parsed?.timestamp], [point.measurement, point.timestamp])
      }),
    )
  })

  it('is checked by its own name where it was not parsed', () => {
    const point = { measurement: 'm', tags: {}, fields: { a: 1 }, timestamp: NOW }
    checkPoint(point)
    assert.equal(
      refusal(() => {
        checkPoint({ ...point, fields: { a: null } }, 'points[3]')
      }).details.field,
      'points[3].fields.a',
    )
    assert.equal(
      refusal(() => {
        checkPoint({ ...point, timestamp: 5 })
      }).details.field,
      'point.timestamp',
    )
    for (const given of [undefined, null, 5, [], new Map()])
      assert.equal(
        refusal(() => {
          checkPoint(given)
        }).details.field,
        'point',
      )
  })
})
