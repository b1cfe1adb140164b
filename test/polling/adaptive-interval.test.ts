import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import {
  ADAPTIVE_INTERVAL_DEFAULTS,
  ADAPTIVE_INTERVAL_RANGES,
  AdaptiveInterval,
  resolveAdaptiveIntervalOptions,
  type AdaptiveIntervalOptions,
  type Observation,
} from '../../src/polling/adaptive-interval'

const START = Date.UTC(2026, 0, 5)
const DAY_S = 86_400
const BESIDE = join(__dirname, '..', '..', '..', '..', 'shared')
const BENCH = join(BESIDE, 'bench', 'polling-fidelity.mjs')
const TRACES = join(BESIDE, 'traces')

/** A day of one appliance: watts in each second, and the seconds at which they step. */
interface Appliance {
  readonly watts: Float64Array
  readonly steps: number[]
}

interface Fidelity {
  polls: number
  missed: number
  delay_s: number
}

type NextPoll = (at_s: number, watts: number) => number

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Phases of [seconds, watts] from midnight on; the meter flickers by a watt where anything flows. */
function applianceOf(phases: Iterable<readonly [number, number]>, random: () => number): Appliance {
  const watts = new Float64Array(DAY_S)
  const steps: number[] = []
  let second = 0
  for (const [duration_s, level_w] of phases) {
    if (second > 0) steps.push(second)
    const end = Math.min(DAY_S, second + Math.round(duration_s))
    for (; second < end; second++) watts[second] = level_w === 0 ? 0 : level_w + random() - 0.5
    if (second >= DAY_S) break
  }
  return { watts, steps: steps.filter((step) => step < DAY_S) }
}

const about = (random: () => number, value: number, share: number) => value * (1 + share * (2 * random() - 1))

function* kettlePhases(random: () => number): Iterable<readonly [number, number]> {
  yield [about(random, 24_000, 0.1), 0]
  for (;;) {
    yield [about(random, 180, 0.3), 2000]
    yield [about(random, 9000, 0.8), 0]
  }
}

function* fridgePhases(random: () => number): Iterable<readonly [number, number]> {
  for (;;) {
    yield [about(random, 2700, 0.05), 0]
    yield [12, 160]
    yield [about(random, 780, 0.05), 75]
  }
}

function* televisionPhases(random: () => number): Iterable<readonly [number, number]> {
  yield [about(random, 64_000, 0.05), 0]
  for (let scene = 0; scene < 40; scene++) yield [about(random, 240, 0.9), scene % 2 ? 60 : 95]
  yield [DAY_S, 0]
}

function* washingPhases(random: () => number): Iterable<readonly [number, number]> {
  yield [about(random, 36_000, 0.1), 0]
  yield [about(random, 900, 0.1), 2100]
  for (let turn = 0; turn < 150; turn++) yield [about(random, 14, 0.2), turn % 2 ? 20 : 180]
  yield [about(random, 500, 0.1), 350]
  yield [DAY_S, 0]
}

function household(seed: number): Appliance[] {
  const random = seeded(seed)
  const kinds = [kettlePhases, fridgePhases, televisionPhases, washingPhases]
  return kinds.map((phases) => applianceOf(phases(random), random))
}

/** Plays a day to a rule. A step is missed where the next one comes before it was polled. */
function replay({ watts, steps }: Appliance, nextPoll: NextPoll): Fidelity {
  const fidelity: Fidelity = { polls: 0, missed: 0, delay_s: 0 }
  let step = 0
  for (let now_s = 0; now_s < DAY_S;) {
    fidelity.polls++
    for (; step < steps.length && (steps[step] as number) <= now_s; step++) {
      fidelity.delay_s += now_s - (steps[step] as number)
      if ((steps[step + 1] ?? DAY_S) <= now_s) fidelity.missed++
    }
    now_s += nextPoll(now_s, watts[Math.floor(now_s)] as number)
  }
  return fidelity
}

function adaptive(options: Partial<AdaptiveIntervalOptions> = {}): NextPoll {
  const interval = new AdaptiveInterval(options)
  return (at_s, watts) => interval.observe({ at: START + at_s * 1000, power_w: watts, on: watts > 0 }) / 1000
}

function total(days: Fidelity[]): Fidelity {
  const sum = { polls: 0, missed: 0, delay_s: 0 }
  for (const day of days) {
    sum.polls += day.polls
    sum.missed += day.missed
    sum.delay_s += day.delay_s
  }
  return sum
}

