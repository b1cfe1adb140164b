import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { RANKS, type KeptValue, type Rank } from '../../src/mqtt/broker'
import { KeptValues } from '../../src/mqtt/kept-values'

const value = (topic: string, payload = 'x', rank: Rank = 'state'): KeptValue => ({ topic, payload, rank, qos: 1 })

function takeAll(kept: KeptValues): KeptValue[] {
  const taken: KeptValue[] = []
  for (let next = kept.take(); next; next = kept.take()) {
    taken.push(next)
    kept.settle(next)
  }
  return taken
}

describe('values that are kept', () => {
  it('go out once, the newest, by rank, and in the order in which they came', () => {
    const rank = fc.constantFrom(...RANKS)
    const values = fc.array(
      fc.record(
        { topic: fc.constantFrom<string[]>('a', 'b', 'c', 'd'), payload: fc.constantFrom('', '1', '2'), rank },
        { noNullPrototype: true },
      ),
    )
    fc.assert(
      fc.property(values, (given) => {
        const kept = new KeptValues()
        for (const { topic, payload, rank: of } of given) kept.keep(value(topic, payload, of))
        const newest = new Map(given.map((one) => [one.topic, one]))
        const taken = takeAll(kept)
        assert.deepEqual(new Set(taken.map(({ topic }) => topic)), new Set(newest.keys()))
        for (const { topic, payload, rank: of } of taken)
          assert.deepEqual(newest.get(topic), { topic, payload, rank: of })
        const order = taken.map(({ rank: of }) => RANKS.indexOf(of))
        assert.deepEqual(order, [...order].sort())
        const left = [...newest.values()].filter(({ payload }) => payload !== '')
        assert.equal(kept.size, left.length)
        kept.replay()
        assert.equal(takeAll(kept).length, left.length)
      }),
    )
  })

  it('that change while they are on their way go out once more', () => {
    const kept = new KeptValues()
    kept.keep(value('a', '1'))
    assert.equal(kept.take()?.payload, '1')
    kept.keep(value('a', '2'))
    kept.settle(value('a', '1'))
    assert.equal(kept.take()?.payload, '2')
    assert.equal(kept.take(), undefined)
  })

  it('that come back after their removal stay', () => {
    const kept = new KeptValues()
    kept.keep(value('a', ''))
    const removal = kept.take() as KeptValue
    kept.keep(value('a', '1'))
    kept.settle(removal)
    assert.deepEqual([kept.size, kept.take()?.payload], [1, '1'])
  })

  it('that are forgotten do not go out', () => {
    const kept = new KeptValues()
    kept.keep(value('a'))
    kept.forget('a')
    kept.forget('b')
    kept.replay()
    assert.deepEqual([kept.take(), kept.size], [undefined, 0])
  })

  it('are so many and so long at most, and make room when they shrink or are forgotten', () => {
    const kept = new KeptValues(2, 10)
    assert.deepEqual(
      [kept.keep(value('a', '123')), kept.keep(value('b', '1')), kept.keep(value('c', ''))],
      [true, true, false],
    )
    assert.equal(kept.keep(value('a', '12345678')), false)
    assert.equal(kept.keep(value('a', '1234567')), true)
    assert.equal(kept.keep(value('b', '12')), false)
    assert.equal(kept.keep(value('a', '1')), true)
    assert.equal(kept.keep(value('b', '12')), true)
    kept.forget('a')
    assert.equal(kept.keep(value('c', '123456')), true)
    assert.deepEqual(
      takeAll(kept).map(({ payload }) => payload),
      ['12', '123456'],
    )
  })
})
