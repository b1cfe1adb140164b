import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { checkPoint } from '../../../src/database/line-protocol/point-check'
import { decodeLines } from '../../../src/database/line-protocol/line-decoder'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import { isLine, type Line } from '../../../src/database/line-protocol/line'
import { recordedOf, readingOf } from '../../../src/database/line-protocol/line-readings'
import { seriesKeyOf } from '../../../src/database/line-protocol/line-splitting'
import { checkReading, checkRecordedEnergy } from '../../../src/database/reading-check'
import { aPoint, aReading, aRecord, START } from '../../support/database-samples'
import { asStored, points, readings, records, texts } from '../../support/line-samples'

/** Through the bytes that the spool keeps. */
function decoded(line: string): Line {
  const [only, ...more] = decodeLines(Buffer.from(line))
  assert.equal(more.length, 0, 'one line')
  assert.ok(only !== undefined && isLine(only), JSON.stringify(only))
  return only
}

function tagsOf(model: string): string {
  return (
    new LineEncoder().reading(aReading({ model })).slice('reading,device_id=plug-1'.length).split(' alias=')[0] ?? ''
  )
}

describe('a line of a reading', () => {
  const encoder = new LineEncoder()

  it('has id and model as tags, the rest as fields, numbers as floats and the moment in ms', () => {
    const reading = aReading({ parent_id: 'strip', on: true, power_w: 5, rssi_dbm: -61, overheated: false })
    assert.equal(
      encoder.reading(reading),
      'reading,device_id=plug-1,model=HS110(EU) alias="Kettle",host="127.0.0.1",parent_id="strip",' +
        `on=true,power_w=5,rssi_dbm=-61,overheated=false,quality="good" ${START}\n`,
    )
  })

  it('leaves out what is unknown or no finite number', () => {
    const reading = { ...aReading(), power_w: Number.NaN, voltage_v: Infinity, current_a: undefined, energy_kwh: null }
    const line = encoder.reading(reading as never)
    assert.equal(line.includes('_w=') || line.includes('_v=') || line.includes('_a=') || line.includes('kwh='), false)
  })

  it('rounds numbers to the resolution of their field', () => {
    const numbers: [number, string][] = [
      [12.300000000000001, '12.3'],
      [0.0004, '0'],
      [-0.0004, '0'],
      [-0.0006, '-0.001'],
      [1800.0005, '1800.001'],
      [0.07, '0.07'],
      [99_999.999, '99999.999'],
      [2_147_483.648, '2147483.648'],
      [1e300, '9007199254740.99'],
      [-1e300, '-9007199254740.99'],
    ]
    for (const [power_w, text] of numbers) {
      assert.match(encoder.reading(aReading({ power_w })), new RegExp(`,power_w=${text.replace('.', '\\.')},`))
    }
  })

  it('cuts a moment to whole milliseconds', () => {
    assert.ok(encoder.reading(aReading({ timestamp: START + 0.9 })).endsWith(` ${START}\n`))
    assert.ok(encoder.reading(aReading({ timestamp: START + 7 })).endsWith(` ${START + 7}\n`))
  })

  it('says that a number out of the physical range is suspect', () => {
    assert.match(encoder.reading(aReading({ voltage_v: 301 })), /,quality="suspect" /)
    assert.match(encoder.reading(aReading({ quality: 'suspect' })), /,quality="suspect" /)
  })

  it('shows a new description at once', () => {
    const own = new LineEncoder()
    const names = [{ alias: 'Lamp' }, { host: '127.0.0.2' }, { model: 'HS100(EU)' }, { parent_id: 'strip' }, {}]
    for (const name of names) assert.deepEqual(readingOf(decoded(own.reading(aReading(name)))), aReading(name))
  })

  it('has no tag for an empty model', () => {
    assert.ok(encoder.reading(aReading({ model: '' })).startsWith('reading,device_id=plug-1 alias='))
    assert.equal(readingOf(decoded(encoder.reading(aReading({ model: '' }))))?.model, '')
  })
})

