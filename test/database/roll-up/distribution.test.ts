import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Distribution } from '../../../src/database/roll-up/distribution'
import { seededRandom } from '../../../src/simulator/seeded-random'

type Part = readonly [value: number, weight: number]

function distribution(parts: readonly Part[]): Distribution {
  const found = new Distribution()
  for (const [value, weight] of parts) found.add(value, weight)
  return found
}

function expected(parts: readonly Part[], hundredths: number): number {
  const total = parts.reduce((sum, [, weight]) => sum + weight, 0)
  let reached = 0
  for (const [value, weight] of parts.toSorted(([one], [other]) => one - other)) {
    reached += weight
    if (reached * 100 >= total * hundredths) return value
  }
  return Number.NaN
}

const values = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -4000, max: 4000 }))
const parts = fc.array(fc.tuple(values, fc.integer({ min: 1, max: 5000 })), { minLength: 1, maxLength: 300 })

describe('a distribution', () => {
  it('tells percentiles by weight, in any order and again and again', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }), (given, asked) => {
        const found = distribution(given)
        for (const hundredths of [50, 95, ...asked]) {
          assert.equal(found.percentile(hundredths), expected(given, hundredths))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('tells them of values that come in order, all alike, or by turns', () => {
    const shapes: ((index: number) => number)[] = [(index) => index, (index) => -index, () => 7, (index) => index % 2]
    for (const shape of shapes) {
      const given = Array.from({ length: 3000 }, (_, index): Part => [shape(index), 1 + (index % 3)])
      const found = distribution(given)
      for (const hundredths of [1, 50, 95, 100]) assert.equal(found.percentile(hundredths), expected(given, hundredths))
    }
  })

  it('forgets what was before', () => {
    const found = distribution([[1000, 1e9]])
    found.clear()
    found.add(3, 1)
    assert.equal(found.percentile(50), 3)
    assert.equal(found.percentile(95), 3)
  })

  it('stays exact for as many changes as you like between few values', () => {
    const random = seededRandom(1)
    const given = Array.from({ length: 50_000 }, (): Part => [Math.round(2000 * random()) / 10, 1000])
    const found = distribution(given)
    for (const hundredths of [5, 50, 95]) assert.equal(found.percentile(hundredths), expected(given, hundredths))
  })

  it('is within a tenth of a percent where values are many, and one percent over six orders of magnitude', () => {
    const random = seededRandom(2)
    for (const [spread, allowed] of [
      [(share: number) => 200 + 50 * share, 0.001],
      [(share: number) => -200 - 50 * share, 0.001],
      [(share: number) => 10 ** (6 * share - 3), 0.01],
    ] as const) {
      const given = Array.from({ length: 100_000 }, (): Part => [spread(random()), 1 + Math.floor(5 * random())])
      const found = distribution(given)
      for (const hundredths of [50, 95]) {
        const exact = expected(given, hundredths)
        const error = Math.abs(found.percentile(hundredths) / exact - 1)
        assert.ok(error <= allowed, `${error} at ${exact}`)
      }
    }
  })
})
