import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Point } from '../../../src/database/database'
import { aPoint, START } from '../../support/database-samples'
import { refusal, type Subject } from './subject'

/** Measurements of the user's own. */
export function describePoints(subject: Subject): void {
  describe("the user's own measurements", () => {
    /** Each test has a meter of its own. */
    const newPoint = (own: Partial<Point> = {}): Point => aPoint({ tags: { meter: subject.newDevice() }, ...own })

    it('are kept as they were, with every type of value', async () => {
      const fields = { litres: 12.5, whole: 5, on: true, off: false, text: 'a "b", c\\', count: 9007199254740993n }
      const point = newPoint({ fields })
      assert.deepEqual(await subject.keepPoints([point]), { accepted: 1, skipped: 0 })
      assert.deepEqual(await subject.underTest.fieldsAt(point), fields)
    })

    it('are told apart by measurement, tags and moment', async () => {
      const first = newPoint({ fields: { litres: 1 } })
      const points = [
        first,
        { ...first, measurement: 'heat', fields: { litres: 2 } },
        { ...first, tags: { ...first.tags, floor: '2' }, fields: { litres: 3 } },
        { ...first, timestamp: START + 1, fields: { litres: 4 } },
      ]
      await subject.keepPoints(points)
      for (const point of points) assert.deepEqual(await subject.underTest.fieldsAt(point), point.fields)
    })

    it('change nothing when they come again, whatever the order of their tags', async () => {
      const point = newPoint({ tags: { meter: subject.newDevice(), floor: '2' } })
      await subject.keepPoints([point])
      const turned = { ...point, tags: Object.fromEntries(Object.entries(point.tags).reverse()) }
      await subject.keepPoints([point, turned])
      assert.deepEqual(await subject.underTest.fieldsAt(point), point.fields)
    })

    it('add their fields to what is there of the same moment', async () => {
      const point = newPoint({ fields: { litres: 1 } })
      await subject.keepPoints([point])
      await subject.keepPoints([{ ...point, fields: { bar: 2.5 } }])
      assert.deepEqual(await subject.underTest.fieldsAt(point), { litres: 1, bar: 2.5 })
    })

    for (const [what, own] of [
      ['no field', { fields: {} }],
      ['a value that is no number', { fields: { litres: Number.NaN } }],
      ['an empty measurement', { measurement: '' }],
      ['no moment', { timestamp: Number.NaN }],
    ] as const) {
      it(`are refused with ${what}, and the whole call with them`, async () => {
        const good = newPoint()
        const error = await refusal(subject.database.writePoints([good, { ...newPoint(), ...own }]))
        assert.equal(error.code, 'INPUT_INVALID')
        assert.ok(error.details.field?.startsWith('points[1]'), error.details.field)
        assert.equal(await subject.underTest.fieldsAt(good), undefined)
      })
    }
  })
}
