import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { START } from '../../support/database-samples'
import { aRow, atMinute, AWKWARD_IDS, DAY, EVER, HOUR, HOURLY, MINUTE, type Subject } from './subject'

export function describeExtents(subject: Subject): void {
  describe('what there is', () => {
    it('reaches from the first row to just behind the last one', async () => {
      await subject.prepare()
      await subject.put([atMinute('plug-1', 5), atMinute('plug-2', -7 * 1440), atMinute('plug-2', 90)])
      await subject.tiers.write(HOURLY, [aRow(), aRow({ device_id: 'plug-2', timestamp: START + 5 * HOUR })])
      const raw = await subject.tiers.extent('raw')
      assert.deepEqual(raw, { from: START - 7 * DAY, to: START + 90 * MINUTE + 1 })
      // Behind its beginning, or behind its bucket.
      const { from, to } = (await subject.tiers.extent(HOURLY)) ?? {}
      assert.equal(from, START)
      assert.ok(to !== undefined && to > START + 5 * HOUR && to <= START + 6 * HOUR)
    })

    it('is of those devices that have rows in the range, in order', async () => {
      await subject.prepare()
      const early = AWKWARD_IDS.slice(0, 4)
      await subject.put([
        ...AWKWARD_IDS.toReversed().map((device_id) => atMinute(device_id, early.includes(device_id) ? 10 : 60)),
        atMinute(AWKWARD_IDS[0] as string, 61),
      ])
      await subject.tiers.write(
        HOURLY,
        AWKWARD_IDS.map((device_id) =>
          aRow({ device_id, timestamp: early.includes(device_id) ? START : START + HOUR }),
        ),
      )
      for (const source of ['raw', HOURLY] as const) {
        const first = { from: START, to: START + HOUR }
        assert.deepEqual(await subject.tiers.devices(source, EVER), AWKWARD_IDS)
        assert.deepEqual(await subject.tiers.devices(source, first), early)
        assert.deepEqual(await subject.tiers.devices(source, { from: START + 2 * HOUR, to: START + DAY }), [])
      }
    })

    it('counts the devices that have nothing but suspect readings as well', async () => {
      await subject.prepare()
      await subject.put([atMinute('plug-1', 1, { quality: 'suspect' })])
      assert.deepEqual(await subject.tiers.devices('raw', EVER), ['plug-1'])
    })

    it('is measured in rows and bytes, as far as that is known', async () => {
      await subject.prepare()
      await subject.put(Array.from({ length: 200 }, (_, minute) => atMinute('plug-1', minute)))
      await subject.tiers.write(
        HOURLY,
        [0, 1, 2].map((hour) => aRow({ timestamp: START + hour * HOUR })),
      )
      const range = { from: START, to: START + HOUR }
      const raw = await subject.tiers.measure('raw', range)
      const tier = await subject.tiers.measure(HOURLY, { ...range, to: START + 2 * HOUR })
      assert.equal(raw.rows ?? 60, 60)
      assert.equal(tier.rows ?? 2, 2)
      for (const { bytes = 1 } of [raw, tier]) assert.ok(bytes > 0)
      const nothing = await subject.tiers.measure('raw', { from: START + DAY, to: START + 2 * DAY })
      assert.deepEqual([nothing.rows ?? 0, nothing.bytes ?? 0], [0, 0])
    })

    it('takes room on disk, and gives some of it back', async () => {
      await subject.prepare()
      await subject.put(Array.from({ length: 3000 }, (_, minute) => atMinute('plug-1', minute)))
      const { size_bytes = 1, free_bytes = 0 } = await subject.tiers.size()
      assert.ok(size_bytes > 0 && free_bytes >= 0)
      if (subject.tiers.expiry === 'us') await subject.tiers.expire({ source: 'raw', ...EVER, device_ids: [] })
      let steps = 0
      while (await subject.tiers.shrink()) assert.ok(++steps < 10_000, 'there is no end to it')
      const { size_bytes: after = size_bytes } = await subject.tiers.size()
      // A server grows by what it notes of a deletion.
      if (steps > 0) assert.ok(after <= size_bytes)
    })
  })
}
