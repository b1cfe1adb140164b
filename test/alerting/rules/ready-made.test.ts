import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import { describe, it } from 'mocha'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import { READY_MADE } from '../../../src/alerting/rules/ready-made'
import { RULE_SCHEMA } from '../../../src/alerting/rules/rule-schema'
import { isMeasuredKey } from '../../../src/domain/reading'
import { deviceMatcher } from '../../../src/alerting/rules/device-patterns'

describe('ready-made rules', () => {
  it('are rules as they are', () => {
    const rules = READY_MADE.map(({ rule }) => rule)
    assert.deepEqual(parseRules(rules, 'rules', {}), rules)
    assert.deepEqual(parseRules(JSON.parse(JSON.stringify(rules))), rules)
  })

  it('are the same as they are written, without their defaults', () => {
    assert.deepEqual(
      parseRules(READY_MADE.map(({ written }) => written)),
      READY_MADE.map(({ rule }) => rule),
    )
  })

  it('are listed in the page on alerts', () => {
    const page = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'alerts.md'), 'utf8')
    for (const { rule, description } of READY_MADE) {
      assert.ok(page.includes(`| ${rule.name} | ${description} | ${rule.severity} |`), rule.name)
    }
  })

  it('have a name of their own, and one sentence that explains them', () => {
    assert.equal(new Set(READY_MADE.map(({ rule }) => rule.name)).size, READY_MADE.length)
    for (const { id, rule, description } of READY_MADE) {
      assert.equal(rule.id, id)
      assert.notEqual(rule.name, '', id)
      assert.match(description, /^Tells when [^.]+\.$/, id)
    }
  })

  it('are there for all that can be measured of trouble', () => {
    const ids = new Set(READY_MADE.map(({ id }) => id))
    for (const id of [
      ...['device-offline', 'high-power', 'voltage-230', 'voltage-120', 'daily-limit', 'slow-responses', 'error-rate'],
      ...['cpu-high', 'memory-high', 'memory-full', 'disk-full', 'event-loop-delay', 'database-pool', 'spool-filling'],
      ...['washing-machine-finished', 'dishwasher-finished', 'dryer-finished'],
    ]) {
      assert.ok(ids.has(id), id)
    }
  })

  it('name values that a reading has, a host sends, or the health of a database', () => {
    const others = [
      'cpu_pct',
      'memory_pct',
      'disk_pct',
      'event_loop_delay_ms',
      'database_pool_pct',
      'spool.points',
      'ok',
    ]
    for (const { id, rule } of READY_MADE) {
      if (!('key' in rule.condition) || rule.condition.key === undefined) continue
      assert.ok(
        isMeasuredKey(rule.condition.key) || others.includes(rule.condition.key),
        `${id}: ${rule.condition.key}`,
      )
    }
  })

  it('find the appliances that are called what they are', () => {
    const devicesOf = (id: string) => READY_MADE.find((one) => one.id === id)?.rule.devices ?? []
    const named = (alias: string) => ({ id: '1', alias, parent_id: undefined })
    const washing = deviceMatcher(devicesOf('washing-machine-finished'), {})
    assert.deepEqual(['Washing machine', 'Dishwasher', 'Washer'].map(named).map(washing), [true, false, true])
    assert.ok(deviceMatcher(devicesOf('dishwasher-finished'), {})(named('My Dishwasher')))
    assert.ok(deviceMatcher(devicesOf('dryer-finished'), {})(named('Tumble dryer')))
  })
})

describe('the schema of a rule', () => {
  it('takes the ready-made ones in any validator that knows discriminators', () => {
    const validate = new Ajv({ discriminator: true, allowUnionTypes: true }).compile(
      JSON.parse(JSON.stringify(RULE_SCHEMA)) as object,
    )
    for (const { rule } of READY_MADE) assert.ok(validate(rule), JSON.stringify(validate.errors))
    assert.ok(!validate({ condition: { kind: 'above' } }))
  })

  it('is plain JSON', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(RULE_SCHEMA)), RULE_SCHEMA)
  })
})
