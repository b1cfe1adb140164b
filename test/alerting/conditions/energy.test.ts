import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createCalendar } from '../../../src/domain/local-calendar'
import { Course } from './course'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A Monday, midnight. */
const START = Date.UTC(2026, 0, 5)
const daily = { kind: 'energy', period: 'day', limit_kwh: 10, steps_pct: [50, 80, 100] } as const
const hourly = { ...daily, period: 'hour' } as const

/** The steps that were told, with the energy used by then. */
function stepsOf(course: Course) {
  return course.told.map(({ facts }) => `${facts.step_pct} % at ${facts.energy_kwh}`)
}

function usedBy(course: Course): unknown {
  const { value } = course.condition.evidence({ now_ms: 0, wall_ms: 0, from: undefined, event: undefined })
  return value
}

describe('energy of a period', () => {
  it('is told at each step of its limit, once', () => {
    const course = new Course(daily, START)
    for (let hour = 0; hour <= 22; hour++) {
      course.sample(START + hour * HOUR, { energy_kwh: 200 + hour * 0.5 })
      course.sample(START + hour * HOUR + MINUTE, { energy_kwh: 200 + hour * 0.5 })
    }
    assert.deepEqual(stepsOf(course), ['50 % at 5', '80 % at 8', '100 % at 10'])
    assert.deepEqual(
      course.told.map(({ level }) => level),
      [1, 2, 3],
    )
  })

  it('tells the highest of several steps that are reached at once, and steps in any order', () => {
    const course = new Course({ ...daily, steps_pct: [100, 50, 80, 50] }, START)
    course.sample(START, { energy_kwh: 3 })
    course.sample(START + HOUR, { energy_kwh: 11.5 })
    assert.deepEqual(stepsOf(course), ['80 % at 8.5'])
    assert.equal(course.level, 2)
  })

  it('tells what a person wants to know', () => {
    const course = new Course(daily, START)
    course.sample(START, { energy_kwh: 3 })
    course.sample(START + HOUR, { energy_kwh: 11.25 })
    const moment = { now_ms: HOUR, wall_ms: START + HOUR, from: undefined, event: undefined }
    assert.deepEqual(course.condition.evidence(moment), {
      key: 'energy_kwh',
      value: 8.25,
      unit: 'kWh',
      threshold: 8,
      facts: { step_pct: 80, used_pct: 82.5, period: 'day', energy_kwh: 8.25, limit_kwh: 10 },
    })
  })

  it('begins anew with the next period, without a sample', () => {
    const course = new Course(daily, START)
    course.sample(START + 22 * HOUR, { energy_kwh: 1 })
    course.sample(START + 23 * HOUR, { energy_kwh: 7 })
    assert.equal(course.level, 1)
    course.wait(START + 24 * HOUR - 1)
    assert.equal(course.level, 1)
    course.wait(START + 24 * HOUR)
    assert.equal(course.level, 0)
    course.sample(START + 25 * HOUR, { energy_kwh: 11 })
    assert.equal(usedBy(course), 2)
  })

  for (const [name, day, hours] of [
    ['23', Date.UTC(2026, 2, 28, 23), 23],
    ['25', Date.UTC(2026, 9, 24, 22), 25],
  ] as const) {
    it(`counts a day of ${name} hours in a time zone as one day`, () => {
      const course = new Course({ ...daily, limit_kwh: 100, steps_pct: [1000] }, day, 'Europe/Berlin')
      for (let hour = 0; hour < hours; hour++) course.sample(day + hour * HOUR, { energy_kwh: 5 + hour })
      course.sample(day + hours * HOUR - 1, { energy_kwh: 5 + hours })
      assert.equal(usedBy(course), hours)
      course.sample(day + hours * HOUR, { energy_kwh: 5 + hours })
      assert.equal(usedBy(course), 0)
    })
  }

  it('counts a month to its last day', () => {
    const course = new Course({ ...daily, period: 'month', limit_kwh: 28, steps_pct: [100] }, Date.UTC(2026, 1, 1))
    for (let day = 0; day < 28; day++) course.sample(Date.UTC(2026, 1, 1 + day), { energy_kwh: day })
    assert.equal(course.level, 0)
    course.sample(Date.UTC(2026, 2, 1) - 1, { energy_kwh: 28 })
    assert.equal(course.level, 1)
    course.sample(Date.UTC(2026, 2, 1), { energy_kwh: 28 })
    assert.equal(course.level, 0)
  })

  it('is found by power where there is no counter, over gaps of at most ten minutes', () => {
    const course = new Course({ ...daily, limit_kwh: 1, steps_pct: [100] }, START)
    for (let minute = 0; minute <= 30; minute++) course.sample(START + minute * MINUTE, { power_w: 1000 })
    assert.equal(usedBy(course), 0.5)
    course.sample(START + 5 * HOUR, { power_w: 1000 })
    assert.equal(usedBy(course), 0.6667)
  })

  it('is not counted twice where the counter is told now and then', () => {
    const course = new Course({ ...daily, limit_kwh: 1, steps_pct: [100] }, START)
    for (let minute = 0; minute <= 60; minute++) {
      const counter = minute % 20 === 0 ? { energy_kwh: 7 + minute / 60 } : {}
      course.sample(START + minute * MINUTE, { power_w: 900, ...counter })
    }
    assert.equal(usedBy(course), 1)
  })

  it('goes on where the counter falls, and takes nothing for what it fell by', () => {
    const course = new Course(daily, START)
    for (const [minute, energy_kwh] of [100, 101, 0, 1, 1.5].entries()) {
      course.sample(START + minute * MINUTE, { energy_kwh })
    }
    assert.equal(usedBy(course), 2.5)
  })

  it('feeds nothing back into what was used', () => {
    const course = new Course(daily, START)
    for (let minute = 0; minute <= 60; minute++) course.sample(START + minute * MINUTE, { power_w: -800 })
    assert.equal(usedBy(course), 0)
  })

  it('begins with what the device has counted itself, where the period has begun before', () => {
    const today = new Course(daily, START + 18 * HOUR)
    today.sample(START + 18 * HOUR, { energy_kwh: 500, energy_today_kwh: 4.2, energy_month_kwh: 60 })
    assert.equal(usedBy(today), 4.2)
    today.sample(START + 19 * HOUR, { energy_kwh: 501, energy_today_kwh: 5.2 })
    assert.deepEqual(stepsOf(today), ['50 % at 5.2'])
    const month = new Course({ ...daily, period: 'month' }, START + 18 * HOUR)
    month.sample(START + 18 * HOUR, { energy_kwh: 500, energy_today_kwh: 4.2, energy_month_kwh: 60 })
    assert.equal(usedBy(month), 60)
    const hour = new Course(hourly, START + 18 * HOUR)
    hour.sample(START + 18 * HOUR, { energy_kwh: 500, energy_today_kwh: 4.2, energy_month_kwh: 60 })
    assert.equal(usedBy(hour), 0)
  })

  it('does not begin with more than can have been used since midnight', () => {
    for (const energy_today_kwh of [4.2, -1, NaN, '4']) {
      const course = new Course(daily, START + HOUR)
      course.sample(START + HOUR, { energy_kwh: 500, energy_today_kwh })
      assert.equal(usedBy(course), 0)
    }
  })

  it('is unknown before the first sample, and not lost when the device goes offline', () => {
    const course = new Course(daily, START)
    assert.equal(course.condition.judge({ now_ms: 0, wall_ms: START, from: undefined, event: undefined }, false), -1)
    course.sample(START, { energy_kwh: 1 })
    course.sample(START + HOUR, { energy_kwh: 7 })
    course.goOffline(START + 2 * HOUR)
    assert.equal(course.level, 1)
  })

  it('does not believe a suspect reading', () => {
    const course = new Course(daily, START)
    course.sample(START, { energy_kwh: 1 })
    course.sample(START + HOUR, { energy_kwh: 90, quality: 'suspect' })
    course.sample(START + 2 * HOUR, { energy_kwh: 2 })
    assert.equal(usedBy(course), 1)
    assert.deepEqual(course.told, [])
  })
})

