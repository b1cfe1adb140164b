import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CONDITION_FIELDS } from '../../../src/alerting/rules/condition-fields'
import type { Field, Fields } from '../../../src/alerting/rules/fields'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import { MOST_RULES, RULE_FIELDS } from '../../../src/alerting/rules/rule'
import { MonitorError } from '../../../src/domain/errors'
import { assertRefused } from './refusals'

const offline = { kind: 'offline' }
const above = { kind: 'above', value: 2000 }

function one(rule: object) {
  const [parsed] = parseRules([rule])
  assert.ok(parsed)
  return parsed
}

describe('rules', () => {
  it('get every default that their tables name', () => {
    const { condition, ...rest } = one({ condition: { kind: 'above', value: 2000 } })
    assert.deepEqual(condition, { kind: 'above', key: 'power_w', value: 2000 })
    const expected = Object.entries(RULE_FIELDS).map(([key, field]) => [
      key,
      'default' in field ? field.default : 'rule-1',
    ])
    assert.deepEqual(rest, Object.fromEntries(expected))
  })

  it('hold nothing of what was given, and leave it as it was', () => {
    const given = { devices: ['Heater'], labels: { room: 'bath' }, condition: { kind: 'all', conditions: [above] } }
    const before = structuredClone(given)
    const parsed = one(given)
    assert.deepEqual(given, before)
    given.devices.push('other')
    given.labels.room = 'other'
    given.condition.conditions.pop()
    assert.deepEqual(parsed.devices, ['Heater'])
    assert.deepEqual(parsed.labels, { room: 'bath' })
    assert.equal('conditions' in parsed.condition && parsed.condition.conditions.length, 1)
  })

  it('do not share the lists that are their defaults', () => {
    const [first, second] = parseRules([{ condition: offline }, { condition: offline }])
    assert.notEqual(first?.devices, second?.devices)
  })

  it('take a blank text that may be left out as one that is', () => {
    const { condition } = one({ condition: { kind: 'no_data', key: '', device: '' } })
    assert.deepEqual(condition, { kind: 'no_data', after_s: 600 })
  })

  describe('without an id', () => {
    const ids = (...rules: object[]) =>
      parseRules(rules.map((rule) => ({ condition: offline, ...rule }))).map(({ id }) => id)

    it('are called by their name, or by their place', () => {
      assert.deepEqual(ids({ name: 'Küche: too hot!' }, {}, { name: '電源' }), ['kuche-too-hot', 'rule-2', 'rule-3'])
    })

    it('never get the id of another', () => {
      const given = [{ name: 'A b' }, { name: 'a-b' }, { id: 'a-b' }, { id: 'rule-4' }, {}, { name: 'rule 5' }]
      assert.deepEqual(ids(...given), ['a-b-2', 'a-b-3', 'a-b', 'rule-4', 'rule-5', 'rule-5-2'])
    })

    it('get one that is allowed, whatever their name is', () => {
      fc.assert(
        fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 5 }), (names) => {
          const made = ids(...names.map((name) => ({ name })))
          assert.equal(new Set(made).size, names.length)
          assert.deepEqual(ids(...made.map((id) => ({ id }))), made)
        }),
      )
    })
  })

  describe('are refused by path', () => {
    const refused = (rule: unknown, path: string, range?: RegExp) =>
      assertRefused(() => parseRules([{ condition: offline }, rule]), `rules[1]${path}`, range)

    it('where they are no list, or too long a one', () => {
      assertRefused(() => parseRules({ condition: offline }), 'rules', /a list of at most 10000 rules/)
      assertRefused(() => parseRules(new Array(MOST_RULES + 1).fill({ condition: offline }), 'mine'), 'mine')
      refused(undefined, '', /an object/)
    })

    it('where a key is misspelt', () => {
      refused({ condition: offline, devcies: [] }, '.devcies', /only the keys id, .*devices/)
      refused(
        { condition: { ...above, valeu: 3 } },
        '.condition.valeu',
        /only the keys kind, key, value, clear, device/,
      )
      refused({ condition: offline, 'a b': 1 }, '["a b"]')
      refused(JSON.parse('{"condition": {"kind": "offline"}, "__proto__": {"name": "x"}}'), '.__proto__')
      assert.ok(!Object.hasOwn(Object.prototype, 'name'))
    })

    it('where something is missing', () => {
      refused({}, '.condition', /the kind of the condition/)
      refused({ condition: {} }, '.condition.kind', /one of above, below/)
      refused({ condition: { kind: 'above' } }, '.condition.value', /a number/)
      refused({ condition: { kind: 'any' } }, '.condition.conditions', /a list of 1 to 20 conditions/)
    })

    it('where a value is out of its range', () => {
      refused({ condition: { ...above, value: 'high' } }, '.condition.value', /^a number$/)
      refused({ condition: { ...above, value: NaN } }, '.condition.value', /^a number$/)
      refused({ condition: above, for_s: -1 }, '.for_s', /a number from 0 to 604800 s/)
      refused({ condition: above, out_of: 1.5 }, '.out_of', /a whole number from 1 to 64/)
      refused({ condition: above, severity: 'fatal' }, '.severity', /one of info, warning, critical/)
      refused({ condition: above, devices: [] }, '.devices', /a list of 1 to 1000/)
      refused({ condition: above, devices: ['a', ''] }, '.devices[1]', /text, at most 128 characters/)
      refused({ condition: above, labels: { room: 3 } }, '.labels.room', /text of at most 256 characters/)
      refused({ condition: above, labels: { 'a b': 'x' } }, '.labels["a b"]', /names of letters/)
      refused({ condition: above, id: 'a b' }, '.id', /letters, digits/)
      refused({ condition: { kind: 'unexpected', from: '24:00' } }, '.condition.from', /a time such as 22:30/)
      refused({ condition: { kind: 'unexpected', days: ['monday'] } }, '.condition.days[0]', /one of mon, tue/)
      refused({ condition: { kind: 'equal', value: null } }, '.condition.value', /a number, true or false, or text/)
    })

    it('where a kind is none, in what is joined as well', () => {
      refused({ condition: { kind: 'abvoe' } }, '.condition.kind', /above/)
      const condition = { kind: 'all', conditions: [offline, { kind: 'any', conditions: [{ kind: 'constructor' }] }] }
      refused({ condition }, '.condition.conditions[1].conditions[0].kind', /above/)
    })

    it('where an id is that of another', () => {
      assertRefused(
        () => parseRules([{ condition: offline, id: 'a' }, { condition: offline }, { condition: offline, id: 'a' }]),
        'rules[2].id',
        /rules\[0\] has this one/,
      )
    })
  })

  describe('joined in one another', () => {
    const nested = (depth: number): object =>
      depth === 0 ? offline : { kind: depth % 2 ? 'all' : 'any', conditions: [nested(depth - 1)] }

    it('may be four deep', () => {
      one({ condition: nested(4) })
      assertRefused(
        () => parseRules([{ condition: nested(5) }]),
        `rules[0].condition${'.conditions[0]'.repeat(4)}`,
        /at most 4 joined/,
      )
    })

    it('are refused without being followed, however deep they are, or where they hold themselves', () => {
      const deep = JSON.parse(`${'{"kind":"all","conditions":['.repeat(50_000)}${']}'.repeat(50_000)}`) as unknown
      assertRefused(() => parseRules([{ condition: deep }]), `rules[0].condition${'.conditions[0]'.repeat(4)}`)
      const circle: { kind: string; conditions: unknown[] } = { kind: 'any', conditions: [] }
      circle.conditions.push(circle)
      assertRefused(() => parseRules([{ condition: circle }]), `rules[0].condition${'.conditions[0]'.repeat(4)}`)
    })

    it('may be twenty in all', () => {
      const many = (count: number) => ({ kind: 'any', conditions: new Array<object>(count).fill(offline) })
      one({ condition: many(20) })
      one({ condition: { kind: 'all', conditions: [many(9), many(9)] } })
      assertRefused(
        () => parseRules([{ condition: { kind: 'all', conditions: [many(10), many(9)] } }]),
        'rules[0].condition',
      )
    })
  })

  it('are rules or refused by a path, whatever is given', () => {
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
      fc.constant('*'),
    )
    const keys = fc.constantFrom(...Object.keys(RULE_FIELDS), 'condition', '__proto__', 'toString')
    const rule = fc.dictionary(keys, value, { maxKeys: 6 })
    fc.assert(
      fc.property(fc.oneof(value, fc.array(fc.oneof(rule, value))), (given) => {
        try {
          parseRules(given)
        } catch (error) {
          assert.ok(error instanceof MonitorError, String(error))
          assert.equal(error.code, 'CONFIG_INVALID')
          assert.match(error.details.field ?? '', /^rules/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('are the same when they are parsed again', () => {
    let parsed = 0
    fc.assert(
      fc.property(fc.array(writtenRule, { minLength: 1, maxLength: 2 }), (given) => {
        let rules
        try {
          rules = parseRules(given)
        } catch (error) {
          // Fields that are right one by one may not fit one another.
          assert.ok(error instanceof MonitorError && error.code === 'CONFIG_INVALID', String(error))
          return
        }
        parsed += rules.length
        assert.deepEqual(parseRules(rules), rules)
        assert.deepEqual(parseRules(JSON.parse(JSON.stringify(rules))), rules)
      }),
      { numRuns: 1000 },
    )
    assert.ok(parsed > 0, 'none was ever taken')
  })
})

function contentOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'number': {
      const range = { min: field.minimum, max: field.maximum }
      return field.whole
        ? fc.integer(range)
        : fc.integer({ min: Math.ceil(field.minimum), max: Math.floor(field.maximum) })
    }
    case 'boolean':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...field.values)
    case 'labels':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 })
    case 'value':
      return fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 20 }))
    case 'list':
      return fc.array(contentOf(field.item), { minLength: field.minimum_length ?? 0, maxLength: 3 })
    case 'text':
      return field.pattern
        ? fc.stringMatching(new RegExp(field.pattern.expression)).filter(({ length }) => length <= field.maximum_length)
        : fc.string({ minLength: 1, maxLength: Math.min(20, field.maximum_length) })
  }
}

function contentsOf(fields: Fields): fc.Arbitrary<object> {
  const contents = Object.entries(fields).map(([key, field]) => [key, contentOf(field)] as const)
  const requiredKeys = Object.entries(fields).filter(([, field]) => !('default' in field) && !('optional' in field))
  return fc.record(Object.fromEntries(contents), { requiredKeys: requiredKeys.map(([key]) => key) })
}

const simple = fc.oneof(
  ...Object.entries<Fields>(CONDITION_FIELDS).map(([kind, fields]) =>
    contentsOf(fields).map((rest) => ({ kind, ...rest })),
  ),
)
const condition = fc.oneof(
  { weight: 4, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('all', 'any'),
      conditions: fc.array(simple, { minLength: 1, maxLength: 4 }),
    }),
  },
)
const { id, ...others } = RULE_FIELDS
const writtenRule = fc
  .tuple(contentsOf(others), condition, fc.option(contentOf(id), { nil: undefined }))
  .map(([rest, condition, id]) => ({ ...rest, condition, ...(id !== undefined && { id }) }))
