import assert from 'node:assert/strict'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import type {
  Database,
  HistoryBucket,
  HistoryPage,
  HistoryQuery,
  HistoryRow,
  RecordedQuery,
} from '../../src/database/database'
import { parseHistoryQuery } from '../../src/database/history-query'
import { MonitorError, type ErrorCode } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import { aReading, aRecord, START } from '../support/database-samples'

/** A new, empty, started database, and how to be rid of it. */
export interface DatabaseUnderTest {
  readonly database: Database
  readonly end: () => Promise<void>
}

const SECOND = 1000
const MINUTE = 60_000

/** What every implementation of `Database` owes its users. */
export function describeDatabase(name: string, make: () => Promise<DatabaseUnderTest>): void {
  describe(`a database: ${name}`, () => {
    let database: Database
    let end: () => Promise<void>
    before(async () => ({ database, end } = await make()))
    after(() => end())

    /** Each test has devices of its own, so that one database serves them all. */
    let device = 0
    const newDevice = (): string => `device-${(device += 1)}`
    const ask = (given: object): Promise<HistoryPage> => database.history(query(given))

    describe('what devices have recorded', () => {
      const HOUR = 60 * MINUTE
      const of = (device_ids: readonly string[], own: Partial<RecordedQuery> = {}) =>
        database.recorded({ from: START, to: START + 48 * HOUR, device_ids, order: 'oldest-first', limit: 100, ...own })

      it('comes back as it was, and is no reading', async () => {
        const device_id = newDevice()
        const outlet = aRecord({
          device_id: `${device_id}-1`,
          parent_id: device_id,
          duration_ms: 24 * HOUR,
          used_kwh: 0,
        })
        const records = [aRecord({ device_id, used_kwh: 1.234567 }), outlet]
        assert.deepEqual(await database.writeRecorded(records), { written: 2, skipped: 0 })
        assert.deepEqual(await of([device_id, outlet.device_id]), records)
        assert.deepEqual(await database.latest([device_id]), [])
        assert.deepEqual((await ask({ device_ids: device_id })).rows, [])
      })

      it('changes nothing when it comes again, and is written beside readings of the same moment', async () => {
        const device_id = newDevice()
        await database.write([aReading({ device_id, alias: 'Now' })])
        await database.writeRecorded([aRecord({ device_id, alias: 'Then', timestamp: START - HOUR })])
        const again = [
          aRecord({ device_id, timestamp: START - HOUR, used_kwh: 9 }),
          aRecord({ device_id, alias: 'Now' }),
        ]
        assert.deepEqual(await database.writeRecorded(again), { written: 1, skipped: 1 })
        const used = (await of([device_id], { from: START - HOUR })).map(({ used_kwh }) => used_kwh)
        assert.deepEqual(used, [0.125, 0.125])
        assert.equal((await database.latest([device_id]))[0]?.alias, 'Now')
      })

      it('is found by its start, in either order, up to a limit, of all devices where none is named', async () => {
        const [one, other] = [newDevice(), newDevice()]
        const records = [3, 1, 2].flatMap((hour) =>
          [one, other].map((device_id) => aRecord({ device_id, timestamp: START + 1000 * HOUR + hour * HOUR })),
        )
        await database.writeRecorded(records)
        const range = { from: START + 1001 * HOUR, to: START + 1003 * HOUR }
        const places = (found: readonly RecordedEnergy[]) =>
          found.map(({ device_id, timestamp }) => `${device_id === one ? 1 : 2}@${(timestamp - START) / HOUR - 1000}`)
        const expected = ['1@1', '2@1', '1@2', '2@2']
        assert.deepEqual(places(await of([one, other], range)), expected)
        assert.deepEqual(places(await of([], range)), expected)
        for (const device_ids of [[], [one, other]]) {
          const newest = await of(device_ids, { ...range, order: 'newest-first', limit: 3 })
          assert.deepEqual(places(newest), expected.toReversed().slice(0, 3))
        }
        assert.deepEqual(await of(['nobody'], range), [])
      })

      for (const [title, field, own] of [
        ['negative energy', 'records[1].used_kwh', { used_kwh: -1 }],
        ['energy that is no number', 'records[1].used_kwh', { used_kwh: Number.NaN }],
        ['no length', 'records[1].duration_ms', { duration_ms: 0 }],
        ['a reading', 'records[1]', { source: 'poll' }],
      ] as const) {
        it(`refuses ${title}, and the whole call with it`, async () => {
          const device_id = newDevice()
          const records = [aRecord({ device_id }), { ...aRecord({ device_id, timestamp: START + HOUR }), ...own }]
          const error = await refusal(database.writeRecorded(records))
          assert.deepEqual([error.code, error.details.field], ['INPUT_INVALID', field])
          assert.deepEqual(await of([device_id]), [])
        })
      }
    })

    describe('writing', () => {
      it('gives back every value as it was, and keeps absent what was absent', async () => {
        const device_id = newDevice()
        const full = aReading({ ...EVERYTHING, device_id })
        const bare = aReading({ device_id, timestamp: START + 1 })
        assert.deepEqual(await database.write([full, bare]), { written: 2, skipped: 0 })
        const { rows } = await ask({ device_ids: device_id, order: 'oldest-first' })
        const expected = { device_id, timestamp: START, quality: 'good', ...EVERYTHING }
        assert.deepEqual(rows, [expected, { device_id, timestamp: START + 1, quality: 'good' }])
      })

      it('changes nothing when the same device and timestamp come again', async () => {
        const device_id = newDevice()
        await database.write([aReading({ device_id, power_w: 5 })])
        const again = await database.write([aReading({ device_id, power_w: 6 }), aReading({ device_id, power_w: 7 })])
        assert.deepEqual(again, { written: 0, skipped: 2 })
        const { rows } = await ask({ device_ids: device_id, fields: 'power_w' })
        assert.deepEqual(rows, [{ device_id, timestamp: START, quality: 'good', power_w: 5 }])
      })

      it('leaves out readings from the cache', async () => {
        const device_id = newDevice()
        const result = await database.write([aReading({ device_id, source: 'cache' })])
        assert.deepEqual(result, { written: 0, skipped: 1 })
        assert.deepEqual(await database.latest([device_id]), [])
      })

      it('marks what is out of the physical range, and keeps it', async () => {
        const device_id = newDevice()
        await database.write([aReading({ device_id, power_w: 5000 })])
        const { rows } = await ask({ device_ids: device_id })
        assert.deepEqual(rows, [{ device_id, timestamp: START, quality: 'suspect', power_w: 5000 }])
      })

      it('takes no reading at all', async () => {
        assert.deepEqual(await database.write([]), { written: 0, skipped: 0 })
      })

      const hostile: [string, string, unknown][] = [
        ['power that is no number', 'readings[1].power_w', { power_w: Number.NaN }],
        ['endless power', 'readings[1].power_w', { power_w: Number.POSITIVE_INFINITY }],
        ['power as text', 'readings[1].power_w', { power_w: '12' }],
        ['an empty device', 'readings[1].device_id', { device_id: '' }],
        ['a device with a hidden end', 'readings[1].device_id', { device_id: 'a\0b' }],
        ['a huge alias', 'readings[1].alias', { alias: 'x'.repeat(100_000) }],
        ['a moment in the past century', 'readings[1].timestamp', { timestamp: 5 }],
        ['an unknown source', 'readings[1].source', { source: 'guess' }],
        ['an unknown key', 'readings[1]', { watts: 5 }],
        ['a key that reaches for the prototype', 'readings[1]', JSON.parse('{"__proto__":{"polluted":true}}')],
      ]
      for (const [what, field, own] of hostile) {
        it(`refuses ${what} by its name, and then nothing of the call is written`, async () => {
          const device_id = newDevice()
          const bad = new Map<string, unknown>(Object.entries(aReading({ device_id })))
          for (const [key, value] of Object.entries(own as object)) bad.set(key, value)
          const error = await refusal(database.write([aReading({ device_id }), fromEntries(bad)]))
          assert.equal(error.code, 'INPUT_INVALID')
          assert.equal(error.details.field, field)
          assert.ok(error.details.range)
          assert.ok(error.message.length < 300)
          assert.deepEqual(await database.latest([device_id]), [])
          assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
        })
      }

      it('refuses what is no list, and what is no reading', async () => {
        assert.equal((await refusal(database.write(null as never))).code, 'INPUT_INVALID')
        assert.equal((await refusal(database.write([null as never]))).code, 'INPUT_INVALID')
      })

      it('never throws anything of its own at odd values', async () => {
        const own = fc.dictionary(fc.constantFrom(...Object.keys(aReading(EVERYTHING))), fc.anything())
        await fc.assert(
          fc.asyncProperty(own, async (values) => {
            const bad = new Map<string, unknown>([...Object.entries(aReading()), ...Object.entries(values)])
            await database.write([fromEntries(bad)]).catch((error: unknown) => assert.ok(error instanceof MonitorError))
          }),
          { numRuns: 30 },
        )
      })
    })

    describe('the latest readings', () => {
      it('are one for each device, whatever the order of writing', async () => {
        const [one, two] = [newDevice(), newDevice()]
        const at = (device_id: string, timestamp: number): Reading =>
          aReading({ device_id, timestamp, power_w: timestamp % 7 })
        await database.write([at(one, START + 5), at(two, START), at(one, START + 2)])
        const latest = await database.latest([one, two, 'nobody'])
        assert.deepEqual(latest, [at(one, START + 5), at(two, START)])
        const all = await database.latest()
        assert.equal(all.filter(({ device_id }) => device_id === one || device_id === two).length, 2)
      })

      it('are refused for a device that is no text', async () => {
        for (const device_id of [true, null, 5, {}]) {
          assert.equal((await refusal(database.latest([device_id as never]))).code, 'INPUT_INVALID')
        }
        const odd = { ...query({}), device_ids: [true as never] }
        await refusal(database.history(odd))
      })

      it('carry the description that the newest reading brought', async () => {
        const device_id = newDevice()
        const newer = { device_id, timestamp: START + 10, alias: 'Neu 🔌', host: '127.0.0.9', parent_id: 'strip' }
        await database.write([aReading({ device_id }), aReading(newer)])
        await database.write([aReading({ device_id, timestamp: START + 5, alias: 'Late' })])
        const [latest] = await database.latest([device_id])
        assert.deepEqual(latest, aReading(newer))
      })
    })

    describe('history', () => {
      it('holds the range from its begin to before its end', async () => {
        const device_id = newDevice()
        await database.write([0, 1, 2, 3].map((step) => aReading({ device_id, timestamp: START + step })))
        const { rows } = await ask({ device_ids: device_id, from: START + 1, to: START + 3, order: 'oldest-first' })
        assert.deepEqual(times(rows), [START + 1, START + 2])
      })

      it('leaves out rows that have none of the fields asked for', async () => {
        const device_id = newDevice()
        await database.write([
          aReading({ device_id, on: true }),
          aReading({ device_id, timestamp: START + 1, power_w: 0 }),
        ])
        const { rows } = await ask({ device_ids: device_id, fields: 'power_w' })
        assert.deepEqual(rows, [{ device_id, timestamp: START + 1, quality: 'good', power_w: 0 }])
      })

      it('knows nothing of a device that never was', async () => {
        assert.deepEqual(await ask({ device_ids: 'nobody' }), { rows: [] })
        assert.deepEqual(await ask({ device_ids: "x' OR 1=1 --" }), { rows: [] })
      })

      it('refuses a cursor of another query', async () => {
        const device_id = newDevice()
        await database.write([aReading({ device_id }), aReading({ device_id, timestamp: START + 1 })])
        const { cursor } = await ask({ device_ids: device_id, limit: 1 })
        const other = { ...query({ device_ids: device_id, order: 'oldest-first' }), cursor: cursor as string }
        assert.equal((await refusal(database.history(other))).code, 'CURSOR_INVALID' satisfies ErrorCode)
      })

      it('comes in pages that make up the whole, without gaps or repeats, in both directions', async () => {
        await fc.assert(
          fc.asyncProperty(
            someDrafts,
            fc.integer({ min: 1, max: 7 }),
            fc.boolean(),
            async (drafts, limit, isForward) => {
              const prefix = newDevice()
              const readings = drafts.map((draft) => placed(prefix, draft))
              await database.write(readings)
              const order = isForward ? 'oldest-first' : 'newest-first'
              const device_ids = [0, 1, 2].map((index) => `${prefix}-${index}`)
              const expected = inOrder(readings, isForward)
              const pages = await readAll(database, query({ device_ids, order, limit }))
              assert.ok(pages.every((page) => page.length <= limit))
              assert.deepEqual(places(pages.flat()), expected)
            },
          ),
          { numRuns: 40 },
        )
      })

      it('neither repeats nor loses a row when others are written between two pages', async () => {
        const device_id = newDevice()
        const at = (step: number): Reading => aReading({ device_id, timestamp: START + step * 10 })
        await database.write([0, 1, 2, 3, 4, 5].map(at))
        const asked = query({ device_ids: device_id, order: 'newest-first', limit: 3 })
        const first = await database.history(asked)
        await database.write([at(9), at(4.5), at(1.5)])
        const second = await database.history({ ...asked, cursor: first.cursor as string })
        assert.deepEqual(
          times(first.rows),
          [50, 40, 30].map((step) => START + step),
        )
        assert.deepEqual(
          times(second.rows),
          [20, 15, 10].map((step) => START + step),
        )
      })
    })

    describe('downsampled history', () => {
      it('weighs values by the time that they held', async () => {
        const device_id = newDevice()
        const at = (second: number, power_w: number, energy_kwh: number): Reading =>
          aReading({ device_id, timestamp: START + second * SECOND, power_w, energy_kwh })
        await database.write([at(-30, 100, 1), at(30, 200, 2), at(45, 0, 2.5), at(90, 0, 2.5)])
        const page = await ask({
          device_ids: device_id,
          fields: 'power_w',
          bucket: '1m',
          from: START,
          to: START + MINUTE,
        })
        assert.deepEqual(page.rows, [
          {
            device_id,
            timestamp: START,
            bucket_ms: MINUTE,
            count: 2,
            covered_s: 60,
            energy_kwh: 1,
            fields: { power_w: { mean: 100, minimum: 0, maximum: 200 } },
          },
        ])
      })

      it('comes in pages that make up the whole, in both directions', async () => {
        await fc.assert(
          fc.asyncProperty(
            someDrafts,
            fc.integer({ min: 1, max: 7 }),
            fc.boolean(),
            async (drafts, limit, isForward) => {
              const prefix = newDevice()
              await database.write(drafts.map((draft) => placed(prefix, draft)))
              const device_ids = [0, 1, 2].map((index) => `${prefix}-${index}`)
              const asked = {
                device_ids,
                fields: 'power_w',
                bucket: '2m',
                from: START + 90 * SECOND,
                to: START + 40 * MINUTE,
              }
              const { rows } = await ask({ ...asked, order: 'oldest-first', limit: 10_000 })
              assert.deepEqual(rows, [...rows].sort(byPlace))
              const order = isForward ? 'oldest-first' : 'newest-first'
              const pages = await readAll(database, query({ ...asked, order, limit }))
              assert.deepEqual(pages.flat(), isForward ? rows : [...rows].reverse())
            },
          ),
          { numRuns: 40 },
        )
      })
    })
  })
}

