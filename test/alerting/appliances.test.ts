import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { READY_MADE } from '../../src/alerting/rules/ready-made'
import type { SimpleCondition } from '../../src/alerting/rules/rule'
import { AdaptiveInterval } from '../../src/polling/adaptive-interval'
import { hasTraces, loadTrace, type Trace, traceNames, WITHOUT_TRACES } from '../support/traces'
import { AlertStage } from '../support/alert-stage'
import { Course, type Told } from './conditions/course'

const START = Date.UTC(2026, 0, 5)
const DAY_S = 86_400
const LATEST_S = 120
const LARGEST_ERROR = 0.05

interface Run {
  /** Seconds of the day. */
  readonly start_s: number
  readonly end_s: number
  readonly kwh: number
}

// Read off listings of the traces, and off their seconds where it was in doubt. A run goes from the first power that stays until the
// machine falls to what it takes while it stands still (0 to 2 W), for hours.
const RUNS: Readonly<Record<string, readonly Run[]>> = {
  // Heats four times; drains and fills in between with pauses of up to 20 s at 0 W, and pumps 9 min at 98 W.
  'Dishwasher-B7E6F4_20120203': [{ start_s: 28_102, end_s: 32_798, kwh: 1.912 }],
  // Pumps at 11 to 26 W for up to a minute and a half; ends with the drain pump, and does not heat to dry.
  'Dishwasher-B82F81_20110907': [
    { start_s: 25_789, end_s: 27_604, kwh: 0.644 },
    { start_s: 45_855, end_s: 47_984, kwh: 0.7 },
    { start_s: 55_578, end_s: 57_381, kwh: 0.657 },
  ],
  'Dishwasher-B82F81_20110908': [
    { start_s: 32_566, end_s: 34_620, kwh: 0.708 },
    { start_s: 59_444, end_s: 61_204, kwh: 0.702 },
  ],
  // Dries at 3 kW until 42020 and 49835, cools down at 250 W until 42758 and 50765, and then keeps laundry from creasing:
  // a turn of 4 s every 30 s for half an hour, in between 4 W, until it switches itself off.
  'LaundryDryer-122_20111217': [
    { start_s: 39_554, end_s: 44_579, kwh: 2.219 },
    { start_s: 46_039, end_s: 52_584, kwh: 3.413 },
  ],
  // The drum turns and rests; 13 min of heating at 2 kW; spins; loosens the laundry for 4 min, 8 s of every 20 s.
  'Washingmachine-7297E3_20120111': [{ start_s: 67_138, end_s: 71_004, kwh: 0.557 }],
  // The programme is chosen 68 s before the start, at 9 to 13 W for 17 s.
  'Washingmachine-7297E3_20120122': [{ start_s: 64_424, end_s: 68_235, kwh: 0.593 }],
  'Washingmachine-ingmachine_20120103': [
    { start_s: 45_499, end_s: 49_299, kwh: 0.492 },
    { start_s: 64_961, end_s: 68_816, kwh: 0.524 },
  ],
}

/** Seconds at which a plug is polled; the first poll of a day comes at any time of the interval. */
function* adaptively({ watts }: Trace, first_s: number): Iterable<number> {
  const interval = new AdaptiveInterval()
  for (let at_s = first_s; at_s < DAY_S;) {
    yield at_s
    const power_w = watts[Math.floor(at_s)] as number
    at_s += interval.observe({ at: START + at_s * 1000, power_w, on: power_w > 0 }) / 1000
  }
}

function* every(step_s: number): Iterable<number> {
  for (let at_s = 0; at_s < DAY_S; at_s += step_s) yield at_s
}

/** What a meter says; its counter goes in steps of 1 Wh. */
function valuesAt({ watts, kwh }: Trace, at_s: number, hasCounter: boolean) {
  const second = Math.floor(at_s)
  const power_w = watts[second] as number
  const used_kwh = (kwh[second] as number) + (power_w * (at_s - second)) / 3_600_000
  return hasCounter ? { power_w, energy_kwh: Math.floor((412.3456 + used_kwh) * 1000) / 1000 } : { power_w }
}

function watch(trace: Trace, condition: SimpleCondition, at: Iterable<number>, hasCounter: boolean): readonly Told[] {
  const course = new Course(condition, START)
  for (const at_s of at) course.sample(START + at_s * 1000, valuesAt(trace, at_s, hasCounter))
  course.wait(START + DAY_S * 1000)
  return course.told
}