describe('a name in a line', () => {
  it('has its commas, spaces and equals signs escaped', () => {
    assert.equal(tagsOf('a b,c=d'), ',model=a\\ b\\,c\\=d')
    assert.equal(tagsOf('"quoted"'), ',model="quoted"')
    assert.equal(tagsOf('a\\b'), ',model=a\\b')
    assert.equal(tagsOf('50%, 7%0'), ',model=50%\\,\\ 7%0')
  })

  it('has what servers disagree about in percent signs', () => {
    assert.equal(tagsOf('end\\'), ',model=end%5C')
    assert.equal(tagsOf('a\\\\b'), ',model=a%5C\\b')
    assert.equal(tagsOf('a\\,b'), ',model=a%5C\\,b')
    assert.equal(tagsOf('a\nb\rc\td\0e'), ',model=a%0Ab%0Dc%09d%00e')
    assert.equal(tagsOf('a%5Cb'), ',model=a%255Cb')
    assert.equal(tagsOf('a%255Cb'), ',model=a%25255Cb')
  })

  it('does not become a comment', () => {
    const point = { measurement: '#m=1', tags: {}, fields: { value: 1 }, timestamp: START }
    assert.equal(new LineEncoder().point(point), `%23m=1 value=1 ${START}\n`)
  })
})

describe('a string in a line', () => {
  it('has quotes, backslashes and line breaks escaped', () => {
    const point = aPoint({ fields: { text: 'a "b" \\ c\nd\re\\n, f=g' } })
    const line = new LineEncoder().point(point)
    assert.ok(line.includes(' text="a \\"b\\" \\\\ c\\nd\\re\\\\n, f=g" '), line)
  })

  it('that describes a device has its line breaks as a tag has them, so that servers give them back', () => {
    const line = new LineEncoder().reading(aReading({ alias: 'a "b"\nc\\n', host: '50%0A' }))
    assert.ok(line.includes(' alias="a \\"b\\"%0Ac\\\\n",host="50%250A",'), line)
  })
})

describe('a line of recorded energy', () => {
  it('has the duration as a tag, because an hour and a day may begin together', () => {
    assert.equal(
      new LineEncoder().recorded(aRecord({ used_kwh: 0.1250000001 })),
      'recorded_energy,device_id=plug-1,duration_ms=3600000,model=HS110(EU) ' +
        `alias="Kettle",host="127.0.0.1",used_kwh=0.125 ${START}\n`,
    )
  })
})

describe("a line of a user's point", () => {
  it('has bigints as integers, numbers as floats, and sorted tags without the empty ones', () => {
    const fields = { count: 5n, level: 5, precise: 0.1 + 0.2, open: true, text: 'a"b' }
    const point = { measurement: 'garden shed', tags: { z: '1', a: 'x y', empty: '' }, fields, timestamp: START }
    assert.equal(
      new LineEncoder().point(point),
      `garden\\ shed,a=x\\ y,z=1 count=5i,level=5,precise=0.30000000000000004,open=true,text="a\\"b" ${START}\n`,
    )
  })
})

describe('encoding and decoding', () => {
  const encoder = new LineEncoder()

  it('gives any reading back, in the resolution of its fields', () => {
    fc.assert(
      fc.property(readings, (reading) => {
        checkReading(reading)
        assert.deepEqual(readingOf(decoded(encoder.reading(reading))), asStored(reading))
      }),
    )
  })

  it('gives any record back', () => {
    fc.assert(
      fc.property(records, (record) => {
        checkRecordedEnergy(record)
        assert.deepEqual(recordedOf(decoded(encoder.recorded(record))), record)
      }),
    )
  })

  it('gives any point back', () => {
    fc.assert(
      fc.property(points, (point) => {
        checkPoint(point)
        const { measurement, tags, fields, timestamp } = decoded(encoder.point(point))
        const present = Object.entries(point.tags).filter(([, value]) => value !== '')
        assert.deepEqual(tags, new Map(present))
        assert.deepEqual(fields, new Map(Object.entries(point.fields)))
        assert.deepEqual([measurement, timestamp], [point.measurement, point.timestamp])
      }),
    )
  })

  it('makes exactly one line of anything', () => {
    fc.assert(
      fc.property(readings, points, texts, (reading, point, text) => {
        const strange = { ...reading, alias: text, host: text, model: text }
        for (const line of [encoder.reading(strange), encoder.point(point)]) {
          assert.equal(line.indexOf('\n'), line.length - 1)
          assert.equal(line.includes('\r'), false)
        }
      }),
    )
  })

  it('never makes one series of two ids', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        fc.pre(one !== other && one !== '' && other !== '')
        const [first, second] = [one, other].map((device_id) => Buffer.from(encoder.reading(aReading({ device_id }))))
        assert.notEqual(seriesKeyOf(first as Buffer), seriesKeyOf(second as Buffer))
      }),
    )
  })
})
