import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { FileTierCatalog } from '../../../src/database/tiers/file-tier-catalog'
import type { TierPlan } from '../../../src/database/tiers/tier'
import { MonitorError } from '../../../src/domain/errors'
import { withFolder } from '../../support/database-samples'
import { reading } from '../../support/readings'

const PLAN: TierPlan = {
  raw_keep_days: 7,
  tiers: [
    { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: ['power_w'] },
    { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 0, fields: [] },
  ],
  time_zone: 'Asia/Kathmandu',
}

async function opened(folder: string): Promise<FileTierCatalog> {
  const catalog = new FileTierCatalog(folder)
  await catalog.start()
  return catalog
}

function late(from: number, to: number, device_id = 'plug-1') {
  return new Map([['hourly', [{ device_id, from, to }]]])
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof MonitorError ? error.code : String(error)),
  )
}

describe('what a database knows of its tiers', () => {
  it('is nothing before there was retention', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      assert.deepEqual([catalog.plan, catalog.watermark('hourly'), catalog.dirty('hourly')], [undefined, undefined, []])
      assert.equal(catalog.trouble, undefined)
    }))

  it('is read as if it were of UTC where the time zone is unknown here, and that is told', () =>
    withFolder(async (folder) => {
      await (await opened(folder)).setPlan({ ...PLAN, time_zone: 'Mars/Olympus' })
      const catalog = await opened(folder)
      assert.deepEqual(catalog.plan, { ...PLAN, time_zone: 'UTC' })
      assert.match(catalog.trouble ?? '', /does not know the time zone Mars\/Olympus/)
    }))

  it('is on disk when a change resolves, so that a process that is killed then knows it again', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      await catalog.setPlan(PLAN)
      await catalog.setWatermark('hourly', 7000)
      await catalog.mark(late(10, 20))
      const again = await opened(folder)
      assert.deepEqual(again.plan, PLAN)
      assert.equal(again.watermark('hourly'), 7000)
      assert.deepEqual(again.dirty('hourly'), [{ device_id: 'plug-1', from: 10, to: 20 }])
      await again.clean('hourly', again.dirty('hourly'))
      await again.setWatermark('hourly', undefined)
      const third = await opened(folder)
      assert.deepEqual([third.watermark('hourly'), third.dirty('hourly')], [undefined, []])
    }))

  it('is whose outlet an outlet is, for longer than its readings last', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      const { power_w: _, ...sensor } = reading({ device_id: 'sensor', parent_id: 'hub' })
      catalog.noteParents([reading(), reading({ device_id: '__proto__', parent_id: 'strip' }), sensor])
      await catalog.stop()
      assert.deepEqual([...(await opened(folder)).parents], [['__proto__', 'strip']])
    }))

  it('is up to when raw readings were deleted, until other data is put in their place', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      await catalog.setPlan(PLAN)
      await catalog.setWatermark('hourly', 7000)
      await catalog.expireRaw(5000)
      await catalog.expireRaw(4000)
      const again = await opened(folder)
      assert.equal(again.raw_expired_before, 5000)
      await again.beginAnew(new Map([['hourly', 2000]]))
      const third = await opened(folder)
      assert.deepEqual([third.raw_expired_before, third.watermark('hourly'), third.plan], [undefined, 2000, PLAN])
      await third.beginAnew(new Map())
      assert.equal((await opened(folder)).watermark('hourly'), undefined)
    }))

  it('forgets of a tier that is in the plan no more how far it reached', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      await catalog.setPlan(PLAN)
      await catalog.setWatermark('hourly', 7000)
      await catalog.setWatermark('daily', 5000)
      await catalog.mark(late(10, 20))
      await catalog.setPlan({ ...PLAN, tiers: PLAN.tiers.slice(1) })
      for (const each of [catalog, await opened(folder)]) {
        assert.deepEqual(
          [each.watermark('hourly'), each.watermark('daily'), each.dirty('hourly')],
          [undefined, 5000, []],
        )
      }
    }))

  for (const [what, text] of [
    ['damaged', '{"format":"kasa-monitor-ti'],
    ['foreign', '{"hello":"world"}'],
    ['of another version', '{"format":"kasa-monitor-tiers","version":99,"tiers":[]}'],
    [
      'with a watermark that is no moment',
      '{"format":"kasa-monitor-tiers","version":1,"tiers":[{"name":"a","watermark":"x"}]}',
    ],
    ['empty', ''],
  ] as const) {
    it(`sets a file aside that is ${what}, says so, and begins anew`, () =>
      withFolder(async (folder) => {
        writeFileSync(join(folder, 'tiers.json'), text)
        const catalog = await opened(folder)
        assert.equal(catalog.plan, undefined)
        assert.match(catalog.trouble ?? '', /holds no tiers/)
        assert.equal(readFileSync(join(folder, 'tiers.json.damaged'), 'utf8'), text)
        await catalog.setPlan(PLAN)
        const again = await opened(folder)
        assert.deepEqual([again.plan, again.trouble], [PLAN, undefined])
      }))
  }

  it('does not move a watermark that does not reach the disk, and refuses changes when it is closed', () =>
    withFolder(async (parent) => {
      const folder = join(parent, 'spool')
      mkdirSync(folder)
      const catalog = await opened(folder)
      await catalog.setPlan(PLAN)
      await catalog.setWatermark('hourly', 1000)
      rmSync(folder, { recursive: true })
      assert.equal(await codeOf(catalog.setWatermark('hourly', 2000)), 'DATABASE_UNAVAILABLE')
      assert.equal(await codeOf(catalog.mark(late(1, 2))), 'DATABASE_UNAVAILABLE')
      assert.equal(catalog.watermark('hourly'), 1000)
      // The same mark once more is not on disk either, although it is known already.
      assert.equal(await codeOf(catalog.mark(late(1, 2))), 'DATABASE_UNAVAILABLE')
      mkdirSync(folder)
      assert.equal(await codeOf(catalog.mark(late(1, 2))), 'done')
      assert.equal((await opened(folder)).dirty('hourly').length, 1)
      await catalog.stop()
      await catalog.stop()
      assert.equal(await codeOf(catalog.setWatermark('hourly', 3000)), 'CLOSED')
    }))
})

