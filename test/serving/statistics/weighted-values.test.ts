import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { statisticsOf, type Stretch } from '../../../src/serving/statistics/weighted-values'

const MINUTE = 60_000
const START = 1_767_225_600_000

function stretch(index: number, mean: number, covered_s = 60): Stretch {
  return { timestamp: START + index * MINUTE, covered_s, mean, minimum: mean - 1, maximum: mean + 1 }
}

describe('Statistics of a value', () => {
  it('are none where nothing is covered', () => {
    assert.equal(statisticsOf([]), undefined)
    assert.equal(statisticsOf([stretch(0, 5, 0)]), undefined)
  })

  it('are those of one value where there is one, without a trend', () => {
    const one = statisticsOf([stretch(0, 5)])
    assert.deepEqual(one, {
      ...{ mean: 5, minimum: 4, maximum: 6, median: 5, deviation: 0 },
      ...{ p5: 5, p25: 5, p75: 5, p95: 5, p99: 5 },
    })
  })

  it('count values by how long they held', () => {
    const found = statisticsOf([stretch(0, 10, 90), stretch(1, 1000, 10)])
    assert.equal(found?.mean, 109)
    assert.equal(found.median, 10)
    assert.equal(found.p95, 1000)
    assert.equal(found.deviation, 297)
  })

  it('tell how fast a value rises', () => {
    const rising = Array.from({ length: 120 }, (_, index) => stretch(index, 20 + 0.5 * index))
    assert.ok(Math.abs((statisticsOf(rising)?.trend_per_h ?? 0) - 30) < 1e-9)
  })

  const some = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 600 })), {
    minLength: 1,
    maxLength: 60,
  })

  it('are what each second of it, written down, would tell', () =>
    fc.assert(
      fc.property(some, (given) => {
        const found = statisticsOf(given.map(([mean, covered_s], index) => stretch(index, mean, covered_s)))
        const seconds = given.flatMap(([mean, covered_s]) => Array<number>(covered_s).fill(mean)).sort((a, b) => a - b)
        const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length
        const variance = seconds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seconds.length
        assert.ok(found)
        assert.ok(Math.abs(found.mean - mean) < 1e-6)
        assert.ok(Math.abs(found.deviation - Math.sqrt(variance)) < 1e-6)
        for (const [name, part] of [
          ['p5', 0.05],
          ['median', 0.5],
          ['p99', 0.99],
        ] as const) {
          assert.equal(found[name], seconds[Math.ceil(part * seconds.length - 1e-6) - 1], name)
        }
      }),
      { numRuns: 50 },
    ))
})