describe('energy of a period over a restart', () => {
  it('goes on, with what was used meanwhile, and tells no step again', () => {
    const course = new Course(daily, START)
    course.sample(START, { energy_kwh: 100 })
    course.sample(START + 8 * HOUR, { energy_kwh: 106 })
    course.restart(START + 9 * HOUR)
    assert.equal(course.level, 1)
    course.sample(START + 10 * HOUR, { energy_kwh: 107.5 })
    assert.equal(usedBy(course), 7.5)
    course.sample(START + 11 * HOUR, { energy_kwh: 109 })
    assert.deepEqual(stepsOf(course), ['50 % at 6', '80 % at 9'])
  })

  it('takes the part of it that lies behind midnight, where the clock was set before the restart as well', () => {
    for (const by_h of [6, -6]) {
      const first_ms = START + (18 - by_h) * HOUR
      const course = new Course(daily, first_ms)
      course.sample(first_ms, { energy_kwh: 100 })
      course.jump(by_h * HOUR)
      course.wait(first_ms + HOUR)
      course.restart(first_ms + 12 * HOUR)
      course.sample(first_ms + 12 * HOUR, { energy_kwh: 112 })
      assert.equal(usedBy(course), 6)
    }
  })

  it('takes the part of it that lies behind midnight', () => {
    const course = new Course(daily, START)
    course.sample(START, { energy_kwh: 100 })
    course.sample(START + 18 * HOUR, { energy_kwh: 106 })
    course.restart(START + DAY + HOUR)
    assert.equal(course.level, 0)
    course.sample(START + DAY + 2 * HOUR, { energy_kwh: 110 })
    assert.equal(usedBy(course), 1)
  })

  it('takes all of it where a whole period has passed only in part', () => {
    const course = new Course(hourly, START)
    course.sample(START, { energy_kwh: 100 })
    course.restart(START + 4.5 * HOUR)
    course.sample(START + 5 * HOUR - 1, { energy_kwh: 105 })
    assert.ok(Math.abs(Number(usedBy(course)) - 1) < 0.001)
  })

  it('begins anew with what it cannot have saved', () => {
    for (const state of [null, 'x', [], { use: { age_ms: 'x' } }, { use: { age_ms: 0 }, periods: [{}, 7] }]) {
      const course = new Course(daily, START)
      course.restart(START, { state, at_ms: START })
      course.sample(START + HOUR, { energy_kwh: 100 })
      course.sample(START + 2 * HOUR, { energy_kwh: 106 })
      assert.equal(usedBy(course), 6)
    }
  })
})

