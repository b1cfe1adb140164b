import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { HistoryPage, HistoryQuery } from '../../../src/database/database'
import { bucketsOf as bucketEdges } from '../../../src/database/history/bucket-edges'
import { downsample, sampleFields } from '../../../src/database/history/downsample'
import { HistoryReader } from '../../../src/database/history/history-reader'
import type { RecordSource } from '../../../src/database/history/record-source'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import type { MeasuredKey, Reading } from '../../../src/domain/reading'
import { aReading, START } from '../../support/database-samples'
import { isIn, MemorySource, recordOf } from '../../support/memory-source'

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000]
const GAP_MS = 5 * MINUTE

const drafts = fc.uniqueArray(
  fc.record({
    device: fc.integer({ min: 0, max: 3 }),
    second: fc.oneof(fc.integer({ min: -600, max: 3600 }), fc.integer({ min: -90_000, max: 200_000 })),
    power_w: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    energy_kwh: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    quality: fc.constantFrom('good', 'good', 'suspect'),
  }),
  { maxLength: 60, selector: ({ device, second }) => `${device} ${second}` },
)
const someReadings = drafts.map((all) =>
  all.map(({ device, second, power_w, energy_kwh, quality }): Reading => {
    const values = { ...(power_w !== undefined && { power_w }), ...(energy_kwh !== undefined && { energy_kwh }) }
    return aReading({ device_id: `d${device}`, timestamp: START + second * SECOND, quality, ...values })
  }),
)
const someBehaviour = fc.record({
  window_ms: fc.constantFrom(MINUTE, HOUR, Number.POSITIVE_INFINITY),
  most: fc.constantFrom(8, 20, Number.POSITIVE_INFINITY),
})
const someQuestion = fc.record({
  order: fc.constantFrom('oldest-first' as const, 'newest-first' as const),
  limit: fc.integer({ min: 1, max: 9 }),
  device_ids: fc.constantFrom([], ['d0'], ['d1', 'd2', 'nobody']),
  fields: fc.constantFrom<MeasuredKey[]>([], ['power_w'], ['power_w', 'energy_kwh']),
})