/** Polls one value for a while, as often as the rule asks; returns the last interval in ms. */
function hold(interval: AdaptiveInterval, from_ms: number, duration_ms: number, power_w: number): number {
  let wait_ms = 0
  for (let at = from_ms; at < from_ms + duration_ms; at += wait_ms) wait_ms = interval.observe({ at, power_w })
  return wait_ms
}

/** The intervals during the last rest of a fridge that works and rests in exact turns. */
function waitsWhileResting(rest_s: number, work_s: number, cycles: number): { at_s: number; wait_s: number }[] {
  const interval = new AdaptiveInterval()
  const cycle_s = rest_s + work_s
  const waits: { at_s: number; wait_s: number }[] = []
  for (let now_s = 0; now_s < cycles * cycle_s;) {
    const at_s = now_s % cycle_s
    const wait_s = interval.observe({ at: START + now_s * 1000, power_w: at_s < rest_s ? 0 : 80 }) / 1000
    if (now_s >= (cycles - 1) * cycle_s && at_s < rest_s) waits.push({ at_s, wait_s })
    now_s += wait_s
  }
  return waits
}

function refused(options: object, field: string): void {
  assert.throws(
    () => new AdaptiveInterval(options),
    (error: unknown) => {
      assert.ok(error instanceof MonitorError)
      assert.equal(error.code, 'CONFIG_INVALID')
      assert.equal(error.details.field, field)
      assert.match(error.message, new RegExp(`^${field}: .*expected`))
      return true
    },
  )
}

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -10, max: 4000, noNaN: true }),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
)
const anyObservation: fc.Arbitrary<Observation> = fc.record(
  {
    at: fc.oneof(anyNumber, fc.integer({ min: START, max: START + DAY_S * 1000 })),
    power_w: fc.option(anyNumber, { nil: undefined }),
    on: fc.option(fc.boolean(), { nil: undefined }),
  },
  { requiredKeys: ['at'] },
)

const PHASE_DUE_AT_THE_END_OF_THE_CALM_DAY: Observation[] = [
  { at: START, power_w: -8 },
  { at: START + 83_536_124, power_w: 0 },
  { at: START + 83_536_125 + DAY_S * 1000 },
  { at: 0, power_w: -9 },
]

