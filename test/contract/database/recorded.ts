import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RecordedQuery } from '../../../src/database/database'
import type { RecordedEnergy } from '../../../src/domain/recorded-energy'
import { aReading, aRecord, START } from '../../support/database-samples'
import { HOUR, refusal, type Subject } from './subject'

/** What devices have recorded themselves, apart from readings. */
export function describeRecorded(subject: Subject): void {
  describe('what devices have recorded', () => {
    const of = (device_ids: readonly string[], own: Partial<RecordedQuery> = {}) =>
      subject.database.recorded({
        from: START,
        to: START + 48 * HOUR,
        device_ids,
        order: 'oldest-first',
        limit: 100,
        ...own,
      })

    it('comes back as it was, and is no reading', async () => {
      const device_id = subject.newDevice()
      const outlet = aRecord({
        device_id: `${device_id}-1`,
        parent_id: device_id,
        duration_ms: 24 * HOUR,
        used_kwh: 0,
      })
      const records = [aRecord({ device_id, used_kwh: 1.234567 }), outlet]
      assert.deepEqual(await subject.keepRecorded(records), { accepted: 2, skipped: 0 })
      assert.deepEqual(await of([device_id, outlet.device_id]), records)
      assert.deepEqual(await subject.database.latest([device_id]), [])
      assert.deepEqual((await subject.ask({ device_ids: device_id })).rows, [])
    })

    it('changes nothing when it comes again, and is written beside readings of the same moment', async () => {
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id, alias: 'Now' })])
      const records = [
        aRecord({ device_id, alias: 'Then', timestamp: START - HOUR }),
        aRecord({ device_id, alias: 'Now' }),
      ]
      for (const _time of ['first', 'again']) {
        assert.deepEqual(await subject.keepRecorded(records), { accepted: 2, skipped: 0 })
      }
      const used = (await of([device_id], { from: START - HOUR })).map(({ used_kwh }) => used_kwh)
      assert.deepEqual(used, [0.125, 0.125])
      assert.equal((await subject.database.latest([device_id]))[0]?.alias, 'Now')
    })

    it('keeps an hour and a day that begin at the same moment apart', async () => {
      const device_id = subject.newDevice()
      const records = [aRecord({ device_id, used_kwh: 1 }), aRecord({ device_id, used_kwh: 9, duration_ms: 24 * HOUR })]
      await subject.keepRecorded(records)
      assert.deepEqual(await of([device_id]), records)
    })

    it('is found by its start, in either order, up to a limit, of all devices where none is named', async () => {
      const [one, other] = [subject.newDevice(), subject.newDevice()]
      const records = [3, 1, 2].flatMap((hour) =>
        [one, other].map((device_id) => aRecord({ device_id, timestamp: START + 1000 * HOUR + hour * HOUR })),
      )
      await subject.keepRecorded(records)
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
        const device_id = subject.newDevice()
        const records = [aRecord({ device_id }), { ...aRecord({ device_id, timestamp: START + HOUR }), ...own }]
        const error = await refusal(subject.database.writeRecorded(records))
        assert.deepEqual([error.code, error.details.field], ['INPUT_INVALID', field])
        assert.deepEqual(await of([device_id]), [])
      })
    }
  })
}
