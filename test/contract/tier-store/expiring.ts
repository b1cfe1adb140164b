import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Source } from '../../../src/database/tiers/tier'
import { aPoint, aRecord, START } from '../../support/database-samples'
import { pointLines, recordedLines } from '../../support/sqlite'
import { aRow, atMinute, AWKWARD_IDS, DAILY, EVER, HOUR, HOURLY, hours, MINUTE, type Subject } from './subject'

const ALL = ['plug-1', 'plug-2', 'plug-3']
const FIELD = { mean: 1, minimum: 1, maximum: 1, p50: 1, p95: 1, held_s: 60 }

export function describeExpiring(subject: Subject): void {
  describe('expiring', () => {
    const expire = (source: Source, from_hour: number, to_hour: number, device_ids: string[] = []) =>
      subject.tiers.expire({ source, from: START + from_hour * HOUR, to: START + to_hour * HOUR, device_ids })

    /** Four hours of three devices, raw and in both tiers; what belongs to nobody's tiers beside it. */
    const fill = async () => {
      await subject.prepare()
      const moments = [0, 1, 2, 3].map((hour) => START + hour * HOUR)
      await subject.put(
        ALL.flatMap((device_id) =>
          moments.flatMap((timestamp) => [
            atMinute(device_id, 0, { timestamp }),
            atMinute(device_id, 0, { timestamp: timestamp + HOUR - 1, quality: 'suspect' }),
          ]),
        ),
      )
      await subject.underTest.put(recordedLines(...ALL.map((device_id) => aRecord({ device_id }))))
      await subject.underTest.put(
        pointLines(...ALL.map((device_id) => aPoint({ measurement: 'water', tags: { device_id } }))),
      )
      const rows = ALL.flatMap((device_id) =>
        moments.map((timestamp) => aRow({ device_id, timestamp, fields: { power_w: FIELD, voltage_v: FIELD } })),
      )
      await subject.tiers.write(HOURLY, rows)
      await subject.tiers.write(DAILY, rows)
      return rows
    }

    const rawHours = async () => {
      const found = await subject.tiers.count({ buckets: hours(4), device_ids: [] })
      return found.map(({ device_id, counts }) => `${device_id} ${counts.join('')}`).sort()
    }

    /** Rows that were deleted, as far as it is known. */
    const assertDeleted = (told: number, expected: number) =>
      assert.ok(told === expected || told === 0, `${told} rows, not ${expected}`)

    /** Of a store that deletes at all: the promise of the others is that of their server. */
    const itDeletes = (title: string, run: () => Promise<void>) =>
      it(title, async function () {
        if (subject.tiers.expiry === 'server') {
          console.log('      not run: the server cannot delete')
          this.skip()
        }
        await run()
      })

    itDeletes('takes the raw readings of the range, and nothing else', async () => {
      const rows = await fill()
      const others = await subject.underTest.countOthers?.()
      assertDeleted(await expire('raw', 1, 3), 12)
      assert.deepEqual(await rawHours(), ['plug-1 1001', 'plug-2 1001', 'plug-3 1001'])
      const { rows: left = 12 } = await subject.tiers.measure('raw', { from: START, to: START + 4 * HOUR })
      assert.equal(left, 12)
      assert.deepEqual(await subject.rows(HOURLY), rows)
      assert.deepEqual(await subject.rows(DAILY), rows)
      assert.equal(await subject.underTest.countOthers?.(), others)
    })

    itDeletes('takes the raw readings of the devices named alone', async () => {
      await fill()
      assertDeleted(await expire('raw', 0, 2, ['plug-1', 'plug-3', 'nobody']), 8)
      assert.deepEqual(await rawHours(), ['plug-1 0011', 'plug-2 1111', 'plug-3 0011'])
    })

    itDeletes('takes the rows of a tier whose buckets begin in the range, and nothing else', async () => {
      const rows = await fill()
      const others = await subject.underTest.countOthers?.()
      assertDeleted(await expire(HOURLY, 0, 2), 6)
      const left = rows.filter(({ timestamp }) => timestamp >= START + 2 * HOUR)
      assert.deepEqual(await subject.rows(HOURLY), left)
      assertDeleted(await expire(HOURLY, 0, 4, ['plug-2']), 2)
      assert.deepEqual(
        await subject.rows(HOURLY),
        left.filter(({ device_id }) => device_id !== 'plug-2'),
      )
      assert.deepEqual(await subject.rows(DAILY), rows)
      assert.deepEqual(await rawHours(), ['plug-1 1111', 'plug-2 1111', 'plug-3 1111'])
      assert.equal(await subject.underTest.countOthers?.(), others)
    })

    itDeletes('goes by the ms at both ends', async () => {
      await subject.prepare()
      const moments = [-1, 0, MINUTE - 1, MINUTE].map((ms) => START + ms)
      await subject.put(moments.map((timestamp) => atMinute('plug-1', 0, { timestamp })))
      await subject.tiers.expire({ source: 'raw', from: START, to: START + MINUTE, device_ids: [] })
      const buckets = moments.map((moment) => ({ from: moment, to: moment + 1 }))
      const counts = await Promise.all(
        buckets.map((bucket) => subject.tiers.count({ buckets: [bucket], device_ids: [] })),
      )
      assert.deepEqual(
        counts.map((found) => found.length),
        [1, 0, 0, 1],
      )
    })

    itDeletes('is of whoever was named, whatever the id looks like', async () => {
      await subject.prepare()
      await subject.put(AWKWARD_IDS.map((device_id) => atMinute(device_id, 1)))
      await subject.tiers.write(
        HOURLY,
        AWKWARD_IDS.map((device_id) => aRow({ device_id })),
      )
      for (const [index, device_id] of AWKWARD_IDS.entries()) {
        await expire('raw', 0, 1, [device_id])
        await expire(HOURLY, 0, 1, [device_id])
        const left = AWKWARD_IDS.slice(index + 1)
        assert.deepEqual((await subject.readings()).length, left.length)
        assert.deepEqual(
          (await subject.rows(HOURLY)).map((row) => row.device_id),
          left,
        )
      }
    })

    itDeletes('has nothing to do where nothing is', async () => {
      await subject.prepare()
      for (const source of ['raw', HOURLY] as const) assert.equal(await expire(source, 0, 4), 0)
      await fill()
      await expire('raw', 0, 4)
      assert.equal(await expire('raw', 0, 4), 0)
      assert.equal(await subject.tiers.extent('raw'), undefined)
      assert.deepEqual(await subject.tiers.rollUp({ buckets: hours(4), device_ids: [], fields: [] }), [])
    })

    itDeletes('finds nothing that it may not delete where nobody else keeps the same', async () => {
      await fill()
      for (const source of ['raw', HOURLY, DAILY] as const) {
        assert.equal(await subject.tiers.undeletable(source, EVER), undefined)
      }
    })

    itDeletes('leaves room for what comes again', async () => {
      const rows = await fill()
      await expire('raw', 0, 4)
      await expire(HOURLY, 0, 4)
      await subject.put([atMinute('plug-1', 1)])
      await subject.tiers.write(HOURLY, rows.slice(0, 1))
      assert.deepEqual(await rawHours(), ['plug-1 1000'])
      assert.deepEqual(await subject.rows(HOURLY), rows.slice(0, 1))
    })
  })
}