describe('the adaptive interval', () => {
  const { maximum_ms } = ADAPTIVE_INTERVAL_DEFAULTS

  it('polls a plug that has just been switched on within ten seconds, and often for half a minute', () => {
    const interval = new AdaptiveInterval()
    hold(interval, START, 3_600_000, 0)
    assert.ok(interval.observe({ at: START + 3_600_000, power_w: 2000, on: true }) <= 10_000)
    for (let at = START + 3_608_000; at < START + 3_630_000; at += 8000) {
      assert.ok(interval.observe({ at, power_w: 2000, on: true }) <= 15_000)
    }
  })

  it('polls sooner after a large change than after a small one', () => {
    const small = new AdaptiveInterval()
    const large = new AdaptiveInterval()
    for (const interval of [small, large]) hold(interval, START, 3_600_000, 0)
    const at = START + 3_600_000
    assert.ok(large.observe({ at, power_w: 2000 }) < small.observe({ at, power_w: 12 }))
  })

  it('relaxes to the longest interval where nothing changes, whatever that is', () => {
    for (const longest_ms of [10_000, maximum_ms, 900_000]) {
      assert.equal(hold(new AdaptiveInterval({ maximum_ms: longest_ms }), START, 12 * 3_600_000, 0), longest_ms)
      const steady = new AdaptiveInterval({ maximum_ms: longest_ms })
      assert.equal(hold(steady, START, 12 * 3_600_000, 500), longest_ms)
    }
  })

  it('takes flicker below the step for no change', () => {
    const interval = new AdaptiveInterval()
    const random = seeded(1)
    let wait_ms = 0
    for (let at = START; at < START + 4 * 3_600_000; at += wait_ms) {
      wait_ms = interval.observe({ at, power_w: 60 + 6 * (random() - 0.5) })
    }
    assert.ok(wait_ms > 0.6 * maximum_ms)
  })

  it('watches closely when the next turn of a fridge is due, and looks away before', () => {
    const waits = waitsWhileResting(2700, 780, 6)
    const shortest = (from_s: number, to_s: number) =>
      Math.min(...waits.filter(({ at_s }) => at_s >= from_s && at_s < to_s).map(({ wait_s }) => wait_s))
    assert.ok(shortest(2650, 2700) < 15)
    assert.ok(shortest(1500, 2300) > 50)
  })

  it('keeps watching as usual when a device leaves its cycle', () => {
    const interval = new AdaptiveInterval()
    let at = START
    for (let cycle = 0; cycle < 6; cycle++) {
      for (const [duration_ms, power_w] of [[600_000, 0] as const, [300_000, 80] as const]) {
        hold(interval, at, duration_ms, power_w)
        at += duration_ms
      }
    }
    assert.ok(hold(interval, at, 8 * 3_600_000, 0) > 0.6 * maximum_ms)
  })

  it('sees twice as much with twice the sensitivity', () => {
    const calm = hold(new AdaptiveInterval({ maximum_ms: 3_600_000 }), START, 6 * 3_600_000, 0)
    const keen = hold(new AdaptiveInterval({ maximum_ms: 3_600_000, sensitivity: 2 }), START, 6 * 3_600_000, 0)
    assert.ok(Math.abs(calm / keen - 2) < 0.01)
  })

  it('follows the switch of a plug that has no meter', () => {
    const interval = new AdaptiveInterval()
    for (let at = START; at < START + 3_600_000; at += 60_000) interval.observe({ at, on: false })
    assert.ok(interval.observe({ at: START + 3_600_000, on: true }) < 15_000)
  })

  it('takes a reading without power for no change where power is known', () => {
    const gaps = new AdaptiveInterval()
    const whole = new AdaptiveInterval()
    for (let turn = 0; turn < 50; turn++) {
      const at = START + turn * 60_000
      whole.observe({ at, power_w: 700, on: true })
      gaps.observe(turn % 2 ? { at, on: true } : { at, power_w: 700, on: true })
    }
    const at = START + 3_600_000
    assert.equal(gaps.observe({ at, power_w: 700 }), whole.observe({ at, power_w: 700 }))
  })

  it('serves a thermometer when the step is given in degrees', () => {
    const interval = new AdaptiveInterval({ step_w: 0.5, step_percent: 0 })
    const calm_ms = hold(interval, START, 4 * 3_600_000, -21.3)
    assert.ok(calm_ms > 0.75 * maximum_ms)
    assert.ok(interval.observe({ at: START + 4 * 3_600_000, power_w: -20.1 }) < calm_ms / 4)
  })

  it('stays inside its bounds whatever is observed', () => {
    const bounds = fc.tuple(fc.integer({ min: 500, max: 3_600_000 }), fc.integer({ min: 1000, max: 3_600_000 }))
    fc.assert(
      fc.property(fc.array(anyObservation, { maxLength: 200 }), bounds, (observations, [one, other]) => {
        const options = { minimum_ms: Math.min(one, other), maximum_ms: Math.max(one, other, 1000) }
        const interval = new AdaptiveInterval(options)
        for (const observation of observations) {
          const wait_ms = interval.observe(observation)
          assert.ok(wait_ms >= options.minimum_ms && wait_ms <= options.maximum_ms, `${wait_ms} ms`)
        }
      }),
    )
  })

  it('recovers from any input: after a calm day it is as relaxed as ever, but for a moment where a phase is due', () => {
    const calm_day = START + 2 * DAY_S * 1000
    fc.assert(
      fc.property(fc.array(anyObservation, { maxLength: 50 }), (observations) => {
        const interval = new AdaptiveInterval()
        for (const observation of observations) interval.observe(observation)
        hold(interval, calm_day, 23 * 3_600_000, 5)
        const waits = [0, 15, 30, 45].map((minute) =>
          hold(interval, calm_day + 82_800_000 + minute * 60_000, 900_000, 5),
        )
        assert.ok(Math.max(...waits) > 0.6 * maximum_ms, `${waits.join(', ')} ms`)
      }),
      { numRuns: 30, examples: [[PHASE_DUE_AT_THE_END_OF_THE_CALM_DAY]] },
    )
  })

  it('depends on time that passes, not on what the clock says', () => {
    const [kettle] = household(7) as [Appliance]
    const answers = (start: number) => {
      const interval = new AdaptiveInterval()
      const waits: number[] = []
      for (let at = 0; at < DAY_S * 1000; at += Math.round(waits.at(-1) as number)) {
        waits.push(interval.observe({ at: start + at, power_w: kettle.watts[Math.floor(at / 1000)] as number }))
      }
      return waits
    }
    assert.deepEqual(answers(START), answers(0))
  })

  it('keeps what it learned when the clock is set back', () => {
    const back = new AdaptiveInterval()
    const steady = new AdaptiveInterval()
    for (const interval of [back, steady]) {
      hold(interval, START, 600_000, 0)
      interval.observe({ at: START + 700_000, power_w: 1000 })
    }
    back.observe({ at: START - 5_000_000, power_w: 1000 })
    steady.observe({ at: START + 700_000, power_w: 1000 })
    assert.equal(
      back.observe({ at: START - 4_990_000, power_w: 1000 }),
      steady.observe({ at: START + 710_000, power_w: 1000 }),
    )
  })

  it('sees far more of a household than a fixed interval of the same cost', () => {
    for (const seed of [1, 2, 3]) {
      const appliances = household(seed)
      const own = total(appliances.map((appliance) => replay(appliance, adaptive())))
      const fixed_s = (DAY_S * appliances.length) / own.polls
      const fixed = total(appliances.map((appliance) => replay(appliance, () => fixed_s)))
      assert.ok(own.missed < 0.4 * fixed.missed, `missed ${own.missed} of ${fixed.missed}`)
      assert.ok(own.delay_s < 0.6 * fixed.delay_s, `delay ${own.delay_s} of ${fixed.delay_s}`)
    }
  })

  it('misses few steps of a washing machine and finds a fridge within seconds', () => {
    const [, fridge, , washing] = household(4) as [Appliance, Appliance, Appliance, Appliance]
    const wash = replay(washing, adaptive())
    assert.ok(wash.missed < 0.1 * washing.steps.length, `missed ${wash.missed} of ${washing.steps.length}`)
    const cooling = replay(fridge, adaptive())
    assert.ok(cooling.delay_s / fridge.steps.length < 30, `${cooling.delay_s / fridge.steps.length} s`)
  })
})

