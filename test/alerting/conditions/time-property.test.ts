import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { SimpleCondition } from '../../../src/alerting/rules/rule'
import { Scene, type Verdict } from './scene'

const AFTER_S = 60
const RULES: readonly SimpleCondition[] = [
  { kind: 'no_data', after_s: AFTER_S },
  { kind: 'no_data', key: 'power_w', after_s: AFTER_S },
  { kind: 'offline' },
  { kind: 'event', event: 'changed', until: [], hold_s: 0 },
  { kind: 'event', event: 'changed', until: ['online'], hold_s: 0 },
  { kind: 'event', event: 'offline', until: ['online'], hold_s: AFTER_S },
  { kind: 'on_too_long', after_s: AFTER_S },
  { kind: 'unexpected', state: 'on', from: '23:00', to: '00:01', days: [] },
]

const values = fc.record(
  { on: fc.constantFrom(true, false, 0, 2, null, 'on', []), power_w: fc.constantFrom(0, 5, null) },
  { requiredKeys: [] },
)
const sample = fc.record({ what: fc.constant('sample' as const), values, age_s: fc.nat(3) })
const event = fc.record({ what: fc.constantFrom('offline', 'online', 'changed', 'pressed'), on: fc.boolean() })
const pause = fc.record({ what: fc.constantFrom('wait' as const, 'restart' as const) })
const step = fc.oneof(
  { weight: 5, arbitrary: sample },
  { weight: 2, arbitrary: event },
  { weight: 2, arbitrary: pause },
)
// Eighths of a second are the same in seconds and in milliseconds, to the last bit.
const gap_s = fc.nat(AFTER_S * 12).map((eighths) => eighths / 8)
const steps = fc.array(fc.tuple(gap_s, step), { maxLength: 50 })
type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

/** What a condition says at each step; a restart begins at second 0 again. */
function play(rule: SimpleCondition, given: Steps, jump_s: number, restarts: boolean): Verdict[] {
  let scene = new Scene(rule)
  let now_s = 0
  return given.map(([gap_s, each]) => {
    now_s += gap_s
    scene.jump(jump_s)
    let verdict: Verdict
    if ('on' in each) verdict = scene.event(now_s, each.what, { on: each.on })
    else if (each.what === 'sample') verdict = scene.sample(now_s, each.values, each)
    else {
      if (each.what === 'restart' && restarts) {
        scene = scene.restarted(gap_s)
        now_s = 0
      }
      verdict = scene.wait(now_s)
    }
    assert.ok(scene.due_s >= now_s, `due at ${scene.due_s}, at ${now_s}`)
    assert.ok(['unknown', 'no', 'yes'].includes(verdict as string))
    assert.equal(JSON.stringify(scene.evidence).includes('null'), false)
    return verdict
  })
}

describe('conditions of silence, events and switching', () => {
  for (const rule of RULES) {
    it(`take whatever comes, restarts as well, and ask never to be asked in the past: ${JSON.stringify(rule)}`, () => {
      fc.assert(
        fc.property(steps, fc.integer({ min: -1e5, max: 1e5 }), (given, jump_s) => {
          play(rule, given, jump_s, true)
        }),
      )
    })

    if (rule.kind === 'unexpected') continue
    it(`say the same whatever the wall clock says: ${JSON.stringify(rule)}`, () => {
      fc.assert(
        fc.property(steps, fc.integer({ min: -1e5, max: 1e5 }), (given, jump_s) => {
          assert.deepEqual(play(rule, given, jump_s, false), play(rule, given, 0, false))
        }),
      )
    })
  }

  it('hold for silence exactly where there was none for as long', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(gap_s, fc.boolean())), (given) => {
        const scene = new Scene({ kind: 'no_data', after_s: AFTER_S })
        scene.wait(0)
        let now_s = 0
        let heard_s = 0
        for (const [gap_s, isSample] of given) {
          now_s += gap_s
          if (isSample) heard_s = now_s
          const verdict = isSample ? scene.sample(now_s, {}) : scene.wait(now_s)
          assert.equal(verdict, now_s - heard_s >= AFTER_S ? 'yes' : 'no')
        }
      }),
    )
  })

  it('hold for what is on exactly where it was never off for as long', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(gap_s, fc.constantFrom(true, false, undefined))), (given) => {
        const scene = new Scene({ kind: 'on_too_long', after_s: AFTER_S })
        scene.sample(0, { on: false })
        let now_s = 0
        let since_s: number | undefined
        for (const [gap_s, on] of given) {
          now_s += gap_s
          if (on === false) since_s = undefined
          else if (on === true) since_s ??= now_s
          const verdict = on === undefined ? scene.wait(now_s) : scene.sample(now_s, { on })
          assert.equal(verdict, since_s !== undefined && now_s - since_s >= AFTER_S ? 'yes' : 'no')
        }
      }),
    )
  })
})
