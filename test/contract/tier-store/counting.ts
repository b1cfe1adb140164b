import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { START } from '../../support/database-samples'
import { atMinute, AWKWARD_IDS, hours, MINUTE, type Subject } from './subject'

export function describeCounting(subject: Subject): void {
  describe('counting', () => {
    it('is of the good readings in each bucket, of each device that has any', async () => {
      await subject.prepare()
      await subject.put([
        ...[-1, 0, 1, 59.9, 60, 185].map((minute) => atMinute('plug-1', minute)),
        atMinute('plug-1', 2, { quality: 'suspect' }),
        atMinute('plug-1', 3, { power_w: 1e6 }),
        atMinute('plug-2', 125),
        atMinute('plug-3', 4, { quality: 'suspect' }),
        atMinute('plug-4', 240),
      ])
      assert.deepEqual(await subject.tiers.count({ buckets: hours(4), device_ids: [] }), [
        { device_id: 'plug-1', counts: [3, 1, 0, 1] },
        { device_id: 'plug-2', counts: [0, 0, 1, 0] },
      ])
      assert.deepEqual(await subject.tiers.count({ buckets: hours(4), device_ids: ['plug-2', 'plug-4'] }), [
        { device_id: 'plug-2', counts: [0, 0, 1, 0] },
      ])
    })

    it('counts readings that say nothing, and those that say little', async () => {
      await subject.prepare()
      const { power_w: _, ...nothing } = atMinute('plug-1', 1)
      await subject.put([nothing, { ...nothing, timestamp: START + 2 * MINUTE, rssi_dbm: -60 }, atMinute('plug-1', 3)])
      assert.deepEqual(await subject.readings(), ['plug-1: 3'])
    })

    it('agrees with the samples of rows, whatever ids and models devices have', async () => {
      await subject.prepare()
      await subject.put(
        AWKWARD_IDS.flatMap((device_id, index) => [
          ...Array.from({ length: 5 + index }, (_, minute) => atMinute(device_id, 7 * minute)),
          // Said twice: a fleet that knows the model better the second time.
          atMinute(device_id, 7, { model: 'KP115(UK)' }),
          atMinute(device_id, 8, { model: 'KP115(UK)', quality: 'suspect' }),
        ]),
      )
      const rows = await subject.tiers.rollUp({ buckets: hours(1), device_ids: [], fields: [] })
      const counts = await subject.tiers.count({ buckets: hours(1), device_ids: [] })
      const byDevice = counts.toSorted((one, other) => (one.device_id < other.device_id ? -1 : 1))
      assert.equal(rows.length, AWKWARD_IDS.length)
      assert.deepEqual(
        byDevice,
        rows.map(({ device_id, samples }) => ({ device_id, counts: [samples] })),
      )
    })
  })
}
