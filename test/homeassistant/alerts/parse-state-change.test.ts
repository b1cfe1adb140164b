import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CHANGE_NAMES } from '../../../src/alerting/incidents/incident'
import { parseStateChange } from '../../../src/homeassistant/alerts/parse-state-change'
import { changeOf, incidentOf } from './changes'

describe('A change of an alert that a message brings', () => {
  for (const name of CHANGE_NAMES) {
    it(`is taken where it is ${name}`, () => {
      const change = changeOf(name)
      assert.deepEqual(parseStateChange(change), change)
    })
  }

  it('is copied whole, with what many are one incident of', () => {
    const members = { plug: 'Plug', lamp: 'Lamp' }
    const change = changeOf('members', {
      ...{ device_id: '*', members, left: { fan: 'Fan' }, acknowledged_at: 5, acknowledged_by: 'Ann' },
      ...{ highest: 3, lowest: 1, parted_from: 'x', latest: { facts: { devices: 2 } } },
    })
    const copy = parseStateChange(change)
    assert.deepEqual(copy, change)
    assert.notEqual(copy?.incident?.members, members)
  })

  it('keeps nothing that it does not know', () => {
    const change = { ...changeOf('raised'), secret: 'x', incident: { ...incidentOf(), secret: 'y' } }
    assert.doesNotMatch(JSON.stringify(parseStateChange(change)), /secret/)
  })

  const refused: Readonly<Record<string, unknown>> = {
    nothing: undefined,
    'a text': 'raised',
    'a list': [changeOf('raised')],
    'an unknown change': { ...changeOf('raised'), change: 'exploded' },
    'a rule id that would be a template': changeOf('raised', { rule_id: '{{ 1 }}' }),
    'a rule id that would be a topic': changeOf('raised', { rule_id: 'a/#' }),
    'of nothing': changeOf('raised', { device_id: '' }),
    'an endless alias': changeOf('raised', { alias: 'x'.repeat(300) }),
    'too many members': changeOf('members', {
      members: Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`d${index}`, 'x'])),
    }),
    'a moment that is none': changeOf('raised', { raised_at: 1e300 }),
    'a value that is no number': changeOf('raised', { latest: { value: NaN } }),
    'an incident of another rule': { ...changeOf('raised'), rule_id: 'other' },
    'an incident of another device': { ...changeOf('raised'), device_id: 'other' },
    'an end that is open': { ...changeOf('resolved'), incident: incidentOf() },
    'a beginning that is over': { ...changeOf('raised'), incident: incidentOf({ state: 'resolved' }) },
    'a beginning of nothing': { ...changeOf('raised'), incident: undefined },
    'an incident that is pending': { ...changeOf('pending'), incident: incidentOf() },
  }
  for (const [what, value] of Object.entries(refused)) {
    it(`is refused where it is ${what}`, () => assert.equal(parseStateChange(value), undefined))
  }

  it('is refused where what it says is inherited', () => {
    assert.equal(parseStateChange(Object.create(changeOf('raised'))), undefined)
    const { incident, ...own } = changeOf('raised')
    assert.equal(parseStateChange(Object.setPrototypeOf(own, { incident })), undefined)
  })

  it('takes nothing over from what an incident inherits', () => {
    const incident = Object.setPrototypeOf({ ...incidentOf() }, { members: { '*': 5 }, ended_by: 'magic' }) as object
    assert.deepEqual(parseStateChange({ ...changeOf('raised'), incident }), changeOf('raised'))
  })

  it('pollutes no prototype by a label or a member', () => {
    const text = JSON.stringify(changeOf('raised')).replace('"room"', '"__proto__"')
    const copy = parseStateChange(JSON.parse(text))
    assert.deepEqual(Object.keys(copy?.incident?.labels ?? {}), ['__proto__'])
    assert.equal(({} as Record<string, unknown>)['cellar'], undefined)
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }), (value) => {
        assert.equal(parseStateChange(value), undefined)
      }),
    )
  })

  it('never throws, whatever one of its parts is', () => {
    const keys = Object.keys(incidentOf())
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), (key, value) => {
        const copy = parseStateChange({ ...changeOf('raised'), incident: { ...incidentOf(), [key]: value } })
        if (copy !== undefined) JSON.stringify(copy)
      }),
    )
  })
})
