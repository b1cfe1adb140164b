import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { START } from '../../support/database-samples'
import { aRow, atMinute, HOUR, HOURLY, PLAN, RETENTION, type Subject } from './subject'

const NOTHING = { ...RETENTION, set_up: 'nothing' } as const

export function describePreparing(subject: Subject): void {
  describe('preparing', () => {
    it('changes nothing the second time, and says the same', async () => {
      const first = await subject.prepare()
      await subject.put([atMinute('plug-1', 1)])
      await subject.tiers.write(HOURLY, [aRow({ samples: 1 })])
      assert.deepEqual(await subject.prepare(), first)
      assert.deepEqual(await subject.rows(HOURLY), [aRow({ samples: 1 })])
      assert.deepEqual(await subject.readings(), ['plug-1: 1'])
    })

    it('brings a tier to those that have rows', async () => {
      await subject.prepare()
      await subject.tiers.write(HOURLY, [aRow({ samples: 1 })])
      const quarters = { ...HOURLY, name: 'of_a_quarter', bucket: { unit: 'hour', count: 6 } } as const
      const row = aRow({ duration_ms: 6 * HOUR, samples: 3 })
      await subject.prepare({ ...PLAN, tiers: [HOURLY, quarters] })
      await subject.tiers.write(quarters, [row])
      assert.deepEqual(await subject.rows(quarters), [row])
      assert.deepEqual(await subject.rows(HOURLY), [aRow({ samples: 1 })])
    })

    it('takes longer and shorter lives, and tiers that are kept for ever', async () => {
      for (const keep_days of [30, 0, 400, 7]) {
        const tiers = PLAN.tiers.map((tier) => ({ ...tier, keep_days }))
        await subject.tiers.prepare({ ...PLAN, tiers, raw_keep_days: keep_days }, RETENTION)
      }
    })

    it('says nothing that a person should do where all is well', async () => {
      assert.deepEqual((await subject.prepare()).findings, [])
    })

    it('is told before, and nothing is made by that', async () => {
      assert.deepEqual(await subject.tiers.examine(PLAN, RETENTION), { findings: [] })
      assert.deepEqual(await subject.tiers.examine(PLAN, NOTHING), await subject.tiers.prepare(PLAN, NOTHING))
      assert.deepEqual(await subject.prepare(), { findings: [] })
      assert.deepEqual(await subject.tiers.examine(PLAN, NOTHING), { findings: [] })
    })

    it('leaves places to a person who wants to make them, and says how; rows find none until then', async () => {
      const { findings } = await subject.tiers.prepare(PLAN, NOTHING)
      if (findings.length > 0) {
        PLAN.tiers.forEach(({ name }, index) => {
          assert.match(
            findings[index] ?? '',
            new RegExp(`_${name}" (of database .*)?is not there\\. By hand: .*${name}`),
          )
        })
        await assert.rejects(subject.tiers.write(HOURLY, [aRow()]), { code: 'DATABASE_MISSING' })
      }
      await subject.prepare()
      await subject.tiers.write(HOURLY, [aRow({ samples: 1 })])
      assert.deepEqual(await subject.tiers.prepare(PLAN, NOTHING), { findings: [] })
      assert.deepEqual(await subject.rows(HOURLY), [aRow({ samples: 1 })])
    })

    it('has rows of a new store neither before nor after it', async () => {
      await subject.prepare()
      const range = { from: START, to: START + HOUR }
      assert.deepEqual(await subject.rows(HOURLY), [])
      assert.equal(await subject.tiers.extent(HOURLY), undefined)
      assert.equal(await subject.tiers.extent('raw'), undefined)
      assert.deepEqual(await subject.tiers.devices('raw', range), [])
      assert.deepEqual(await subject.tiers.devices(HOURLY, range), [])
      assert.deepEqual(await subject.tiers.count({ buckets: [range], device_ids: [] }), [])
      assert.deepEqual(await subject.tiers.rollUp({ buckets: [range], device_ids: [], fields: [] }), [])
      assert.equal((await subject.tiers.measure('raw', range)).rows ?? 0, 0)
      assert.equal((await subject.tiers.measure(HOURLY, range)).rows ?? 0, 0)
    })
  })
}
