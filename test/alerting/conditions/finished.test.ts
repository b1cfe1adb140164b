import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { SimpleCondition } from '../../../src/alerting/rules/rule'
import { Course } from './course'

const START = Date.UTC(2026, 0, 5, 8)
const washing: SimpleCondition<'finished'> = {
  kind: 'finished',
  above_w: 500,
  above_s: 180,
  below_w: 3,
  below_s: 60,
  minimum_kwh: 0.2,
}

type Phase = readonly [duration_s: number, power_w: number]
const RESTING: Phase = [600, 1]
/** 0.7 kWh in 50 min. */
const WASHING: readonly Phase[] = [
  [300, 100],
  [1200, 2000],
  [1500, 60],
]
const WASHED_S = 3000

/** A plug that is polled every few seconds, with a counter in steps of 1 Wh, or without. */
class Plug {
  readonly course: Course
  at_s = 0
  private used_kwh = 0

  constructor(
    private readonly hasCounter = true,
    private readonly every_s = 5,
    rule = washing,
  ) {
    this.course = new Course(rule, START)
  }

  /** @param isHeard false: nobody polls it meanwhile */
  run(phases: readonly Phase[], isHeard = true): this {
    for (const [duration_s, power_w] of phases) {
      for (const end_s = this.at_s + duration_s; this.at_s < end_s; this.at_s += this.every_s) {
        this.used_kwh += (power_w * this.every_s) / 3_600_000
        if (isHeard) this.course.sample(START + this.at_s * 1000, this.says(power_w))
      }
    }
    return this
  }

  says(power_w: number) {
    return this.hasCounter ? { power_w, energy_kwh: Math.floor(this.used_kwh * 1000) / 1000 } : { power_w }
  }

  restart(saved = this.course.saved): this {
    this.course.restart(START + this.at_s * 1000, saved)
    return this
  }

  get told(): readonly { readonly [fact: string]: unknown }[] {
    return this.course.told.map(({ at_ms, facts }) => ({ at_s: (at_ms - START) / 1000, ...facts }))
  }
}

function near(value: unknown, expected: number, by: number): void {
  assert.ok(Math.abs(Number(value) - expected) <= by, `${String(value)}, not ${expected}`)
}

