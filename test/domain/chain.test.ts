import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Chain, type Link } from '../../src/domain/chain'

class Entry implements Link<Entry> {
  previous: Entry | undefined
  next: Entry | undefined
}

function listed(chain: Chain<Entry>): Entry[] {
  const entries: Entry[] = []
  for (let entry = chain.oldest; entry; entry = entry.next) entries.push(entry)
  return entries
}

describe('a chain', () => {
  it('holds what a set would hold, in the same order, whatever comes and goes', () => {
    const step = fc.record({ entry: fc.nat(5), comes: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const entries = Array.from({ length: 6 }, () => new Entry())
        const chain = new Chain<Entry>()
        const expected = new Set<Entry>()
        for (const { entry: index, comes } of steps) {
          const entry = entries[index] as Entry
          if (!comes) chain.delete(entry)
          else if (!expected.has(entry)) chain.append(entry)
          if (comes) expected.add(entry)
          else expected.delete(entry)
          assert.deepEqual(listed(chain), [...expected])
          assert.equal(chain.size, expected.size)
        }
      }),
    )
  })

  it('lets go of its entries when it is cleared', () => {
    const chain = new Chain<Entry>()
    const [first, second] = [new Entry(), new Entry()]
    chain.append(first)
    chain.append(second)
    chain.clear()
    assert.deepEqual([chain.size, listed(chain), first.next, second.previous], [0, [], undefined, undefined])
  })
})
