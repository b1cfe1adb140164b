import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Database, HistoryBucket, HistoryQuery, HistoryRow } from '../../../src/database/database'
import type { ErrorCode } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START } from '../../support/database-samples'
import { HOUR, MINUTE, query, refusal, SECOND, type Subject } from './subject'

/** How readings come back: the latest, pages, and buckets. */
export function describeReadingBack(subject: Subject): void {
  describe('the latest readings', () => {
    it('are one for each device, whatever the order of writing', async () => {
      const [one, two] = [subject.newDevice(), subject.newDevice()]
      const at = (device_id: string, timestamp: number): Reading =>
        aReading({ device_id, timestamp, power_w: timestamp % 7 })
      await subject.keep([at(one, START + 5), at(two, START), at(one, START + 2)])
      const latest = await subject.database.latest([one, two, 'nobody'])
      assert.deepEqual(latest, [at(one, START + 5), at(two, START)])
      const all = await subject.database.latest()
      assert.equal(all.filter(({ device_id }) => device_id === one || device_id === two).length, 2)
    })

    it('are refused for a device that is no text', async () => {
      for (const device_id of [true, null, 5, {}]) {
        assert.equal((await refusal(subject.database.latest([device_id as never]))).code, 'INPUT_INVALID')
      }
    })

    it('carry the description that the newest reading brought', async () => {
      const device_id = subject.newDevice()
      const newer = { device_id, timestamp: START + 10, alias: 'Neu 🔌', host: '127.0.0.9', parent_id: 'strip' }
      await subject.keep([aReading({ device_id }), aReading(newer)])
      await subject.keep([aReading({ device_id, timestamp: START + 5, alias: 'Late' })])
      const [latest] = await subject.database.latest([device_id])
      assert.deepEqual(latest, aReading(newer))
    })
  })

  describe('history', () => {
    it('holds the range from its begin to before its end', async () => {
      const device_id = subject.newDevice()
      await subject.keep([0, 1, 2, 3].map((step) => aReading({ device_id, timestamp: START + step })))
      const { rows } = await subject.ask({
        device_ids: device_id,
        from: START + 1,
        to: START + 3,
        order: 'oldest-first',
      })
      assert.deepEqual(times(rows), [START + 1, START + 2])
    })

    it('leaves out rows that have none of the fields asked for', async () => {
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id, on: true }), aReading({ device_id, timestamp: START + 1, power_w: 0 })])
      const { rows } = await subject.ask({ device_ids: device_id, fields: 'power_w' })
      assert.deepEqual(rows, [{ device_id, timestamp: START + 1, quality: 'good', power_w: 0 }])
    })

    it('knows nothing of a device that never was', async () => {
      assert.deepEqual(await subject.ask({ device_ids: 'nobody' }), { rows: [] })
      assert.deepEqual(await subject.ask({ device_ids: "x' OR 1=1 --" }), { rows: [] })
    })

    it('gives each device its own rows, however its name reaches for the query', async () => {
      const prefix = subject.newDevice()
      const device_ids = HOSTILE.map((text) => `${prefix}${text}`)
      await subject.keep(device_ids.map((device_id, index) => aReading({ device_id, power_w: index })))
      for (const [index, device_id] of device_ids.entries()) {
        const own = { device_id, timestamp: START, quality: 'good', power_w: index }
        // A list, because text is taken apart at commas.
        assert.deepEqual((await subject.ask({ device_ids: [device_id], fields: 'power_w' })).rows, [own])
        assert.deepEqual(await subject.database.latest([device_id]), [aReading({ device_id, power_w: index })])
      }
      const { rows } = await subject.ask({ device_ids, bucket: '1h' })
      assert.deepEqual(new Set(rows.map(({ device_id }) => device_id)), new Set(device_ids))
    })

    it('refuses a cursor of another query', async () => {
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id }), aReading({ device_id, timestamp: START + 1 })])
      const { cursor } = await subject.ask({ device_ids: device_id, limit: 1 })
      const other = { ...query({ device_ids: device_id, order: 'oldest-first' }), cursor: cursor as string }
      assert.equal((await refusal(subject.database.history(other))).code, 'CURSOR_INVALID' satisfies ErrorCode)
    })

    it('comes in pages that make up the whole, without gaps or repeats, in both directions', async () => {
      await fc.assert(
        fc.asyncProperty(someDrafts, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (drafts, limit, isForward) => {
          const prefix = subject.newDevice()
          const readings = drafts.map((draft) => placed(prefix, draft))
          await subject.keep(readings)
          const order = isForward ? 'oldest-first' : 'newest-first'
          const device_ids = [0, 1, 2].map((index) => `${prefix}-${index}`)
          const expected = inOrder(readings, isForward)
          const pages = await readAll(subject.database, query({ device_ids, order, limit }))
          assert.ok(pages.every((page) => page.length <= limit))
          assert.deepEqual(places(pages.flat()), expected)
        }),
        { numRuns: 40 },
      )
    })

    it('neither repeats nor loses a row when others are written between two pages', async () => {
      const device_id = subject.newDevice()
      const at = (step: number): Reading => aReading({ device_id, timestamp: START + step * 10 })
      await subject.keep([0, 1, 2, 3, 4, 5].map(at))
      const asked = query({ device_ids: device_id, order: 'newest-first', limit: 3 })
      const first = await subject.database.history(asked)
      await subject.keep([at(9), at(4.5), at(1.5)])
      const second = await subject.database.history({ ...asked, cursor: first.cursor as string })
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
      const device_id = subject.newDevice()
      const at = (second: number, power_w: number, energy_kwh: number): Reading =>
        aReading({ device_id, timestamp: START + second * SECOND, power_w, energy_kwh })
      await subject.keep([at(-30, 100, 1), at(30, 200, 2), at(45, 0, 2.5), at(90, 0, 2.5)])
      const page = await subject.ask({
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
          energy_source: 'counter',
          fields: { power_w: { mean: 100, minimum: 0, maximum: 200 } },
        },
      ])
    })

    it('tells the energy of an outage, and mean power by the counter, whatever suspect readings lie between', async () => {
      const device_id = subject.newDevice()
      const at = (minute: number, values: Partial<Reading>): Reading =>
        aReading({ device_id, timestamp: START + minute * MINUTE, power_w: 100, ...values })
      const suspect = { power_w: 65_535, energy_kwh: 4000, quality: 'suspect' } as const
      await subject.keep([
        at(-90, { energy_kwh: 1 }),
        ...[-89, -5, 64.5, 69.9].map((minute) => at(minute, suspect)),
        ...[0, 1, 2, 58, 60].map((minute) => at(minute, { energy_kwh: 2 })),
        at(64, { power_w: 1000, energy_kwh: 2.04 }),
        // What comes and goes between polls of 100 W, of which one has seen it.
        ...[62, 64.1, 66, 68, 70].map((minute) =>
          at(minute, { energy_kwh: 2 + Math.round(10 * (minute - 60)) / 1000 }),
        ),
      ])
      const ask = async (from: number, to: number) => {
        const range = { from: START + from * MINUTE, to: START + to * MINUTE }
        const { rows } = await subject.ask({ device_ids: device_id, fields: 'power_w', bucket: '10m', ...range })
        const [{ energy_kwh = Number.NaN, fields } = { fields: {} }] = rows as HistoryBucket[]
        return [Math.round(1e6 * energy_kwh) / 1e6, Math.round(fields.power_w?.mean ?? Number.NaN)]
      }
      assert.deepEqual(await ask(0, 10), [1, 100])
      assert.deepEqual(await ask(60, 70), [0.1, 600])
    })

    it('tells energy by the counter of the device where there is no other, whatever fields are asked for', async () => {
      const device_id = subject.newDevice()
      const at = (second: number, energy_total_kwh: number): Reading =>
        aReading({ device_id, timestamp: START + second * SECOND, power_w: 100, energy_total_kwh })
      await subject.keep([at(0, 7), at(60, 7.25)])
      for (const fields of ['power_w', 'voltage_v', '']) {
        const { rows } = await subject.ask({
          device_ids: device_id,
          fields,
          bucket: '1m',
          from: START,
          to: START + MINUTE,
        })
        const [{ energy_kwh, energy_source } = {}] = rows as HistoryBucket[]
        assert.deepEqual([energy_kwh, energy_source], [0.25, 'counter'], `of the fields '${fields}'`)
      }
    })

    it('has the hours, days and months of a time zone, as long as its clocks make them', async () => {
      const device_id = subject.newDevice()
      // Clocks in Berlin are set forward on the 29th of March, at one o'clock UTC.
      const midnight = Date.UTC(2026, 2, 28, 23)
      const at = (hours: number): Reading =>
        aReading({ device_id, timestamp: midnight + hours * HOUR, power_w: 60, energy_kwh: 10 + hours })
      await subject.keep([-1, 0, 1, 2.5, 22.9, 23, 24, 72].map(at))
      const ask = async (bucket: string, others: object) => {
        const range = { from: midnight - 2 * HOUR, to: midnight + 80 * HOUR, order: 'oldest-first' }
        const zone = { time_zone: 'Europe/Berlin', fields: 'power_w', device_ids: device_id }
        const { rows } = await subject.ask({ ...range, ...zone, bucket, ...others })
        return (rows as HistoryBucket[]).map((row) => [
          ...[(row.timestamp - midnight) / HOUR, row.bucket_ms / HOUR, row.count],
          ...[Math.round((row.energy_kwh ?? 0) * 1000) / 1000],
        ])
      }
      const days = [
        [-24, 24, 1, 0],
        [0, 23, 4, 23.9],
        [23, 24, 2, 1.1],
        [71, 24, 1, 48],
      ]
      assert.deepEqual(await ask('day', {}), days)
      assert.deepEqual(await ask('day', { order: 'newest-first' }), [...days].reverse())
      const third = { from: midnight + 23 * HOUR, to: midnight + 25 * HOUR, order: 'newest-first' }
      assert.deepEqual(await ask('hour', { ...third, time_zone: 'Asia/Kathmandu' }), [
        [23.25, 1, 1, 1],
        [22.25, 1, 1, 0.1],
      ])
      assert.deepEqual(await ask('month', {}), [
        [-28 * 24, 31 * 24 - 1, 7, 25],
        [71, 720, 1, 48],
      ])
    })

    it('comes in pages that make up the whole, in both directions', async () => {
      await fc.assert(
        fc.asyncProperty(someDrafts, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (drafts, limit, isForward) => {
          const prefix = subject.newDevice()
          await subject.keep(drafts.map((draft) => placed(prefix, draft)))
          const device_ids = [0, 1, 2].map((index) => `${prefix}-${index}`)
          const asked = {
            device_ids,
            fields: 'power_w',
            bucket: '2m',
            from: START + 90 * SECOND,
            to: START + 40 * MINUTE,
          }
          const { rows } = await subject.ask({ ...asked, order: 'oldest-first', limit: 10_000 })
          assert.deepEqual(rows, [...rows].sort(byPlace))
          const order = isForward ? 'oldest-first' : 'newest-first'
          const pages = await readAll(subject.database, query({ ...asked, order, limit }))
          assert.deepEqual(pages.flat(), isForward ? rows : [...rows].reverse())
        }),
        { numRuns: 40 },
      )
    })
  })
}

const HOSTILE = [
  ...[
    "' OR 1=1 --",
    "'; DROP MEASUREMENT reading; --",
    '" or r._field == "on',
    '") |> yield() //',
    '${1 + 1}',
    '$from',
  ],
  ...[
    '\\',
    '\\"',
    "\\' OR ''='",
    '%5C',
    '.*',
    '^(a|b)$',
    '/x/',
    '%',
    '_',
    '*',
    '?',
    ', =',
    'a\u2028b',
    '\u202e',
    'ü🔌',
  ],
]

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
