import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ConditionRule } from '../../../src/alerting/rules/rule'
import { Scene, type Verdict } from './scene'

const power: ConditionRule = { kind: 'above', key: 'power_w', value: 2000, clear: 1800 }
const voltage: ConditionRule = { kind: 'below', key: 'voltage_v', value: 210 }
const window: ConditionRule = { kind: 'equal', key: 'contact_open', value: true, negate: false, device: 'window' }

const SAID: Readonly<Record<string, unknown>> = { yes: 1, no: 0, unknown: null }

/** Verdicts that are given, each by a condition of its own. */
function judged(kind: 'all' | 'any', verdicts: readonly Verdict[]): Verdict {
  const conditions = verdicts.map((_, index) => ({ kind: 'above', key: `part_${index}`, value: 0.5 }) as const)
  const scene = new Scene({ kind, conditions })
  return scene.sample(1, Object.fromEntries(verdicts.map((verdict, index) => [`part_${index}`, SAID[verdict]])))
}

describe('joined conditions', () => {
  it('hold as the tables of truth have it', () => {
    const table: [Verdict, Verdict, Verdict, Verdict][] = [
      ['yes', 'yes', 'yes', 'yes'],
      ['yes', 'no', 'no', 'yes'],
      ['no', 'yes', 'no', 'yes'],
      ['no', 'no', 'no', 'no'],
      ['yes', 'unknown', 'unknown', 'yes'],
      ['unknown', 'yes', 'unknown', 'yes'],
      ['no', 'unknown', 'no', 'unknown'],
      ['unknown', 'no', 'no', 'unknown'],
      ['unknown', 'unknown', 'unknown', 'unknown'],
    ]
    for (const [one, other, all, any] of table) {
      assert.equal(judged('all', [one, other]), all, `${one} and ${other}`)
      assert.equal(judged('any', [one, other]), any, `${one} or ${other}`)
    }
  })

  it('hold by what decides, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Verdict>('yes', 'no', 'unknown'), { minLength: 1, maxLength: 20 }),
        (all) => {
          const rest = all.includes('unknown') ? 'unknown' : undefined
          assert.equal(judged('all', all), all.includes('no') ? 'no' : (rest ?? 'yes'))
          assert.equal(judged('any', all), all.includes('yes') ? 'yes' : (rest ?? 'no'))
        },
      ),
    )
  })

  it('may be joined again', () => {
    const scene = new Scene({ kind: 'any', conditions: [{ kind: 'all', conditions: [power, voltage] }, window] })
    assert.equal(scene.sample(1, { power_w: 2100, voltage_v: 230 }), 'unknown')
    assert.equal(scene.sample(2, { contact_open: false }, { of: 'window' }), 'no')
    assert.equal(scene.sample(3, { power_w: 2100, voltage_v: 200 }), 'yes')
  })

  it('take of each device what is asked of it', () => {
    const scene = new Scene({ kind: 'all', conditions: [{ ...power, key: 'power_w' }, window] })
    assert.equal(scene.sample(1, { power_w: 2100, contact_open: false }), 'unknown')
    assert.equal(scene.sample(2, { contact_open: true, power_w: 0 }, { of: 'window' }), 'yes')
    assert.equal(scene.event(3, 'offline', { of: 'window' }), 'unknown')
    assert.equal(scene.sample(4, { contact_open: true }, { of: 'window' }), 'yes')
  })

  it('count of each device only what came of it', () => {
    const window_s = 300
    const errors: ConditionRule = { kind: 'error_rate', key: 'ok', above_pct: 1, window_s, minimum_samples: 3 }
    const scene = new Scene({ kind: 'all', conditions: [errors, window] })
    scene.sample(1, { ok: true })
    for (let at_s = 2; at_s < 10; at_s++) scene.sample(at_s, { contact_open: true }, { of: 'window' })
    scene.event(10, 'offline', { of: 'window' })
    assert.equal(scene.evidence.facts?.samples, 1)
    assert.equal(scene.evidence.facts?.failures, 0)
  })

  it('tell what the first that decided has found, and the rest as facts', () => {
    const scene = new Scene({ kind: 'all', conditions: [power, voltage, window] })
    scene.sample(1, { contact_open: true }, { of: 'window' })
    scene.sample(2, { power_w: 2100, voltage_v: 200 })
    assert.deepEqual(scene.evidence, {
      key: 'power_w',
      value: 2100,
      unit: 'W',
      threshold: 2000,
      facts: { voltage_v: 200, 'window.contact_open': true },
    })
    scene.sample(3, { contact_open: false }, { of: 'window' })
    assert.deepEqual(scene.evidence, {
      key: 'contact_open',
      value: false,
      threshold: true,
      facts: { device: 'window', power_w: 2100, voltage_v: 200 },
    })
  })

  it('tell one fact of each name, and none that names of values could forge', () => {
    const key = '__proto__'
    const conditions = [power, { ...power, value: 5 }, { kind: 'equal', key, value: 1, negate: false }] as const
    const scene = new Scene({ kind: 'any', conditions })
    scene.sample(1, JSON.parse('{ "power_w": 2100, "__proto__": 7 }') as Record<string, unknown>)
    assert.deepEqual(Object.entries(scene.evidence.facts ?? {}), [[key, 7]])
    assert.equal(({} as { power_w?: unknown }).power_w, undefined)
  })

  it('do not take one for raised that has not held, because another has', () => {
    const scene = new Scene({ kind: 'any', conditions: [power, voltage] })
    scene.sample(1, { power_w: 1900, voltage_v: 200 })
    scene.raised = true
    assert.equal(scene.sample(2, { power_w: 1900, voltage_v: 230 }), 'no')
    scene.sample(3, { power_w: 2100, voltage_v: 230 })
    assert.equal(scene.sample(4, { power_w: 1900, voltage_v: 230 }), 'yes')
  })

  it('use up what holds for a moment alone, though another does not hold then', () => {
    const changed: ConditionRule = { kind: 'changed', key: 'on', by: 0, hold_s: 0 }
    const scene = new Scene({ kind: 'all', conditions: [power, changed] })
    scene.sample(1, { power_w: 5, on: false })
    assert.equal(scene.sample(2, { power_w: 5, on: true }), 'no')
    assert.equal(scene.sample(3, { power_w: 2100, on: true }), 'no')
    assert.equal(scene.sample(4, { power_w: 2100, on: false }), 'yes')
    assert.equal(scene.due_s, 4)
    assert.equal(scene.wait(4), 'no')
  })

  it('ask to be asked when the first of them does', () => {
    const rise: ConditionRule = { kind: 'rate', key: 'power_w', by: 10, within_s: 60, direction: 'rise' }
    const scene = new Scene({ kind: 'any', conditions: [rise, { ...rise, within_s: 20 }] })
    scene.sample(0, { power_w: 0 })
    assert.equal(scene.sample(10, { power_w: 500 }), 'yes')
    assert.equal(scene.due_s, 20)
  })

  it('keep over a restart what each of them keeps, and ignore what does not fit', () => {
    const stuck: ConditionRule = { kind: 'stuck', key: 'energy_kwh', after_s: 100, while_above: 0 }
    const scene = new Scene({ kind: 'all', conditions: [{ kind: 'any', conditions: [power, stuck] }] })
    scene.sample(0, { energy_kwh: 1.5 })
    assert.equal(scene.sample(100, { energy_kwh: 1.5 }), 'yes')
    assert.equal(scene.restarted().sample(1, { energy_kwh: 1.5 }), 'yes')
    assert.equal(new Scene({ kind: 'all', conditions: [power] }).condition.save(scene.moment()), undefined)
    const kept = { value: 1.5, lasted_ms: 100_000 }
    for (const saved of [null, 7, 'x', {}, [], [null], [7], [{ kind: 'above', state: kept }], [{ kind: 'stuck' }]]) {
      const other: Scene = new Scene({ kind: 'all', conditions: [stuck] })
      other.condition.restore(saved, 0)
      assert.equal(other.sample(1, { energy_kwh: 1.5 }), 'no')
    }
  })
})
