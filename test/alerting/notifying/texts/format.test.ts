import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  formatBeside,
  formatDuration,
  formatExactly,
  formatList,
  formatNumber,
} from '../../../../src/alerting/notifying/texts/format'

describe('numbers in texts', () => {
  it('have as many digits as a person reads', () => {
    const told = (value: number, unit?: string) => formatNumber(value, unit)
    assert.deepEqual(
      [2310.42, 180.2, 45.678, 4.0213, 0.4931, 0.00412, 0].map((value) => told(value)),
      [...['2,310', '180', '45.7', '4.02', '0.49', '0.0041', '0']],
    )
    assert.deepEqual(
      [230.14, 21.04].map((value) => told(value, 'V')),
      ['230.1', '21'],
    )
    assert.deepEqual(
      [-80, -0.5, 1e20, NaN].map((value) => told(value)),
      ['-80', '-0.5', '1.00e+20', 'NaN'],
    )
  })

  it('are short, whatever they are', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (value, threshold) => {
        for (const text of [formatNumber(value), formatExactly(value), formatBeside(value, threshold)]) {
          assert.ok(text.length > 0 && text.length <= 30, text)
        }
      }),
    )
  })

  it('never look like the limit that they are beyond', () => {
    assert.equal(formatBeside(230.04, 230, 'V'), '230.04')
    assert.equal(formatBeside(2000.3, 2000, 'W'), '2,000.3')
    assert.equal(formatBeside(2000, 2000, 'W'), '2,000')
    assert.equal(formatBeside(2310.4, 2000, 'W'), '2,310')
  })

  it('are as they were written, where a person has', () => {
    assert.deepEqual([2000, 0.125, 207.5].map(formatExactly), ['2,000', '0.125', '207.5'])
  })
})

describe('durations in texts', () => {
  it('are in the units that a person would choose', () => {
    const told = [0, 45.4, 119, 120, 720, 3570, 3780, 7200, 172_799, 172_800, 273_600, 604_800].map(formatDuration)
    assert.deepEqual(told, [
      ...['0 s', '45 s', '119 s', '2 min', '12 min', '1 h', '1 h 3 min', '2 h'],
      ...['2 days', '2 days', '3 days 4 h', '7 days'],
    ])
  })
})

describe('lists in texts', () => {
  it('name some, and count the others', () => {
    assert.equal(formatList([], 0, 3), '')
    assert.equal(formatList(['A'], 1, 3), 'A')
    assert.equal(formatList(['A', 'B', 'C'], 3, 3), 'A, B and C')
    assert.equal(formatList(['A', 'B', 'C', 'D'], 12, 3), 'A, B, C and 9 more')
    assert.equal(formatList(['A'], 200, 3), 'A and 199 more')
  })
})
