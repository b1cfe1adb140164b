import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { Pricing } from '../../../src/domain/tariffs/pricing'
import { BLOCKS, BRITISH_NIGHT } from '../../domain/tariffs/real-tariffs'
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

describe('the cost of a period by a tariff', () => {
  const byTariff = { kind: 'cost', period: 'day', limit: 1, currency: 'GBP', steps_pct: [50, 100] } as const
  const pricingOf = (tariff: object) => new Pricing(parseTariff(tariff))
  const costOf = ({ condition, wall_ms }: Course) =>
    condition.evidence({ now_ms: 0, wall_ms, from: undefined, event: undefined }).facts?.cost

  it('is split by time where the price changes', () => {
    const course = new Course(byTariff, START, 'Europe/London', pricingOf(BRITISH_NIGHT))
    course.sample(START + 5 * HOUR, { energy_kwh: 70 })
    course.sample(START + 6 * HOUR, { energy_kwh: 72 })
    assert.equal(costOf(course), 0.355)
    course.sample(START + 7 * HOUR, { energy_kwh: 73 })
    assert.deepEqual(
      course.told.map(({ at_ms, level, facts }) => [(at_ms - START) / HOUR, level, facts.cost, facts.currency]),
      [[7, 1, 0.625, 'GBP']],
    )
  })

  it('spreads what was used over a restart, goes on with the amount, and by the new prices', () => {
    const course = new Course(byTariff, START, 'Europe/London', pricingOf(BRITISH_NIGHT))
    course.sample(START + 4 * HOUR, { energy_kwh: 70 })
    course.sample(START + 5 * HOUR, { energy_kwh: 71 })
    course.restart(START + 5.6 * HOUR)
    course.sample(START + 6 * HOUR, { energy_kwh: 73 })
    assert.equal(costOf(course), 0.085 + 0.355)
    course.pricing = pricingOf({ ...BRITISH_NIGHT, versions: [{ rows: [{ name: 'all', price_per_kwh: 0.1 }] }] })
    course.restart(START + 7 * HOUR)
    course.sample(START + 7 * HOUR, { energy_kwh: 74 })
    assert.equal(costOf(course), 0.54)
  })

  it('counts what is behind the edge of the period alone', () => {
    const course = new Course(byTariff, START, 'UTC', pricingOf(BRITISH_NIGHT))
    course.sample(START + 23.5 * HOUR, { energy_kwh: 70 })
    course.sample(START + 25 * HOUR, { energy_kwh: 73 })
    assert.equal(costOf(course), 0.355)
  })

  it('goes up by blocks with what the device has used in the billing period, over restarts', () => {
    const course = new Course({ ...byTariff, limit: 100 }, START, 'Asia/Kolkata', pricingOf(BLOCKS))
    course.sample(START, { energy_kwh: 0 })
    course.sample(START + HOUR, { energy_kwh: 95 })
    course.restart(START + 2 * HOUR)
    course.wait(START + 30 * HOUR)
    course.sample(START + 30 * HOUR, { energy_kwh: 95 })
    course.sample(START + 31 * HOUR, { energy_kwh: 105 })
    assert.equal(costOf(course), 5 * 4 + 5 * 6)
  })
})
