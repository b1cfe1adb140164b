import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  bucketAt,
  bucketsBetween,
  lengthText,
  longestMs,
  nests,
  parseBucketLength,
  type BucketLength,
} from '../../src/domain/local-buckets'
import { TimeZone } from '../../src/domain/time-zone'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** All that nest in the next, up to a year. */
const LENGTHS = ['1m', '5m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '1mo', '3mo', '12mo'].map(length)

/**
 * Half and quarter hours, summer time of half an hour and of two, midnights that are left out or come twice, a day that is left
 * out, clocks set back by three hours, changes a minute after midnight and in Ramadan.
 */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Caracas',
  'Asia/Beirut',
  'Asia/Pyongyang',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Casey',
  'Antarctica/Troll',
]
const zones = new Map(ZONES.map((name) => [name, new TimeZone(name)]))
const zoneOf = (name: string) => zones.get(name) as TimeZone
/** The same zones, asked in another order. */
const others = new Map(ZONES.map((name) => [name, new TimeZone(name)]))

const FIRST = Date.UTC(2005, 0, 1)
const END = Date.UTC(2027, 0, 1)

const changes = new Map<string, number[]>()
/** The moments at which a zone's clocks are changed. */
function changesOf(name: string): number[] {
  let found = changes.get(name)
  if (found === undefined) {
    found = []
    const offsetAt = (at: number) => zoneOf(name).evenTime(at).offset_ms
    for (let at = FIRST; at < END; at += 7 * DAY_MS) {
      const before_ms = offsetAt(at)
      if (offsetAt(at + 7 * DAY_MS) === before_ms) continue
      let { end_ms } = zoneOf(name).evenTime(at)
      while (offsetAt(end_ms) === before_ms) end_ms = zoneOf(name).evenTime(end_ms).end_ms
      found.push(end_ms)
    }
    changes.set(name, found)
  }
  return found
}

const zoned = fc.constantFrom(...ZONES)
const anyMoment = fc.tuple(zoned, fc.integer({ min: FIRST, max: END }))
/** Moments at random rarely hit one. */
const nearChange = fc
  .tuple(zoned, fc.nat(), fc.integer({ min: -1.2 * DAY_MS, max: 1.2 * DAY_MS }))
  .filter(([name]) => changesOf(name).length > 0)
  .map(([name, index, by_ms]): [string, number] => {
    const all = changesOf(name)
    return [name, (all[index % all.length] as number) + by_ms]
  })
const zonedMoment = fc.oneof(anyMoment, nearChange)

function length(text: string): BucketLength {
  return parseBucketLength(text) as BucketLength
}

const formats = new Map<string, Intl.DateTimeFormat>()
/** `2026-11-21 14:05:09` as `Intl` says it, without anything of ours. */
function shown(name: string, at: number): string {
  let format = formats.get(name)
  if (format === undefined) {
    const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
    format = new Intl.DateTimeFormat('sv-SE', { ...date, ...time, timeZone: name })
    formats.set(name, format)
  }
  return format.format(at).replace(', ', ' ')
}

const sizes = (name: string, text: string, from: string, to: string) =>
  bucketsBetween(zoneOf(name), length(text), Date.parse(from), Date.parse(to)).map(
    (bucket) => (bucket.to - bucket.from) / MINUTE_MS,
  )

