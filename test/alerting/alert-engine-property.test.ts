import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { DeviceEventName } from '../../src/domain/event'
import type { StateChange } from '../../src/alerting/incidents/incident'
import type { WrittenRule } from '../support/alert-stage'
import { AlertStage } from '../support/alert-stage'
import { event, type Happening, reading, unreached } from '../support/alert-timeline'

const DAY = '2026-03-15'
const START = Date.parse(DAY)
/** After a sample, a power cut loses nothing that is older. */
const KEPT_WITHIN_MS = 31_000
/** Stories are many, each restart writes to a disk, and others may use both. */
const PATIENCE_MS = 300_000

/** What comes: plain, so that a counterexample can be read. */
type Arrival =
  | { readonly sample: string; readonly power_w: number | undefined; readonly on: boolean; readonly ago_s: number }
  | { readonly event: string; readonly of: string }
  | { readonly unreached: string }

/** What happens next; `ahead_s` sets the wall clock, so that it is that far ahead. */
interface Step {
  readonly after_s: number
  readonly arrival?: Arrival | undefined
  readonly ahead_s?: number | undefined
  readonly away_s?: number | undefined
  readonly crash?: boolean | undefined
}

const device = fc.constantFrom('Washer', 'Dryer', 'Freezer', 'Lamp')
const power_w = fc.option(fc.constantFrom(0, 5, 1500, 2100, 3000), { nil: undefined })
const arrival: fc.Arbitrary<Arrival> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ sample: device, power_w, on: fc.boolean(), ago_s: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      event: fc.constantFrom('offline', 'online', 'pressed', 'changed', 'removed'),
      of: device,
    }),
  },
  { weight: 1, arbitrary: fc.record({ unreached: fc.constantFrom('washer.home', 'nobody.home') }) },
)
const after_s = fc.constantFrom(0, 1, 10, 60, 300, 2000)
const ahead_s = fc.integer({ min: -200_000, max: 200_000 })
const away_s = fc.nat(5000)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ after_s, arrival }) },
  { weight: 2, arbitrary: fc.record({ after_s, ahead_s, away_s: fc.option(away_s, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ after_s, away_s, crash: fc.boolean() }) },
)
const story = fc.array(step, { minLength: 30, maxLength: 60 })

const simple = fc.constantFrom<WrittenRule>(
  { kind: 'above', value: 2000, clear: 1000 },
  { kind: 'below', value: 10 },
  { kind: 'outside', key: 'power_w', low: 100, high: 2000, margin: 50 },
  { kind: 'equal', key: 'on', value: true },
  { kind: 'changed', key: 'on' },
  { kind: 'rate', by: 500, within_s: 300 },
  { kind: 'stuck', key: 'power_w', after_s: 300 },
  { kind: 'no_data', after_s: 600 },
  { kind: 'offline' },
  { kind: 'event', event: 'pressed', hold_s: 7200 },
  { kind: 'event', event: 'changed' },
  { kind: 'event', event: 'pressed', until: ['offline'] },
  // No clock leaves the month.
  { kind: 'energy', period: 'month', limit_kwh: 0.5, steps_pct: [20, 100] },
  { kind: 'cost', period: 'month', limit: 0.1, price_per_kwh: 0.3 },
  { kind: 'finished', above_s: 10, below_s: 60, minimum_kwh: 0.001 },
  { kind: 'on_too_long', after_s: 7200 },
  // All day long.
  { kind: 'unexpected', from: '00:00', to: '00:00' },
  { kind: 'percentile', key: 'power_w', above: 1000, window_s: 600, minimum_samples: 2 },
  { kind: 'error_rate', above_pct: 20, window_s: 600, minimum_samples: 2 },
  { kind: 'backlog', key: 'power_w', above: 100, growing_s: 300 },
)
const condition = fc.oneof(
  { weight: 4, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('all', 'any'),
      conditions: fc.tuple(
        simple,
        simple.map((each) => ({ ...each, device: 'Dryer' })),
      ),
    }),
  },
)
const rule = fc
  .record({
    condition,
    devices: fc.constantFrom(['*'], ['Washer'], ['Washer', 'Cellar']),
    for_s: fc.constantFrom(0, 0, 60, 300),
    samples: fc.constantFrom([1, 1], [2, 3]),
    keep_firing_s: fc.constantFrom(0, 0, 120),
    cooldown_s: fc.constantFrom(0, 0, 600),
    flapping_changes: fc.constantFrom(0, 2, 3, 6),
    no_data: fc.constantFrom('keep', 'resolve', 'raise'),
    together: fc.constantFrom('each', 'each', 'each', 'sum'),
    many_from: fc.constantFrom(0, 0, 2),
  })
  .map(({ samples: [at_least, out_of], many_from, together, ...each }) => {
    // A group has neither events nor a name by which a condition could mean another one.
    const isGroup = together === 'sum' && ['above', 'below', 'outside', 'rate'].includes(each.condition.kind as string)
    return { ...each, at_least, out_of, ...(isGroup ? { together } : { many_from }) }
  })
