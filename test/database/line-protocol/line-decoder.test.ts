import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isLine, type Line } from '../../../src/database/line-protocol/line'
import { decodeLine, decodeLines } from '../../../src/database/line-protocol/line-decoder'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import { readingOf, recordedOf } from '../../../src/database/line-protocol/line-readings'
import { seriesKeyOf, splitLines, timestampOf } from '../../../src/database/line-protocol/line-splitting'
import { aReading, aRecord, START } from '../../support/database-samples'
import { points, readings } from '../../support/line-samples'

function lineOf(text: string): Line {
  const decoded = decodeLine(text)
  assert.ok(isLine(decoded), JSON.stringify(decoded))
  return decoded
}

function fieldOf(value: string): unknown {
  return lineOf(`m v=${value} 1`).fields.get('v')
}

/** Ours, and what is nearly ours. */
const nearlyLines = fc
  .tuple(
    fc.oneof(
      readings.map((reading) => new LineEncoder().reading(reading)),
      points.map((point) => new LineEncoder().point(point)),
    ),
    fc.nat(),
    fc.string({ maxLength: 3 }),
  )
  .map(([line, at, text]) => line.slice(0, at % line.length) + text + line.slice((at % line.length) + 1))

describe('decoding line protocol', () => {
  it('takes every kind of value that servers take', () => {
    const values: [string, unknown][] = [
      ['5', 5],
      ['-12.5', -12.5],
      ['.5', 0.5],
      ['5.', 5],
      ['1e+21', 1e21],
      ['-1.5E-7', -1.5e-7],
      ['12345678901234567890.5', 12345678901234567890.5],
      ['0.1234567890123456789', 0.1234567890123456789],
      ['5i', 5n],
      ['-9223372036854775808i', -(2n ** 63n)],
      ['18446744073709551615u', 2n ** 64n - 1n],
      ['t', true],
      ['TRUE', true],
      ['False', false],
      ['"a, b=c \\"d\\" \\\\ \\n e\\x"', 'a, b=c "d" \\ \n e\\x'],
      ['""', ''],
      ['"é😀"', 'é😀'],
    ]
    for (const [text, value] of values) assert.equal(fieldOf(text), value, text)
  })

  it('reads every decimal as JavaScript does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(20), fc.boolean(), (digits, point, isNegative) => {
        const padded = String(digits).padStart(point + 1, '0')
        const text = `${isNegative ? '-' : ''}${padded.slice(0, padded.length - point)}.${padded.slice(padded.length - point)}`
        assert.equal(fieldOf(text), Number(text))
      }),
    )
  })

  it('takes escaped names and tags, and spaces between the parts', () => {
    const { measurement, tags, fields, timestamp } = lineOf('my\\ m\\,x,a\\=b=c\\ d,e="f"   g\\ h=1,i=2   -5  ')
    assert.equal(measurement, 'my m,x')
    assert.deepEqual(
      [...tags],
      [
        ['a=b', 'c d'],
        ['e', '"f"'],
      ],
    )
    assert.deepEqual(
      [...fields],
      [
        ['g h', 1],
        ['i', 2],
      ],
    )
    assert.equal(timestamp, -5)
  })

  it('refuses what is no line, and says why', () => {
    const refusals: [string, RegExp][] = [
      ['', /empty/],
      ['   ', /empty/],
      ['# m v=1 1', /comment/],
      [' m v=1 1', /measurement/],
      [',a=b v=1 1', /measurement/],
      ['m,a v=1 1', /tag/],
      ['m,a= v=1 1', /tag/],
      ['m,=a v=1 1', /tag/],
      ['m,a=b,a=c v=1 1', /twice/],
      ['m', /field/],
      ['m v', /field/],
      ['m =1 1', /field/],
      ['m v=1', /timestamp/],
      ['m v=1 ', /timestamp/],
      ['m v=1 x', /timestamp/],
      ['m v=1 1.5', /timestamp/],
      ['m v=1 99999999999999999', /timestamp/],
      ['m v=1 1\r', /timestamp/],
      ['m v= 1', /no number/],
      ['m v=- 1', /no number/],
      ['m v=1.2.3 1', /no number/],
      ['m v=1e999 1', /no number/],
      ['m v=NaN 1', /no number/],
      ['m v=9223372036854775808i 1', /no number/],
      ['m v=-1u 1', /no number/],
      ['m v=yes 1', /no number/],
      [`m v=${'1'.repeat(1_000_000)}i 1`, /no number/],
      ['m v="a 1', /no end/],
      ['m v="a\\" 1', /no end/],
      ['m v="a"b 1', /follows the string/],
    ]
    for (const [text, reason] of refusals) {
      const decoded = decodeLine(text)
      assert.ok(!isLine(decoded), text.slice(0, 80))
      assert.match(decoded.reason, reason, text.slice(0, 80))
    }
  })

  it('gives one result for each line, also for bad and empty ones', () => {
    const results = decodeLines('m v=1 1\n\nbad\nm v=2 2')
    assert.deepEqual(
      results.map((result) => (isLine(result) ? result.fields.get('v') : 'refused')),
      [1, 'refused', 'refused', 2],
    )
    assert.deepEqual(decodeLines(''), [])
    assert.equal(decodeLines(Buffer.from('m v=1 1\n')).length, 1)
  })

  it('never lets a line reach into the next', () => {
    for (const broken of ['m', 'm v', 'm v=', 'm v=1', 'm v="a', 'm v="a\\', 'm,a\\', 'm v=t', 'm v=1 ', 'm v=-']) {
      const [first, second, ...more] = decodeLines(`${broken}\nm v=3,w=true 3\n`)
      assert.ok(first && !isLine(first), broken)
      assert.ok(second && isLine(second) && second.fields.get('v') === 3, broken)
      assert.equal(more.length, 0)
    }
  })

  it('gives a line or a reason for any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      nearlyLines.map((line) => Buffer.from(line)),
    )
    fc.assert(
      fc.property(bytes, (text) => {
        const results = decodeLines(text)
        assert.equal(results.length, splitLines(text).length)
        for (const result of results) {
          if (isLine(result)) assert.ok(result.fields.size > 0 && Number.isSafeInteger(result.timestamp))
          else assert.notEqual(result.reason, '')
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a reading out of a line', () => {
  const line = new LineEncoder().reading(aReading({ power_w: 1, on: true })).trimEnd()

  it('is none where the line holds something else', () => {
    assert.equal(readingOf(lineOf(line.replace('reading,', 'weather,'))), undefined)
    assert.equal(recordedOf(lineOf(line)), undefined)
    assert.equal(readingOf(lineOf(new LineEncoder().recorded(aRecord()).trimEnd())), undefined)
  })

  it('is none where a value is missing or of another type', () => {
    const changes: [string, string][] = [
      ['device_id=plug-1,', ''],
      ['alias="Kettle",', ''],
      ['host="127.0.0.1"', 'host=1'],
      ['"good"', '"fine"'],
      ['power_w=1', 'power_w=1i'],
      ['power_w=1', 'power_w="1"'],
      ['on=true', 'on=1'],
      ['on=true', 'parent_id=1'],
      [` ${START}`, ' 5'],
    ]
    for (const [from, to] of changes) {
      assert.ok(line.includes(from))
      assert.equal(readingOf(lineOf(line.replace(from, to))), undefined, to)
    }
  })

  it('leaves out fields that it does not know', () => {
    assert.deepEqual(
      readingOf(lineOf(line.replace('on=true', 'on=true,colour="red"'))),
      aReading({ power_w: 1, on: true }),
    )
  })
})

describe('a record out of a line', () => {
  it('is none where a value is missing or of another type', () => {
    const line = new LineEncoder().recorded(aRecord()).trimEnd()
    for (const [from, to] of [
      ['duration_ms=3600000', 'duration_ms=hour'],
      ['used_kwh=0.125', 'used_kwh=true'],
      ['alias', 'name'],
    ] as const) {
      assert.equal(recordedOf(lineOf(line.replace(from, to))), undefined, to)
    }
  })
})

describe('splitting lines', () => {
  it('keeps every byte', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(10, 32, 65), { maxLength: 50 }), (array) => {
        const text = Buffer.from(array)
        const lines = splitLines(text)
        assert.deepEqual(Buffer.concat(lines), text)
        for (const line of lines.slice(0, -1)) assert.equal(line.indexOf(10), line.length - 1)
      }),
    )
  })

  it('tells series and moment of every line that can be decoded', () => {
    fc.assert(
      fc.property(readings, readings, (one, other) => {
        const lines = [one, other].map((reading) => Buffer.from(new LineEncoder().reading(reading)))
        assert.deepEqual(
          lines.map((line) => timestampOf(line)),
          [one.timestamp, other.timestamp],
        )
        const isSame = one.device_id === other.device_id && one.model === other.model
        assert.equal(seriesKeyOf(lines[0] as Buffer) === seriesKeyOf(lines[1] as Buffer), isSame)
      }),
    )
  })

  it('finds no moment where there is none', () => {
    for (const text of [
      '',
      '\n',
      '12',
      'm v=1',
      'm v="a 5"\n',
      'm v=1 1.5\n',
      'm v=1 12345678901234567890\n',
      'm v=1 \n',
    ]) {
      assert.equal(timestampOf(Buffer.from(text)), undefined, text)
    }
    assert.equal(timestampOf(Buffer.from('m v=1 -5\n')), -5)
    assert.equal(timestampOf(Buffer.from('m v=1 5')), 5)
  })
})