describe('buckets of local time', () => {
  it('hold every moment once, without a gap or an overlap', () => {
    fc.assert(
      fc.property(zonedMoment, fc.constantFrom(...LENGTHS), ([name, at], of) => {
        const { from, to } = bucketAt(zoneOf(name), of, at)
        assert.ok(from <= at && at < to, `${at} in ${from} to ${to}`)
        const other = others.get(name) as TimeZone
        assert.deepEqual(bucketAt(other, of, from), { from, to })
        assert.deepEqual(bucketAt(other, of, to - 1), { from, to })
        assert.equal(bucketAt(other, of, from - 1).to, from)
        assert.equal(bucketAt(other, of, to).from, to)
      }),
      { numRuns: 500 },
    )
  })

  it('make up longer ones exactly, in every zone and across every change of the clocks', () => {
    const pairs = LENGTHS.flatMap((finer) => LENGTHS.map((coarser) => [finer, coarser] as const)).filter(
      ([finer, coarser]) => nests(finer, coarser) && longestMs(coarser) / longestMs(finer) < 1500,
    )
    assert.ok(pairs.length > 40)
    fc.assert(
      fc.property(zonedMoment, fc.constantFrom(...pairs), ([name, at], [finer, coarser]) => {
        const { from, to } = bucketAt(zoneOf(name), coarser, at)
        const parts = bucketsBetween(zoneOf(name), finer, from, to)
        assert.deepEqual([parts[0]?.from, parts.at(-1)?.to], [from, to])
        parts.slice(1).forEach((part, index) => assert.equal(part.from, parts[index]?.to))
      }),
      { numRuns: 300 },
    )
  })

  it('begin where clocks show their beginning, or where clocks are changed', () => {
    fc.assert(
      fc.property(zonedMoment, ([name, at]) => {
        const of = (text: string) => bucketAt(zoneOf(name), length(text), at)
        const isChange = (moment: number) => changesOf(name).includes(moment)
        assert.ok(isChange(of('1h').from) || shown(name, of('1h').from).endsWith(':00:00'))
        assert.ok(isChange(of('15m').from) || /:(00|15|30|45):00$/.test(shown(name, of('15m').from)))
        for (const [text, digits] of [
          ['1d', 10],
          ['1mo', 7],
        ] as const) {
          const { from } = of(text)
          assert.ok(shown(name, from).slice(0, digits) > shown(name, from - 1).slice(0, digits))
        }
      }),
    )
  })

  it('are never longer than the longest', () => {
    fc.assert(
      fc.property(zonedMoment, fc.constantFrom(...LENGTHS), ([name, at], of) => {
        const { from, to } = bucketAt(zoneOf(name), of, at)
        assert.ok(to - from <= longestMs(of))
      }),
      { numRuns: 500 },
    )
  })

  it('know how far clocks have been set back', () => {
    for (const name of ['Antarctica/Casey', 'Antarctica/Troll', 'Pacific/Apia', 'Africa/Casablanca']) {
      for (const at of changesOf(name)) {
        const back_ms = zoneOf(name).evenTime(at - 1).offset_ms - zoneOf(name).evenTime(at).offset_ms
        assert.ok(longestMs(length('1d')) - DAY_MS >= back_ms, `${name} ${shown(name, at)}`)
      }
    }
    const back = changesOf('Antarctica/Casey').map(
      (at) => zoneOf('Antarctica/Casey').evenTime(at - 1).offset_ms - zoneOf('Antarctica/Casey').evenTime(at).offset_ms,
    )
    assert.equal(longestMs(length('1d')) - DAY_MS, Math.max(...back))
  })

  it('are days of 23, 24 and 25 hours, with as many buckets of an hour', () => {
    assert.deepEqual(sizes('Europe/Berlin', '1d', '2026-03-27T23:00Z', '2026-03-30T22:00Z'), [1440, 1380, 1440])
    assert.deepEqual(sizes('Europe/Berlin', '1d', '2026-10-23T22:00Z', '2026-10-26T23:00Z'), [1440, 1500, 1440])
    assert.equal(sizes('Europe/Berlin', '1h', '2026-03-28T23:00Z', '2026-03-29T22:00Z').length, 23)
    assert.equal(sizes('Europe/Berlin', '1h', '2026-10-24T22:00Z', '2026-10-25T23:00Z').length, 25)
    assert.deepEqual(sizes('Europe/Berlin', '1mo', '2026-02-28T23:00Z', '2026-03-31T22:00Z'), [31 * 1440 - 60])
  })

  it('are two of an hour where clocks show an hour twice, and part of one longer where that is of several hours', () => {
    const hours = bucketsBetween(
      zoneOf('Europe/Berlin'),
      length('1h'),
      Date.parse('2026-10-25T00:00Z'),
      Date.parse('2026-10-25T02:00Z'),
    )
    assert.deepEqual(
      hours.map(({ from, to }) => [shown('Europe/Berlin', from).slice(11), to - from]),
      [
        ['02:00:00', HOUR_MS],
        ['02:00:00', HOUR_MS],
      ],
    )
    assert.deepEqual(sizes('Europe/Berlin', '6h', '2026-10-24T22:00Z', '2026-10-25T23:00Z'), [420, 360, 360, 360])
    assert.deepEqual(sizes('Europe/Berlin', '6h', '2026-03-28T23:00Z', '2026-03-29T22:00Z'), [300, 360, 360, 360])
  })

  it('are of half an hour where summer time is', () => {
    // Clocks went back from 02:00 to 01:30.
    const from = '2026-04-04T14:00Z'
    assert.deepEqual(sizes('Australia/Lord_Howe', '1h', from, '2026-04-04T16:30Z'), [60, 30, 60])
    assert.deepEqual(sizes('Australia/Lord_Howe', '1d', '2026-04-04T13:00Z', '2026-04-05T13:30Z'), [1470])
  })

  it('begin at one where there is no midnight, and leave out a day that there is not', () => {
    const { from } = bucketAt(zoneOf('America/Sao_Paulo'), length('1d'), Date.parse('2018-11-04T12:00Z'))
    assert.equal(shown('America/Sao_Paulo', from), '2018-11-04 01:00:00')
    const samoa = bucketsBetween(
      zoneOf('Pacific/Apia'),
      length('1d'),
      Date.parse('2011-12-29T10:00Z'),
      Date.parse('2011-12-31T10:00Z'),
    )
    assert.deepEqual(
      samoa.map((bucket) => shown('Pacific/Apia', bucket.from)),
      ['2011-12-29 00:00:00', '2011-12-31 00:00:00'],
    )
    assert.equal(sizes('Pacific/Apia', '6h', '2011-12-29T10:00Z', '2011-12-31T10:00Z').length, 8)
  })

  it('between two moments are those that lie between them as a whole', () => {
    const zone = zoneOf('Asia/Kolkata')
    const half = Date.parse('2026-10-04T03:30Z')
    const found = bucketsBetween(zone, length('1h'), half + 1, half + 3 * HOUR_MS + 1)
    assert.deepEqual(found, [
      { from: half + HOUR_MS, to: half + 2 * HOUR_MS },
      { from: half + 2 * HOUR_MS, to: half + 3 * HOUR_MS },
    ])
    assert.equal(bucketsBetween(zone, length('1h'), half, half + HOUR_MS).length, 1)
    assert.deepEqual(bucketsBetween(zone, length('1h'), half + 1, half + HOUR_MS), [])
    assert.deepEqual(bucketsBetween(zone, length('1h'), half, half), [])
    assert.deepEqual(bucketsBetween(zone, length('1d'), half, half - DAY_MS), [])
  })
})