const rules = fc.array(rule, { minLength: 1, maxLength: 3 })

async function play(given: readonly WrittenRule[], steps: readonly Step[], check: (stage: AlertStage) => void) {
  const stage = new AlertStage({ rules: given, day: DAY }, 0)
  await stage.open()
  try {
    for (const each of steps) await playStep(stage, each)
    stage.advanceTo(stage.now_ms + 10_000)
    check(stage)
    assert.deepEqual(stage.failures, [])
  } finally {
    await stage.close()
  }
}

function happeningOf(what: Arrival): Happening {
  if ('unreached' in what) return unreached(what.unreached)
  if ('event' in what) return event(what.of, what.event as DeviceEventName)
  const { sample, on, ago_s } = what
  return reading(sample, what.power_w === undefined ? { on } : { on, power_w: what.power_w }, ago_s)
}

async function playStep(stage: AlertStage, { after_s: waits_s, arrival: what, ahead_s, away_s, crash }: Step) {
  stage.advanceTo(stage.now_ms + waits_s * 1000)
  if (what !== undefined) happeningOf(what)(stage)
  if (ahead_s !== undefined) {
    stage.jump(START + stage.now_ms + ahead_s * 1000 - stage.wall_ms)
    if (away_s === undefined) keep(stage)
  }
  if (away_s === undefined) return
  // What happened less than that before a power cut may be told twice.
  if (crash === true) stage.advanceTo(stage.now_ms + 1000)
  if (crash === true) await stage.crash({ away_ms: away_s * 1000 })
  else await stage.restart({ away_ms: away_s * 1000 })
}

/** After a power cut, a clock that was set since anything was kept cannot be told from a break that was as long. */
function keep(stage: AlertStage): void {
  reading('Lamp')(stage)
  stage.advanceTo(stage.now_ms + KEPT_WITHIN_MS)
}

/** The ids of what is open, where each is raised and resolved in turn. */
function openAfter(told: readonly StateChange[]): string[] {
  const open = new Map<string, string>()
  const known = new Set<string>()
  for (const { change, rule_id, device_id, incident } of told) {
    const fingerprint = `${rule_id}/${device_id}`
    if (change === 'pending' || change === 'cancelled') {
      assert.ok(!open.has(fingerprint), `${fingerprint} is ${change} while it is open`)
      continue
    }
    const id = incident?.id ?? ''
    if (change === 'raised') {
      assert.ok(!open.has(fingerprint), `${fingerprint} is raised twice`)
      assert.ok(!known.has(id), `${id} is raised again`)
      open.set(fingerprint, id)
      known.add(id)
      continue
    }
    assert.equal(open.get(fingerprint), id, `${fingerprint} is ${change} while it is not open`)
    if (change === 'resolved') open.delete(fingerprint)
  }
  return [...open.values()].sort()
}

describe('Whatever comes, in whatever order, with restarts and power cuts in between', () => {
  it('an incident is raised and resolved in turn, and what is not resolved is open', () =>
    fc.assert(
      fc.asyncProperty(rules, story, (given, steps) =>
        play(given, steps, ({ told, engine }) => {
          const open = engine.run({ command: 'list' }).incidents?.map(({ id }) => id) ?? []
          assert.deepEqual([...open].sort(), openAfter(told))
        }),
      ),
      { numRuns: 25, endOnFailure: true },
    )).timeout(PATIENCE_MS)

  it('nobody is told of the same incident twice', () =>
    fc.assert(
      fc.asyncProperty(rules, story, (given, steps) =>
        play(given, steps, ({ notified }) => {
          const raised = notified.filter(({ kind }) => kind === 'raised').flatMap(({ incidents }) => incidents)
          const ids = raised.map(({ id }) => id)
          assert.equal(new Set(ids).size, ids.length)
        }),
      ),
      { numRuns: 15, endOnFailure: true },
    )).timeout(PATIENCE_MS)

  it('the wall clock may be set: nothing else is raised or resolved for that', () =>
    fc.assert(
      fc.asyncProperty(rules, story, async (given, steps) => {
        let expected: string[] = []
        const unset = steps.map((each) => (each.ahead_s === undefined ? each : { ...each, ahead_s: 0 }))
        await play(given, unset, ({ changes }) => void (expected = [...changes]))
        await play(given, steps, ({ changes }) => assert.deepEqual(changes, expected))
      }),
      { numRuns: 15, endOnFailure: true },
    )).timeout(PATIENCE_MS)
})
