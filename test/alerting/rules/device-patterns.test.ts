import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { deviceMatcher, exactNames } from '../../../src/alerting/rules/device-patterns'
import { type Groups, parseGroups } from '../../../src/alerting/rules/groups'
import { isMeant } from '../../support/wildcards'
import { assertRefused } from './refusals'

const heater = { id: '8006AB', alias: 'Bath heater', parent_id: 'STRIP1' }
const kettle = { id: '8006CD', alias: 'Kettle', parent_id: undefined }
const freezer = { id: '8006EF', alias: 'Freezer', parent_id: undefined }

function meant(patterns: string[], groups: Groups = {}): string[] {
  return [heater, kettle, freezer].filter(deviceMatcher(patterns, groups)).map(({ alias }) => alias)
}

describe('patterns of devices', () => {
  it('mean a device by its id, its alias or its strip', () => {
    assert.deepEqual(meant(['8006CD']), ['Kettle'])
    assert.deepEqual(meant(['kettle']), ['Kettle'])
    assert.deepEqual(meant(['STRIP1']), ['Bath heater'])
    assert.deepEqual(meant(['STRIP*', 'k*']), ['Bath heater', 'Kettle'])
    assert.deepEqual(meant(['*']), ['Bath heater', 'Kettle', 'Freezer'])
    assert.deepEqual(meant(['nothing']), [])
    assert.deepEqual(meant([]), [])
  })

  it('mind the case of an id, not of an alias', () => {
    assert.deepEqual(meant(['8006cd', '8006c*', 'strip1']), [])
    assert.deepEqual(meant(['KETTLE', 'fREE*r', 'BATH HEATER']), ['Bath heater', 'Kettle', 'Freezer'])
  })

  it('leave out what an exclamation mark names', () => {
    assert.deepEqual(meant(['*', '!Kettle']), ['Bath heater', 'Freezer'])
    assert.deepEqual(meant(['!Kettle']), ['Bath heater', 'Freezer'])
    assert.deepEqual(meant(['k*', '!*']), [])
    assert.deepEqual(meant(['*', '!@warm'], { warm: ['*heater', 'kettle'] }), ['Freezer'])
  })

  it('mean what a group means, for which its exclusions are its own', () => {
    const groups = parseGroups({ bath: ['bath *'], kitchen: ['*', '!@bath', '!Freezer'] })
    assert.deepEqual(meant(['@kitchen'], groups), ['Kettle'])
    assert.deepEqual(meant(['@kitchen', 'Freezer'], groups), ['Kettle', 'Freezer'])
    assert.deepEqual(meant(['@cellar'], groups), [])
    assert.deepEqual(meant(['@toString'], groups), [])
  })

  it('mean what they say', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '*'), maxLength: 8 })
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(text, name, name, (pattern, id, alias) => {
        const expected = isMeant(pattern, id) || isMeant(pattern.toLowerCase(), alias.toLowerCase())
        assert.equal(deviceMatcher([pattern], {})({ id, alias, parent_id: undefined }), expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('end soon, however they are made', () => {
    const subject = { id: 'a'.repeat(128), alias: 'A'.repeat(256), parent_id: 'a'.repeat(128) }
    // A regular expression would go on for longer than there is a world.
    const matches = deviceMatcher(['*a'.repeat(63) + '*b', '*a*a*a*a*a*a*a*a*a*b'], {})
    for (let count = 0; count < 1000; count++) assert.equal(matches(subject), false)
  })

  it('tell those that are named in full', () => {
    const groups = parseGroups({ wet: ['Kettle', 'Wash*'], all: ['@wet', 'Pump', '!Kettle'] })
    assert.deepEqual(exactNames(['Heater', '*', '@wet', 'Heater'], groups), ['Heater', 'Kettle'])
    assert.deepEqual(exactNames(['@all'], groups), ['Pump'])
    assert.deepEqual(exactNames(['Heater', 'Iron', '!iron'], groups), ['Heater'])
    assert.deepEqual(exactNames(['!Heater'], groups), [])
  })
})

describe('groups', () => {
  it('are what a person has written', () => {
    assert.deepEqual(parseGroups({}), {})
    assert.deepEqual(parseGroups({ 'Küche 1': ['Kettle', '@wet'], wet: ['*wash*'] }), {
      'Küche 1': ['Kettle', '@wet'],
      wet: ['*wash*'],
    })
  })

  it('are refused by path where they are none', () => {
    for (const given of [undefined, null, [], 'kitchen']) assertRefused(() => parseGroups(given), 'groups')
    assertRefused(() => parseGroups({ kitchen: 'Kettle' }), 'groups.kitchen', /a list of 1 to 1000 devices/)
    assertRefused(() => parseGroups({ kitchen: [] }, 'mine'), 'mine.kitchen')
    assertRefused(() => parseGroups({ kitchen: ['Kettle', ''] }), 'groups.kitchen[1]', /text of 1 to 128/)
    assertRefused(() => parseGroups({ '@kitchen': ['Kettle'] }), 'groups', /names of/)
    assertRefused(() => parseGroups(JSON.parse('{"__proto__": ["Kettle"]}')), 'groups')
    assertRefused(() => parseGroups({ a: ['@b'] }), 'groups.a[0]', /one of the groups @a/)
  })

  it('are refused where they hold themselves', () => {
    assertRefused(() => parseGroups({ a: ['@a'] }), 'groups.a', /none in itself/)
    assertRefused(() => parseGroups({ a: ['@b'], b: ['!@c'], c: ['@a'] }), 'groups.a', /none in itself/)
    const deep = { a: ['@b'], b: ['@c'], c: ['x'] }
    assert.deepEqual(meant(['@a'], parseGroups({ ...deep, c: ['Kettle'] })), ['Kettle'])
    assertRefused(() => parseGroups({ ...deep, c: ['@d'], d: ['x'] }), 'groups.a', /at most 3 groups in one another/)
  })

  it('mean nothing where nobody has checked that they end', () => {
    assert.deepEqual(meant(['@a'], { a: ['@a', 'Kettle'] }), ['Kettle'])
    assert.deepEqual(exactNames(['@a'], { a: ['@a', 'Kettle'] }), ['Kettle'])
  })
})
