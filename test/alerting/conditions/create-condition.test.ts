import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import type { ConditionKind, ConditionRule } from '../../../src/alerting/rules/rule'
import { Scene } from './scene'

const power = { kind: 'above', value: 5 }
/** What has no default. */
const WRITTEN: Readonly<Record<ConditionKind, object>> = {
  above: { value: 5 },
  below: { value: 5 },
  outside: { low: 207, high: 253 },
  equal: { value: true },
  changed: {},
  rate: { by: 100 },
  stuck: {},
  no_data: {},
  offline: {},
  event: { event: 'pressed' },
  energy: { limit_kwh: 1 },
  cost: { limit: 1, price_per_kwh: 0.3 },
  finished: {},
  on_too_long: {},
  unexpected: {},
  percentile: { above: 200 },
  error_rate: { above_pct: 1 },
  backlog: { above: 1000 },
  all: { conditions: [power] },
  any: { conditions: [power] },
}

function parse(condition: object): ConditionRule {
  const [rule] = parseRules([{ id: 'one', condition }])
  assert.ok(rule)
  return rule.condition
}

describe('conditions made of rules', () => {
  for (const [kind, written] of Object.entries(WRITTEN)) {
    it(`know ${kind}, from the first moment on and with whatever comes`, () => {
      const scene = new Scene(parse({ kind, ...written }))
      assert.ok(['unknown', 'no'].includes(String(scene.wait(0))))
      for (const values of [{}, { power_w: NaN, on: 'yes' }, { power_w: 5, on: true, energy_kwh: 1 }]) {
        assert.notEqual(scene.sample(1, values), undefined)
      }
      scene.event(2, 'offline')
      assert.doesNotThrow(() => JSON.stringify(scene.evidence))
      assert.doesNotThrow(() => scene.restarted().wait(0))
    })
  }

  it('are about the device that they name', () => {
    const scene = new Scene(parse({ ...power, device: 'boiler' }))
    assert.equal(scene.sample(1, { power_w: 6 }, { of: 'boiler' }), 'yes')
  })
})