describe('the options of the adaptive interval', () => {
  it('have defaults inside their ranges', () => {
    for (const key of Object.keys(ADAPTIVE_INTERVAL_DEFAULTS) as (keyof AdaptiveIntervalOptions)[]) {
      const { minimum, maximum } = ADAPTIVE_INTERVAL_RANGES[key]
      assert.ok(ADAPTIVE_INTERVAL_DEFAULTS[key] >= minimum && ADAPTIVE_INTERVAL_DEFAULTS[key] <= maximum, key)
    }
  })

  it('are refused by name where a value is out of range, no number, or unknown', () => {
    for (const [key, { minimum, maximum }] of Object.entries(ADAPTIVE_INTERVAL_RANGES)) {
      for (const value of [minimum - 1, maximum + 1, NaN, Infinity, null, '5', {}]) refused({ [key]: value }, key)
    }
    refused({ minimum: 5 }, 'minimum')
    refused(JSON.parse('{ "__proto__": 5 }') as object, '__proto__')
  })

  it('are refused where the shortest interval is longer than the longest', () => {
    refused({ minimum_ms: 60_000, maximum_ms: 30_000 }, 'minimum_ms')
    refused({ maximum_ms: minimumOf('maximum_ms') }, 'minimum_ms')
  })

  it('that are left out or undefined are the defaults', () => {
    assert.deepEqual(resolveAdaptiveIntervalOptions(), ADAPTIVE_INTERVAL_DEFAULTS)
    const given = { minimum_ms: undefined, step_w: 1 } as unknown as Partial<AdaptiveIntervalOptions>
    assert.deepEqual(resolveAdaptiveIntervalOptions(given), { ...ADAPTIVE_INTERVAL_DEFAULTS, step_w: 1 })
  })

  it('are checked once and then shared', () => {
    const options = resolveAdaptiveIntervalOptions({ step_w: 1 })
    assert.equal(resolveAdaptiveIntervalOptions(options), options)
    assert.ok(Object.isFrozen(options))
  })

  function minimumOf(key: keyof AdaptiveIntervalOptions): number {
    return ADAPTIVE_INTERVAL_RANGES[key].minimum
  }
})

describe('the adaptive interval on traces of real appliances', () => {
  if (!existsSync(TRACES) || !existsSync(BENCH)) {
    it.skip('not run: no shared/traces and shared/bench beside the project')
    return
  }

  it('sees nearly all at the cost of a minute', function () {
    this.timeout(120_000)
    const module = join(__dirname, '..', '..', 'src', 'polling', 'adaptive-interval.js')
    const output = execFileSync(process.execPath, [BENCH, '--traces', TRACES, '--module', module, '--json'])
    const { results } = JSON.parse(output.toString()) as {
      results: { AdaptiveInterval: { pollsPerDay: number; missedPercent: number; meanDelayS: number } }
    }
    const { pollsPerDay, missedPercent, meanDelayS } = results.AdaptiveInterval
    assert.ok(pollsPerDay <= 1300, `${pollsPerDay} polls a day`)
    assert.ok(missedPercent <= 7, `${missedPercent} % missed`)
    assert.ok(meanDelayS <= 12, `${meanDelayS} s delay`)
  })
})
