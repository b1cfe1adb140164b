import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Course } from './course'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const daily = {
  kind: 'cost',
  period: 'day',
  limit: 2,
  price_per_kwh: 0.4,
  currency: '€',
  steps_pct: [50, 100],
} as const

describe('the cost of a period', () => {
  it('is told at each step of its limit, with the energy', () => {
    const course = new Course(daily, START)
    for (let hour = 0; hour <= 12; hour++) course.sample(START + hour * HOUR, { energy_kwh: 70 + hour / 2 })
    assert.deepEqual(
      course.told.map(({ at_ms, level, facts }) => [(at_ms - START) / HOUR, level, facts]),
      [
        [5, 1, { step_pct: 50, used_pct: 50, period: 'day', energy_kwh: 2.5, limit: 2, cost: 1, currency: '€' }],
        [10, 2, { step_pct: 100, used_pct: 100, period: 'day', energy_kwh: 5, limit: 2, cost: 2, currency: '€' }],
      ],
    )
    const moment = { now_ms: 0, wall_ms: START, from: undefined, event: undefined }
    const { key, value, unit, threshold } = course.condition.evidence(moment)
    assert.deepEqual({ key, value, unit, threshold }, { key: 'cost', value: 2.4, unit: '€', threshold: 2 })
  })

  it('begins anew with the next period, and goes on over a restart', () => {
    const course = new Course(daily, START)
    course.sample(START + 20 * HOUR, { energy_kwh: 70 })
    course.sample(START + 21 * HOUR, { energy_kwh: 73 })
    course.restart(START + 22 * HOUR)
    assert.equal(course.level, 1)
    course.sample(START + 23 * HOUR, { energy_kwh: 75.5 })
    assert.equal(course.told.length, 2)
    course.wait(START + 24 * HOUR)
    assert.equal(course.level, 0)
  })

  it('is nothing where energy is free', () => {
    const course = new Course({ ...daily, price_per_kwh: 0 }, START)
    course.sample(START, { energy_kwh: 70 })
    course.sample(START + HOUR, { energy_kwh: 90 })
    assert.deepEqual(course.told, [])
    const moment = { now_ms: 0, wall_ms: START, from: undefined, event: undefined }
    assert.equal(course.condition.evidence(moment).facts?.used_pct, 0)
  })
})