describe('the length of a bucket', () => {
  it('is read and written the same', () => {
    for (const text of ['1m', '15m', '60m', '1h', '6h', '24h', '1d', '1mo', '12mo']) {
      assert.equal(lengthText(length(text)), text)
    }
    assert.deepEqual(length('15m'), { unit: 'minute', count: 15 })
    assert.deepEqual(length('1mo'), { unit: 'month', count: 1 })
  })

  it('is refused where it would not nest, or is none', () => {
    const none = [
      '7m',
      '5h',
      '2d',
      '7d',
      '5mo',
      '24mo',
      '0m',
      '-1h',
      '1',
      'h',
      '1w',
      '1 h',
      '01h',
      '1.5h',
      '1H',
      '',
      '100m',
    ]
    for (const text of none) assert.equal(parseBucketLength(text), undefined, text)
    fc.assert(fc.property(fc.string(), (text) => parseBucketLength(text) === undefined || /^\d+(m|h|d|mo)$/.test(text)))
  })

  it('nests in longer ones that are a multiple of it', () => {
    const nested = (finer: string, coarser: string) => nests(length(finer), length(coarser))
    for (const [finer, coarser] of [
      ['15m', '1h'],
      ['5m', '30m'],
      ['20m', '1d'],
      ['1h', '6h'],
      ['6h', '1d'],
      ['1d', '1mo'],
      ['1mo', '3mo'],
    ] as const) {
      assert.ok(nested(finer, coarser), `${finer} in ${coarser}`)
      assert.ok(!nested(coarser, finer), `${coarser} in ${finer}`)
    }
    assert.ok(!nested('10m', '15m'))
    assert.ok(!nested('4h', '6h'))
    assert.ok(!nested('2mo', '3mo'))
    assert.ok(!nested('1h', '1h'))
    assert.ok(!nested('60m', '1h'))
  })
})