describe('dirty stretches', () => {
  it('become one where those of a device touch', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      for (const [from, to] of [
        [50, 60],
        [10, 20],
        [30, 40],
        [20, 29],
        [25, 35],
      ] as const) {
        await catalog.mark(late(from, to))
      }
      await catalog.mark(late(1, 100, 'plug-2'))
      assert.deepEqual(catalog.dirty('hourly'), [
        { device_id: 'plug-2', from: 1, to: 100 },
        { device_id: 'plug-1', from: 10, to: 40 },
        { device_id: 'plug-1', from: 50, to: 60 },
      ])
    }))

  it('stay dirty where more came late in them while they were rolled up again', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      await catalog.mark(late(10, 20))
      await catalog.mark(late(50, 60))
      const taken = catalog.dirty('hourly')
      await catalog.mark(late(12, 14))
      await catalog.clean('hourly', taken)
      assert.deepEqual(catalog.dirty('hourly'), [{ device_id: 'plug-1', from: 10, to: 20 }])
      assert.deepEqual((await opened(folder)).dirty('hourly'), [{ device_id: 'plug-1', from: 10, to: 20 }])
    }))

  it('are few in number: too many become one for each device, and of too many devices one for all', () =>
    withFolder(async (folder) => {
      const catalog = await opened(folder)
      const stretches = (device_id: string) =>
        Array.from({ length: 2500 }, (_, index) => ({ device_id, from: index * 10, to: index * 10 + 1 }))
      await catalog.mark(new Map([['hourly', [...stretches('a'), ...stretches('b')]]]))
      assert.deepEqual(catalog.dirty('hourly'), [
        { device_id: 'a', from: 0, to: 24_991 },
        { device_id: 'b', from: 0, to: 24_991 },
      ])
      const devices = Array.from({ length: 4500 }, (_, index) => ({
        device_id: `d${index}`,
        from: 7 + index,
        to: 9 + index,
      }))
      await catalog.mark(new Map([['hourly', devices]]))
      assert.deepEqual(catalog.dirty('hourly'), [{ from: 0, to: 24_991 }])
      const taken = catalog.dirty('hourly')
      await catalog.mark(late(3, 4, 'd9'))
      await catalog.clean('hourly', taken)
      assert.equal(catalog.dirty('hourly').length, 1)
    }))
})