const EVERYTHING = {
  on: false,
  power_w: 0,
  voltage_v: 229.987,
  current_a: 0.013,
  energy_kwh: 1234.5678,
  energy_today_kwh: 0,
  energy_month_kwh: 12.345,
  energy_total_kwh: 999.999,
  brightness_pct: 55,
  color_temp_k: 2700,
  hue_deg: 0,
  saturation_pct: 100,
  temperature_c: -12.34,
  target_temperature_c: 21.5,
  humidity_pct: 45.67,
  battery_pct: 99,
  battery_low: true,
  overheated: false,
  overloaded: true,
  motion: false,
  contact_open: true,
  water_leak: false,
  rssi_dbm: -61,
  latency_ms: 12.3,
} satisfies Partial<Reading>

function query(given: object): HistoryQuery {
  return parseHistoryQuery({ from: START - 60 * MINUTE, to: START + 1440 * MINUTE, ...given }, START)
}

async function refusal(work: Promise<unknown>): Promise<MonitorError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof MonitorError, `no refusal, but ${String(error)}`)
  return error
}

/** As a flow might build it: own keys of any name. */
function fromEntries(entries: ReadonlyMap<string, unknown>): Reading {
  return Object.fromEntries(entries) as unknown as Reading
}

/** Device, seconds since the start, power; crowded, so that devices share moments. */
const someDrafts = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 250 }), fc.nat({ max: 50 })),
  {
    maxLength: 40,
    selector: ([device, step]) => `${device} ${step}`,
  },
)
type Draft = [device: number, step: number, power_w: number]

function placed(prefix: string, [device, step, power_w]: Draft): Reading {
  return aReading({ device_id: `${prefix}-${device}`, timestamp: START + step * 10 * SECOND, power_w })
}

type Row = HistoryRow | HistoryBucket
type Place = Pick<Row, 'timestamp' | 'device_id'>

function byPlace(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || (a.device_id < b.device_id ? -1 : 1)
}

function places(rows: readonly Place[]): string[] {
  return rows.map(({ timestamp, device_id }) => `${timestamp} ${device_id}`)
}

function inOrder(readings: readonly Reading[], isForward: boolean): string[] {
  const sorted = places([...readings].sort(byPlace))
  return isForward ? sorted : sorted.reverse()
}

function times(rows: readonly Row[]): number[] {
  return rows.map(({ timestamp }) => timestamp)
}

async function readAll(database: Database, first: HistoryQuery): Promise<Row[][]> {
  const pages: Row[][] = []
  let cursor: string | undefined
  do {
    const page = await database.history({ ...first, ...(cursor === undefined ? {} : { cursor }) })
    pages.push([...page.rows])
    cursor = page.cursor
  } while (cursor !== undefined)
  return pages
}
