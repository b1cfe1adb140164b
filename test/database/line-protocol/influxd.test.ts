import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Point } from '../../../src/database/database'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import { originalText, storedText } from '../../../src/database/line-protocol/line-text'
import { checkPoint } from '../../../src/database/line-protocol/point-check'
import { checkReading } from '../../../src/database/reading-check'
import { aPoint, aReading, START } from '../../support/database-samples'
import { type Influxd, startInfluxd, whyNoInfluxd } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'

const HOSTILE = [
  ...[
    'a b',
    'a,b',
    'a=b',
    'a"b',
    '"ab"',
    'a\\b',
    'a\\',
    'a\\\\',
    'a\\\\b',
    'a\\ b',
    'a\\,b',
    'a\\=b',
    ' a ',
    ',',
    '=',
    '\\',
  ],
  ...[
    '#a',
    '# a',
    'a%5C',
    'a%5Cb',
    'a%255C',
    'é',
    '😀',
    'a\u2028b',
    '\ufffd',
    'a v=1 1',
    'a\\" v=1',
    "'; DROP DATABASE test",
    '$1',
    '{}',
  ],
]
// Only tags and strings may have these.
const CONTROLS = ['a\nb', 'a\r\nb', 'a\tb', 'a\0b', '\n', '\u0001', 'a\\\n', '\nweather v=1 1']

describe('hostile text in lines to a real InfluxDB 1.x', () => {
  const encoder = new LineEncoder()
  let server: Influxd

  before(async function () {
    this.timeout(60_000)
    skipWithout(whyNoInfluxd(), this)
    server = await startInfluxd()
  })
  after(() => server?.stop())

  async function write(database: string, lines: readonly string[]): Promise<Influxd> {
    await server.query(`CREATE DATABASE "${database}"`)
    const response = await fetch(`${server.url}/write?db=${database}&precision=ms`, {
      method: 'POST',
      body: lines.join(''),
    })
    assert.equal(response.status, 204, await response.text())
    return server
  }

  it('comes back in tags, each as a series of its own', async () => {
    const texts = [...HOSTILE, ...CONTROLS]
    const points = texts.map((room, index) => checked({ tags: { room }, fields: { index }, timestamp: START + index }))
    const influxd = await write(
      'tags',
      points.map((point) => encoder.point(point)),
    )
    const rows = await influxd.query('SELECT "index", "room" FROM "water"', 'tags')
    assert.deepEqual(
      rows.map(([timestamp, index, room]) => [timestamp, index, originalText(String(room))]),
      texts.map((text, index) => [START + index, index, text]),
    )
    assert.equal((await influxd.query('SHOW SERIES', 'tags')).length, texts.length)
  })

  it('comes back in names', async () => {
    const points = HOSTILE.map((name, index) =>
      checked({ measurement: name, tags: { [`${name} tag`]: 'x' }, fields: { [name]: index, [`${name} 2`]: index } }),
    )
    const influxd = await write(
      'names',
      points.map((point) => encoder.point(point)),
    )
    const measurements = await influxd.query('SHOW MEASUREMENTS', 'names')
    assert.deepEqual(namesIn(measurements), new Set(HOSTILE))
    const fields = await influxd.query('SHOW FIELD KEYS', 'names')
    const tags = await influxd.query('SHOW TAG KEYS', 'names')
    assert.deepEqual(namesIn(fields), new Set(HOSTILE.flatMap((name) => [name, `${name} 2`])))
    assert.deepEqual(namesIn(tags), new Set(HOSTILE.map((name) => `${name} tag`)))
  })

  it('comes back in strings, but for line breaks, which are shown as \\n and \\r', async () => {
    const texts = [...HOSTILE, ...CONTROLS, '', 'x'.repeat(65_536)]
    const points = texts.map((text, index) => checked({ fields: { text }, timestamp: START + index }))
    const influxd = await write(
      'strings',
      points.map((point) => encoder.point(point)),
    )
    const rows = await influxd.query('SELECT "text" FROM "water"', 'strings')
    const shown = texts.map((text) => text.replaceAll('\n', '\\n').replaceAll('\r', '\\r'))
    assert.deepEqual(
      rows.map(([, text]) => text),
      shown,
    )
  })

  it('is found by the id of a device', async () => {
    const ids = HOSTILE
    const lines = ids.map((device_id, index) =>
      encoder.reading(aReading({ device_id, alias: device_id, model: device_id, power_w: index })),
    )
    const influxd = await write('devices', lines)
    for (const [index, id] of ids.entries()) {
      checkReading(aReading({ device_id: id }))
      const stored = storedText(id).replaceAll('\\', '\\\\').replaceAll("'", "\\'")
      const rows = await influxd.query(
        `SELECT "power_w", "alias" FROM "reading" WHERE "device_id" = '${stored}'`,
        'devices',
      )
      assert.deepEqual(
        rows.map(([timestamp, power_w, alias]) => [timestamp, power_w, originalText(String(alias))]),
        [[START, index, id]],
      )
    }
  })

  it('comes back in the largest point that is taken', async () => {
    const tags = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`tag ${index}`, '\n€'.repeat(512)]))
    const point = checked({ measurement: 'x'.repeat(256), tags, fields: { ['y'.repeat(256)]: 1 } })
    const influxd = await write('large', [encoder.point(point)])
    assert.equal((await influxd.query('SHOW SERIES', 'large')).length, 1)
  })

  it('keeps the types of values', async () => {
    const fields = { integer: 5n, float: 5, large: 1e21, small: 1e-7, precise: 0.1 + 0.2, truth: true, text: '5' }
    const influxd = await write('types', [encoder.point(checked({ fields }))])
    const types = await influxd.query('SHOW FIELD KEYS', 'types')
    const expected = {
      float: 'float',
      integer: 'integer',
      large: 'float',
      precise: 'float',
      small: 'float',
      text: 'string',
      truth: 'boolean',
    }
    assert.deepEqual(Object.fromEntries(types), expected)
    const [row] = await influxd.query('SELECT "large", "small", "precise" FROM "water"', 'types')
    assert.deepEqual(row, [START, 1e21, 1e-7, 0.1 + 0.2])
  })
})

function namesIn(rows: readonly unknown[][]): Set<string> {
  return new Set(rows.map(([name]) => originalText(String(name))))
}

/** That has passed the check. */
function checked(own: Partial<Point>): Point {
  const point = aPoint({ tags: {}, ...own })
  checkPoint(point)
  return point
}