describe('reading history from a server', () => {
  it('gives pages that make up the rows of a range, however the server likes to be asked', async () => {
    await fc.assert(
      fc.asyncProperty(someReadings, someBehaviour, someQuestion, async (readings, behaviour, question) => {
        const query = questionOf({ ...question, from: START - HOUR, to: START + 24 * HOUR })
        const pages = await readAll(new MemorySource(readings, behaviour), query)
        assert.ok(pages.every(({ rows }) => rows.length <= query.limit))
        assert.deepEqual(
          pages.flatMap(({ rows }) => rows),
          rowsOf(readings, query),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('gives pages of the buckets that all readings of a device together give', async () => {
    await fc.assert(
      fc.asyncProperty(someReadings, someBehaviour, someQuestion, async (readings, behaviour, question) => {
        const query = questionOf({ ...question, from: START + 30_000, to: START + 2 * HOUR, bucket: '7m' })
        const pages = await readAll(new MemorySource(readings, behaviour), query)
        assert.deepEqual(
          pages.flatMap(({ rows }) => rows),
          bucketsOf(readings, query),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('jumps over years without a reading', async () => {
    const years = [2001, 2011, 2021].map((year) => aReading({ timestamp: Date.UTC(year, 5, 1) }))
    for (const order of ['oldest-first', 'newest-first'] as const) {
      const source = new MemorySource(years, { window_ms: HOUR })
      const { rows } = await reader(source).history(questionOf({ from: '2000-01-01', to: '2026-01-01', order }))
      assert.equal(rows.length, 3)
      assert.ok(source.questions < 10, `${source.questions} questions`)
    }
  })

  it('asks again for a moment that more devices share than come at once', async () => {
    const crowd = Array.from({ length: 500 }, (_, index) => aReading({ device_id: `d${index}` }))
    const pages = await readAll(new MemorySource(crowd), questionOf({ from: START, to: START + 1, limit: 7 }))
    const device_ids = pages.flatMap(({ rows }) => rows.map(({ device_id }) => device_id))
    assert.deepEqual(
      device_ids,
      crowd
        .map(({ device_id }) => device_id)
        .sort()
        .reverse(),
    )
  })

  it('ends with a clear error where even a minute is too much for the server', async () => {
    const crowd = Array.from({ length: 50 }, (_, index) => aReading({ device_id: `d${index}` }))
    const asked = reader(new MemorySource(crowd, { most: 20 })).history(questionOf({ from: START, to: START + HOUR }))
    await assert.rejects(asked, { code: 'QUERY_TOO_LARGE' })
  })

  it('refuses records that were not asked for, rather than asking for ever', async () => {
    const outside = new MemorySource([])
    outside.select = () => Promise.resolve([recordOf(aReading({ timestamp: START - 1 }))])
    await assert.rejects(reader(outside).history(questionOf({ from: START, to: START + 1 })), {
      code: 'DATABASE_INVALID',
    })
  })

  it('leaves out what is no record of ours, and values of another type', async () => {
    const odd = [
      { device_id: '', quality: 'good' },
      { device_id: 5, quality: 'good' },
      { device_id: 'a', quality: 'fine' },
      { device_id: 'b', quality: 'good', power_w: 'much', on: 1, voltage_v: Number.NaN, rssi_dbm: -50 },
    ]
    const source = new MemorySource([])
    source.select = () =>
      Promise.resolve(
        odd.map((row) => ({ timestamp: START, get: (column) => new Map(Object.entries(row)).get(column) })),
      )
    const { rows } = await reader(source).history(questionOf({ from: START, to: START + 1 }))
    assert.deepEqual(rows, [{ device_id: 'b', timestamp: START, quality: 'good', rssi_dbm: -50 }])
  })
})

function reader(source: RecordSource): HistoryReader {
  return new HistoryReader(source, GAP_MS)
}

function questionOf(given: object): HistoryQuery {
  return parseHistoryQuery(given, START)
}

async function readAll(source: RecordSource, query: HistoryQuery): Promise<HistoryPage[]> {
  const pages = [await reader(source).history(query)]
  for (let page = pages[0]; page?.cursor !== undefined; page = pages.at(-1)) {
    pages.push(await reader(source).history({ ...query, cursor: page.cursor }))
  }
  return pages
}

function rowsOf(readings: readonly Reading[], query: HistoryQuery) {
  const rows = readings.filter(isIn(query)).map((reading) => {
    const { device_id, timestamp, quality, power_w, energy_kwh } = reading
    const isAsked = (key: MeasuredKey) => query.fields.length === 0 || query.fields.includes(key)
    const values = {
      ...(power_w !== undefined && isAsked('power_w') && { power_w }),
      ...(energy_kwh !== undefined && isAsked('energy_kwh') && { energy_kwh }),
    }
    return { device_id, timestamp, quality, ...values }
  })
  const wanted = rows.filter((row) => query.fields.length === 0 || 'power_w' in row || 'energy_kwh' in row)
  return inOrder(wanted, query)
}

/** All readings that there are, at once. */
function bucketsOf(readings: readonly Reading[], query: HistoryQuery) {
  const { from, to, bucket = { bucket_ms: 1 } } = query
  const fields: MeasuredKey[] = query.fields.length > 0 ? [...query.fields] : EVERY
  const keys = sampleFields(fields)
  const buckets = [...new Set(readings.map(({ device_id }) => device_id))].flatMap((device_id) => {
    const own = readings.filter((reading) => reading.device_id === device_id)
    if (query.device_ids.length > 0 && !query.device_ids.includes(device_id)) return []
    const samples = own
      .sort((one, other) => one.timestamp - other.timestamp)
      .map((reading) => ({
        timestamp: reading.timestamp,
        suspect: reading.quality === 'suspect',
        values: keys.map((key) => Number(reading[key] ?? Number.NaN)),
      }))
    const options = { from, to, buckets: bucketEdges(bucket), maximum_gap_ms: GAP_MS, fields }
    return [...downsample(samples, options)].map((bucket) => ({ device_id, ...bucket }))
  })
  return inOrder(buckets, query)
}

const EVERY: MeasuredKey[] = ['power_w', 'energy_kwh']

function inOrder<Row extends { timestamp: number; device_id: string }>(rows: Row[], { order }: HistoryQuery): Row[] {
  const sign = order === 'oldest-first' ? 1 : -1
  return rows.sort(
    (one, other) => sign * (one.timestamp - other.timestamp || (one.device_id < other.device_id ? -1 : 1)),
  )
}