function check(told: readonly Told[], runs: readonly Run[], where: string): void {
  assert.equal(told.length, runs.length, `${where}: told ${told.map(({ at_ms }) => (at_ms - START) / 1000).join()}`)
  for (const [place, run] of runs.entries()) {
    const { at_ms, facts } = told[place] as Told
    const late_s = (at_ms - START) / 1000 - run.end_s
    assert.ok(late_s >= 0 && late_s <= LATEST_S, `${where}, run ${place + 1}: ${late_s} s late`)
    const error = Number(facts.energy_kwh) / run.kwh - 1
    assert.ok(Math.abs(error) <= LARGEST_ERROR, `${where}, run ${place + 1}: ${facts.energy_kwh} for ${run.kwh} kWh`)
    const ended_s = (Number(facts.finished_at) - START) / 1000
    assert.ok(Math.abs(ended_s - run.end_s) <= LATEST_S, `${where}, run ${place + 1}: ended at ${ended_s}`)
    const lasted_s = run.end_s - run.start_s
    assert.ok(Math.abs(Number(facts.duration_s) - lasted_s) <= 2 * LATEST_S, `${where}: ${facts.duration_s} s`)
  }
}

/** A day with the alerts as they run in a node. @returns the seconds at which somebody was told */
async function notified(name: string, trace: Trace, runs: readonly Run[]): Promise<readonly number[]> {
  const rules = READY_MADE.map(({ rule }) => rule).filter(({ condition }) => condition.kind === 'finished')
  const stage = new AlertStage({ rules, day: '2026-01-05' }, 0)
  const restarts_s = runs.map(({ start_s, end_s }) => (start_s + end_s) / 2)
  await stage.open()
  try {
    for (const at_s of adaptively(trace, 5)) {
      if (at_s > (restarts_s[0] ?? Infinity)) {
        restarts_s.shift()
        await stage.restart({ away_ms: 2000 })
      }
      stage.advanceTo(Math.max(stage.now_ms, Math.round(at_s * 1000)))
      const device = { device_id: name, alias: name, model: 'HS110(EU)', host: '127.0.0.1' }
      const values = { ...valuesAt(trace, at_s, true), timestamp: stage.wall_ms }
      stage.engine.takeReading({ ...device, ...values, source: 'poll', quality: 'good' })
    }
  } finally {
    await stage.close()
  }
  assert.deepEqual(stage.failures, [])
  assert.ok(stage.notified.every(({ kind, incidents }) => kind === 'raised' && incidents.length === 1))
  return stage.notified.map(({ timestamp }) => (timestamp - START) / 1000)
}

function readyMade(): SimpleCondition {
  const conditions = READY_MADE.map(({ rule }) => rule.condition).filter(({ kind }) => kind === 'finished')
  assert.ok(conditions.length > 0)
  for (const condition of conditions) assert.deepEqual(condition, conditions[0])
  return conditions[0] as SimpleCondition
}

describe('the ready-made rules for finished appliances, on days of real ones', function () {
  this.timeout(120_000)
  let condition: SimpleCondition

  before(function () {
    if (!hasTraces) {
      console.log(WITHOUT_TRACES)
      this.skip()
    }
    condition = readyMade()
  })

  for (const [name, runs] of Object.entries(RUNS)) {
    it(`tell each run of ${name} once, in two minutes, with its energy`, () => {
      const trace = loadTrace(name)
      for (const { start_s, end_s, kwh } of runs) {
        const measured_kwh = (trace.kwh[end_s] as number) - (trace.kwh[start_s] as number)
        assert.ok(Math.abs(measured_kwh - kwh) < 0.001, `${measured_kwh} kWh from ${start_s} to ${end_s}`)
      }
      for (const hasCounter of [true, false]) {
        const meter = hasCounter ? 'with a counter' : 'with power alone'
        check(watch(trace, condition, every(1), hasCounter), runs, `every second, ${meter}`)
        for (let first_s = 0; first_s < 120; first_s += 9.7) {
          check(watch(trace, condition, adaptively(trace, first_s), hasCounter), runs, `from ${first_s} s on, ${meter}`)
        }
      }
    })
  }

  for (const name of [
    'Dishwasher-B82F81_20110907',
    'LaundryDryer-122_20111217',
    'Washingmachine-ingmachine_20120103',
  ]) {
    it(`send one notification for each run of ${name}, with a restart in the middle of each`, async () => {
      const trace = loadTrace(name)
      const runs = RUNS[name] as readonly Run[]
      const told_s = await notified(name, trace, runs)
      assert.equal(told_s.length, runs.length)
      for (const [place, { end_s }] of runs.entries()) {
        const late_s = (told_s[place] as number) - end_s
        assert.ok(late_s >= 0 && late_s <= LATEST_S, `${late_s} s late`)
      }
    })
  }

  it('tell nothing of the other appliances more than once a day', () => {
    const others = traceNames().filter((name) => RUNS[name] === undefined)
    assert.equal(others.length, 89)
    for (const name of others) {
      const trace = loadTrace(name)
      const days = [every(3), adaptively(trace, 0), adaptively(trace, 47)]
      for (const day of days) {
        const told = watch(trace, condition, day, true)
        assert.ok(told.length <= 1, `${name}: ${told.length} times`)
      }
    }
  })
})