describe('a finished appliance', () => {
  for (const hasCounter of [true, false]) {
    it(`is told a minute after its run, with what it took, by ${hasCounter ? 'its counter' : 'its power'}`, () => {
      const plug = new Plug(hasCounter).run([RESTING, ...WASHING, RESTING])
      const [told] = plug.told
      assert.equal(plug.told.length, 1)
      near(told?.at_s, 600 + WASHED_S + 60, 5)
      near(told?.energy_kwh, 0.7, 0.003)
      near(told?.duration_s, WASHED_S, 5)
      near(told?.started_at, START + 600_000, 5000)
      near(told?.finished_at, START + (600 + WASHED_S) * 1000, 5000)
      assert.equal(told?.highest_w, 2000)
    })
  }

  it('is one until the next run counts as such: neither a lamp nor puffs of air end it', () => {
    const plug = new Plug().run([RESTING, ...WASHING, RESTING])
    plug.run([[30, 6], RESTING, [20, 250], [100, 1], [20, 250], RESTING])
    assert.equal(plug.course.level, 1)
    plug.run([
      [300, 100],
      [120, 2000],
    ])
    assert.equal(plug.course.level, 1)
    plug.run([[300, 2000]])
    assert.equal(plug.course.level, 0)
    plug.run([[600, 2000], RESTING])
    assert.equal(plug.course.level, 1)
    assert.equal(plug.told.length, 2)
  })

  it('has run over pauses that are shorter than `below_s`', () => {
    const paused = WASHING.flatMap((phase): Phase[] => [phase, [45, 0]])
    const plug = new Plug().run([RESTING, ...paused.slice(0, -1), RESTING])
    assert.equal(plug.told.length, 1)
    near(plug.told[0]?.duration_s, WASHED_S + 90, 5)
  })

  it('is told no later for a spike of one sample after its end', () => {
    const plug = new Plug(true, 1).run([RESTING, ...WASHING, [30, 1], [1, 40], RESTING])
    near(plug.told[0]?.at_s, 600 + WASHED_S + 65, 3)
    assert.equal(plug.told.length, 1)
  })

  it('is not told where one sample alone is under `below_w`, however long the one before is ago', () => {
    const plug = new Plug().run([RESTING, [600, 2000]])
    plug.run([[600, 2000]], false).run([
      [5, 1],
      [20, 2000],
    ])
    assert.equal(plug.told.length, 0)
    plug.run([RESTING])
    assert.equal(plug.told.length, 1)
  })

  it('is told by time alone where the device is polled rarely', () => {
    const plug = new Plug().run([RESTING, ...WASHING])
    plug.course.sample(START + (600 + WASHED_S + 40) * 1000, plug.says(1))
    plug.course.sample(START + (600 + WASHED_S + 55) * 1000, plug.says(1))
    plug.course.wait(START + (600 + WASHED_S + 120) * 1000)
    assert.equal(plug.told.length, 1)
  })

  it('is not told of a device that has gone offline, but when it is back', () => {
    const plug = new Plug().run([RESTING, ...WASHING, [50, 1]])
    plug.course.goOffline(START + plug.at_s * 1000)
    plug.course.wait(START + (plug.at_s + 600) * 1000)
    assert.equal(plug.told.length, 0)
    plug.run([[900, 1]], false).run([[10, 1]])
    assert.equal(plug.told.length, 1)
    near(plug.told[0]?.duration_s, WASHED_S, 5)
  })

  it('is none that has not been over `above_w` for `above_s`, or has not used `minimum_kwh`', () => {
    const kettle = new Plug().run([RESTING, [170, 2200], RESTING, [170, 2200], RESTING])
    assert.deepEqual(kettle.told, [])
    const television = new Plug().run([RESTING, [4 * 3600, 200], RESTING])
    assert.deepEqual(television.told, [])
    const iron = new Plug().run([RESTING, [300, 1600], RESTING])
    assert.deepEqual(iron.told, [])
  })

  it('is known only after the first sample, and nothing is told of a run that was over before', () => {
    const course = new Course(washing, START)
    assert.equal(course.condition.judge({ now_ms: 0, wall_ms: START, from: undefined, event: undefined }, false), -1)
    const plug = new Plug().run([[3600, 1]])
    assert.deepEqual(plug.told, [])
  })

  it('has a gap in its run bridged by the counter, and by its power for ten minutes', () => {
    for (const hasCounter of [true, false]) {
      const plug = new Plug(hasCounter).run([RESTING, [300, 2000]])
      plug.run([[1800, 2000]], false).run([[300, 2000], RESTING])
      assert.equal(plug.told.length, 1)
      near(plug.told[0]?.energy_kwh, hasCounter ? 4 / 3 : 2 / 3, 0.005)
      near(plug.told[0]?.duration_s, 2400, 5)
    }
  })

  it('goes on over a restart in the middle of its run', () => {
    const plug = new Plug().run([RESTING, ...WASHING.slice(0, 2)]).restart()
    plug.run([[60, 60]], false).run([[1440, 60], RESTING])
    assert.equal(plug.told.length, 1)
    near(plug.told[0]?.energy_kwh, 0.7, 0.003)
    near(plug.told[0]?.duration_s, WASHED_S, 5)
  })

  it('is told once when it has finished while nobody was there', () => {
    const plug = new Plug().run([RESTING, ...WASHING.slice(0, 2)])
    const saved = plug.course.saved
    plug
      .run(
        [
          [1500, 60],
          [3600, 1],
        ],
        false,
      )
      .restart(saved)
    assert.equal(plug.told.length, 0)
    plug.run([RESTING])
    assert.equal(plug.told.length, 1)
    near(plug.told[0]?.energy_kwh, 0.7, 0.005)
    plug.restart().run([RESTING])
    assert.equal(plug.told.length, 1)
  })

  it('is still finished after a restart', () => {
    const plug = new Plug().run([RESTING, ...WASHING, RESTING]).restart()
    assert.equal(plug.course.level, 1)
    plug.run([RESTING])
    assert.equal(plug.course.level, 1)
    assert.equal(plug.told.length, 1)
  })

  it('lasts as long as it lasts, whatever is done to the clock', () => {
    for (const by_ms of [3_600_000, -3_600_000]) {
      const plug = new Plug().run([RESTING, ...WASHING.slice(0, 2)])
      plug.course.jump(by_ms)
      plug.run([...WASHING.slice(2), RESTING])
      assert.equal(plug.told.length, 1)
      near(plug.told[0]?.duration_s, WASHED_S, 5)
    }
  })

  it('begins anew with what it cannot have saved', () => {
    for (const state of [
      null,
      1,
      [],
      {},
      { use: {}, run: {} },
      { use: null, run: { started_at: 'x' }, finished: [] },
    ]) {
      const plug = new Plug().restart({ state, at_ms: START }).run([RESTING, ...WASHING, RESTING])
      assert.equal(plug.told.length, 1)
    }
  })

  it('lasts as long, too, where that is done before a restart', () => {
    for (const by_ms of [86_400_000, -86_400_000]) {
      const plug = new Plug().run([RESTING, ...WASHING.slice(0, 2)])
      plug.course.jump(by_ms)
      plug
        .restart()
        .run([[60, 60]], false)
        .run([[1440, 60], RESTING])
      assert.equal(plug.told.length, 1)
      near(plug.told[0]?.duration_s, WASHED_S, 5)
    }
  })

  it('does not believe a suspect reading', () => {
    const plug = new Plug().run([RESTING])
    for (let turn = 0; turn < 100; turn++) {
      plug.at_s += 5
      plug.course.sample(START + plug.at_s * 1000, { power_w: 90_000, energy_kwh: 5, quality: 'suspect' })
    }
    assert.deepEqual(plug.run([RESTING]).told, [])
  })

  it('is told and over in turn, for any power, gaps and restarts', () => {
    const step = fc.record({
      wait_s: fc.integer({ min: 1, max: 900 }),
      power_w: fc.constantFrom(0, 1, 2.9, 3, 20, 600, 2000, 3600, -5, NaN),
      what: fc.constantFrom('sample', 'sample', 'sample', 'sample', 'offline', 'restart'),
      jump_s: fc.constantFrom(0, 0, 0, 86_400, -86_400),
    })
    const eager = { ...washing, above_s: 30, minimum_kwh: 0.01 }
    let finished = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, hasCounter) => {
        const course = new Course(eager, START)
        let at_ms = START
        let used_kwh = 0
        let loud = 0
        for (const { wait_s, power_w, what, jump_s } of steps) {
          at_ms += wait_s * 1000
          course.jump(jump_s * 1000)
          used_kwh += (Math.max(0, power_w || 0) * wait_s) / 3_600_000
          const before = course.told.length
          if (what === 'offline') course.goOffline(at_ms)
          else if (what === 'restart') course.restart(at_ms)
          else course.sample(at_ms, hasCounter ? { power_w, energy_kwh: used_kwh } : { power_w })
          if (course.told.length > before) {
            assert.equal(course.told.length, before + 1)
            assert.ok(loud > 0, 'nothing ran since the last one')
            loud = 0
            const { facts } = course.told[before] as (typeof course.told)[number]
            assert.ok(Number(facts.energy_kwh) >= 0.01 && Number(facts.energy_kwh) <= used_kwh + 3.6)
            assert.ok(Number(facts.duration_s) >= 0)
          }
          if (what === 'sample' && power_w > 500) loud++
        }
        finished += course.told.length
      }),
      { numRuns: 300 },
    )
    assert.ok(finished > 0, 'nothing has ever run')
  })
})