describe('energy of a period and a clock that is set', () => {
  it('comes back to the day as it was left, telling nothing again and nothing anew', () => {
    const course = new Course(daily, START)
    course.sample(START + 23 * HOUR, { energy_kwh: 100 })
    course.sample(START + 24 * HOUR - 1, { energy_kwh: 105.5 })
    course.sample(START + 25 * HOUR, { energy_kwh: 111 })
    const told = ['50 % at 5.5', '50 % at 5.5']
    assert.deepEqual(stepsOf(course), told)
    course.jump(-2 * HOUR)
    course.sample(START + 25 * HOUR + MINUTE, { energy_kwh: 111.1 })
    course.jump(2 * HOUR)
    course.sample(START + 25 * HOUR + 2 * MINUTE, { energy_kwh: 111.2 })
    assert.deepEqual(stepsOf(course), told)
    assert.equal(usedBy(course), 5.6)
    course.sample(START + 26 * HOUR, { energy_kwh: 114 })
    assert.deepEqual(stepsOf(course), [...told, '80 % at 8.4'])
  })

  it('tells nothing for a step alone, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(daily, hourly),
        fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 12 }),
        fc.double({ min: 0, max: 12, noNaN: true }),
        (rule, jumps_h, used_kwh) => {
          const course = new Course(rule, START + 12 * HOUR)
          course.sample(START + 12 * HOUR, { energy_kwh: 0 })
          course.sample(START + 12 * HOUR + MINUTE, { energy_kwh: used_kwh })
          const told = course.told.length
          for (const [turn, jump_h] of jumps_h.entries()) {
            course.jump(jump_h * HOUR)
            course.sample(START + 12 * HOUR + (turn + 2) * 1000 + MINUTE, { energy_kwh: used_kwh })
          }
          assert.equal(course.told.length, told)
        },
      ),
    )
  })
})

describe('energy of any course', () => {
  const turn = fc.record({
    wait_ms: fc.oneof(fc.integer({ min: 1, max: 5 * MINUTE }), fc.integer({ min: 1, max: 30 * HOUR })),
    power_w: fc.integer({ min: 0, max: 3600 }),
    restarts: fc.constantFrom(false, false, false, true),
  })

  it('is what the counter has risen by since the period began; no step is told twice in a period', () => {
    const zone = 'Europe/Berlin'
    const calendar = createCalendar(zone)
    fc.assert(
      fc.property(
        fc.constantFrom('hour', 'day', 'month'),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
        fc.array(turn, { maxLength: 80 }),
        (period, start_ms, turns) => {
          const course = new Course({ ...daily, period, limit_kwh: 4 }, start_ms, zone)
          let at_ms = start_ms
          let counter_kwh = 1234.5
          let used_kwh = 0
          course.sample(at_ms, { energy_kwh: counter_kwh })
          for (const { wait_ms, power_w, restarts } of turns) {
            const before_ms = at_ms
            at_ms += wait_ms
            const took_kwh = (power_w * wait_ms) / HOUR / 1000
            counter_kwh += took_kwh
            const edge_ms = calendar.period(period, at_ms).start_ms
            // Power is even between two samples, so that parts of time are parts of energy.
            if (before_ms < edge_ms) used_kwh = (took_kwh * (at_ms - edge_ms)) / wait_ms
            else used_kwh += took_kwh
            if (restarts) course.restart(at_ms)
            course.sample(at_ms, { energy_kwh: counter_kwh })
            assert.ok(
              Math.abs(Number(usedBy(course)) - used_kwh) < 0.0002,
              `${String(usedBy(course))}, not ${used_kwh}`,
            )
          }
          const steps = course.told.map((told) => `${calendar.period(period, told.at_ms).start_ms} ${told.level}`)
          assert.equal(new Set(steps).size, steps.length)
        },
      ),
      { numRuns: 200 },
    )
  })
})
