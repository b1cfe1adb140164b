import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ConditionRule } from '../../../src/alerting/rules/rule'
import { Scene, type Verdict } from './scene'

const key = 'power_w'
const RULES: readonly ConditionRule[] = [
  { kind: 'above', key, value: 100, clear: 50 },
  { kind: 'below', key, value: 100 },
  { kind: 'outside', key, low: 10, high: 200, margin: 5 },
  { kind: 'equal', key, value: 100, negate: true },
  { kind: 'changed', key, by: 5, hold_s: 0 },
  { kind: 'changed', key, by: 0, hold_s: 7 },
  { kind: 'rate', key, by: 50, within_s: 20, direction: 'either' },
  { kind: 'stuck', key, after_s: 10, while_above: 0 },
  { kind: 'stuck', key: 'on', after_s: 10, while_key: key, while_above: 5 },
  { kind: 'percentile', key, percentile: 90, above: 100, window_s: 30, minimum_samples: 2 },
  { kind: 'error_rate', key: 'on', above_pct: 20, window_s: 30, minimum_samples: 2 },
  { kind: 'backlog', key, above: 20, growing_s: 10 },
  { kind: 'backlog', key, above: 20, growing_s: 0 },
]
const JOINED: readonly ConditionRule[] = [
  { kind: 'all', conditions: RULES },
  { kind: 'any', conditions: [...RULES, { kind: 'above', key, value: 1, device: 'other' }] },
]

const value = fc.oneof(
  fc.integer({ min: 0, max: 250 }),
  fc.double(),
  fc.constantFrom(undefined, null, NaN, Infinity, -Infinity, '', '100', true, false, [], {}),
)
const values = fc.record(
  { power_w: value, on: value, device_id: fc.constant('heater'), quality: fc.constantFrom('good', 'suspect') },
  { requiredKeys: [] },
)
const of = fc.constantFrom('heater', 'heater', 'other')
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('sample' as const), values, of, age_s: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('offline', 'online', 'changed'), of }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const) }) },
)
// Eighths of a second are the same in seconds and in milliseconds, to the last bit.
const gap_s = fc.nat(96).map((eighths) => eighths / 8)
const steps = fc.array(fc.tuple(gap_s, step, fc.boolean()), { maxLength: 60 })
type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

/** What a condition says at each step, and whenever it asks to be asked. */
function play(rule: ConditionRule, given: Steps, jump_s: number): Verdict[] {
  const scene = new Scene(rule)
  const said: Verdict[] = []
  let now_s = 0

  /** Time goes on, and the condition is asked when it wants to be: later each time, but once at the same moment. */
  function passUntil(end_s: number): void {
    let asked = 0
    while (scene.due_s <= end_s) {
      const { due_s } = scene
      assert.ok(due_s >= now_s, `due at ${due_s}, at ${now_s}`)
      now_s = due_s
      said.push(scene.wait(now_s))
      assert.ok(scene.due_s > now_s, `asks again and again at ${now_s}`)
      assert.ok(++asked < 1000, 'asks too often')
    }
    now_s = end_s
  }

  for (const [gap_s, each, raised] of given) {
    passUntil(now_s + gap_s)
    scene.jump(jump_s)
    scene.raised = raised
    if (each.what === 'sample') said.push(scene.sample(now_s, each.values, each))
    else if (each.what === 'wait') said.push(scene.wait(now_s))
    else said.push(scene.event(now_s, each.what as 'offline', each))
    assert.ok(scene.due_s >= now_s)
    assert.doesNotThrow(() => JSON.stringify([scene.evidence, scene.condition.save(scene.moment())]))
  }
  passUntil(now_s + 100)
  return said
}

describe('conditions of values', () => {
  for (const rule of [...RULES, ...JOINED]) {
    it(`take whatever comes, and ask to be asked neither in the past nor for ever: ${nameOf(rule)}`, () => {
      fc.assert(
        fc.property(steps, (given) => {
          play(rule, given, 0)
        }),
      )
    })
  }

  it('do not mind when the wall clock is set', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.constantFrom(...RULES, ...JOINED),
        (given, jump_s, rule) => {
          assert.deepEqual(play(rule, given, jump_s), play(rule, given, 0))
        },
      ),
    )
  })
})

function nameOf(rule: ConditionRule): string {
  return 'key' in rule ? `${rule.kind} of ${rule.key}` : rule.kind
}
