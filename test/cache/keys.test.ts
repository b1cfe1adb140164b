import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { keyOf, patternOf, tagOf } from '../../src/cache/keys'
import { MonitorError } from '../../src/domain/errors'
import { matcherOf } from '../../src/domain/wildcards'
import { isMeant, printable } from '../support/wildcards'

const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map(printable)
/** So long that they are hashed. */
const longNames = fc
  .tuple(names, fc.integer({ min: 201, max: 2000 }))
  .map(([name, length]) => printable(name.padEnd(length, name)))

function assertRefused(field: string, parse: () => unknown): void {
  assert.throws(parse, (error) => {
    return error instanceof MonitorError && error.code === 'INPUT_INVALID' && error.details.field === field
  })
}

describe('keys', () => {
  it('are what was given, where that is short', () => {
    fc.assert(fc.property(names, (name) => assert.equal(keyOf(name), name)))
    assert.equal(keyOf('k'.repeat(200)), 'k'.repeat(200))
  })

  it('are short, begin as they were given, and are keys of themselves, where that is long', () => {
    fc.assert(
      fc.property(longNames, (name) => {
        const key = keyOf(name)
        assert.ok(key.length <= 200)
        assert.equal(key.slice(0, 149), name.slice(0, 149).replace(/\p{Cs}$/u, key.charAt(148)))
        assert.equal(keyOf(key), key)
      }),
    )
  })

  it('are never the same for two, however alike they begin', () => {
    const pairs = fc.tuple(longNames, names, names).filter(([, one, other]) => one !== other)
    fc.assert(
      fc.property(pairs, ([beginning, one, other]) => {
        assert.notEqual(keyOf(beginning + one), keyOf(beginning + other))
        assert.notEqual(keyOf(beginning + one), keyOf(beginning))
      }),
    )
  })

  it('are no half characters, wherever a long one is cut', () => {
    for (const length of [148, 149, 150]) {
      const key = keyOf('a'.repeat(length) + '🔌'.repeat(100))
      assert.match(key, /^a+(🔌)?#[\w-]{43}$/u)
      assert.equal(keyOf(key), key)
    }
  })

  it('hold no more of what they were cut from than they show', () => {
    const before = process.memoryUsage().heapUsed
    const keys = Array.from({ length: 2000 }, (_, index) => keyOf(`${index}`.padEnd(65_536, 'x')))
    const held = process.memoryUsage().heapUsed - before
    assert.ok(held < 2000 * 30_000, `${held} bytes for ${keys.length} keys`)
  })

  const refused = ['', 5, null, undefined, {}, ['a'], 'a\nb', 'a\0', '\ud800', 'a\udfff', 'x'.repeat(65_537)]
  for (const [field, parse] of [
    ['key', keyOf],
    ['pattern', patternOf],
    ['tag', tagOf],
  ] as const) {
    it(`are refused by name where they are none: a ${field}`, () => {
      for (const given of refused) assertRefused(field, () => parse(given))
    })

    it(`takes anything, and refuses in one way: a ${field}`, () => {
      fc.assert(
        fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (given) => {
          try {
            assert.equal(typeof parse(given), 'string')
          } catch (thrown) {
            assert.ok(thrown instanceof MonitorError && thrown.code === 'INPUT_INVALID')
          }
        }),
      )
    })
  }

  it('refuses tags that are too long to be kept with every value', () => {
    assert.equal(tagOf('t'.repeat(200)).length, 200)
    assertRefused('tag', () => tagOf('t'.repeat(201)))
  })
})

describe('patterns', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '*', '*', '?', '\\'), maxLength: 6 })

  it('mean what they say', () => {
    fc.assert(
      fc.property(few, few, (pattern, key) => assert.equal(matcherOf(pattern)(key), isMeant(pattern, key))),
      { numRuns: 3000 },
    )
  })

  it('mean the same when they are checked', () => {
    const some = few.filter((pattern) => pattern !== '')
    fc.assert(
      fc.property(some, few, (pattern, key) => assert.equal(matcherOf(patternOf(pattern))(key), isMeant(pattern, key))),
      { numRuns: 3000 },
    )
  })

  it('find a long key by its beginning, and by all of it', () => {
    fc.assert(
      fc.property(longNames, fc.integer({ min: 1, max: 149 }), (name, length) => {
        const beginning = name
          .replaceAll('*', '+')
          .slice(0, length)
          .replace(/\p{Cs}$/u, '')
        const key = keyOf(name.replaceAll('*', '+'))
        assert.ok(matcherOf(patternOf(`${beginning}*`))(key))
        assert.ok(matcherOf(patternOf(name.replaceAll('*', '+')))(key))
      }),
    )
  })

  it('are refused where they ask for what is not left of a long key', () => {
    assert.equal(patternOf(`${'p'.repeat(150)}*`).length, 151)
    for (const pattern of [`${'p'.repeat(151)}*`, `*${'p'.repeat(200)}`]) {
      assertRefused('pattern', () => patternOf(pattern))
    }
  })

  it('end soon, however they are made', () => {
    const key = 'a'.repeat(200)
    // With a regular expression, the first alone takes longer than there is a world.
    for (const pattern of [
      '*a'.repeat(99) + '*b',
      '*a*a*a*a*a*a*a*a*a*b',
      `*b${'a'.repeat(150)}*`,
      `*${'a'.repeat(150)}b*`,
    ]) {
      const matches = matcherOf(patternOf(pattern))
      for (let count = 0; count < 1000; count++) assert.equal(matches(key), false)
    }
  })
})
