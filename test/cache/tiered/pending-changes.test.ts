import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { Deletion } from '../../../src/cache/tiered/deletion'
import { PendingChanges } from '../../../src/cache/tiered/pending-changes'

const BOUNDS = { values: 3, characters: 20, keys: 4, deletions: 2 }
const MANY = 1000

const entry = (text: string, tags: readonly string[] = []): CacheEntry =>
  new CacheEntry({ kind: 'flow', tags, stored_ms: 0, fresh_ms: 1000, stale_ms: 0 }, text)

describe('changes that Redis has not acknowledged', () => {
  const taken = (pending: PendingChanges, now_ms = 0): [string, string | undefined][] =>
    pending.take(MANY, MANY, now_ms).map(([key, change]) => [key, change?.text])
  const deletionsOf = (pending: PendingChanges) => pending.deletions.map(({ name }) => name)

  it('are so many values, and so long ones; others leave a deletion of their key', () => {
    const pending = new PendingChanges(BOUNDS)
    for (const key of ['a', 'b', 'c', 'd']) pending.set(key, entry(key))
    assert.deepEqual(taken(pending).at(-1), ['d', undefined])
    pending.written()
    pending.set('a', entry('x'.repeat(20)))
    pending.set('b', entry('1'))
    pending.set('a', entry('2'))
    pending.set('c', entry('3'))
    assert.deepEqual(taken(pending), [
      ['b', undefined],
      ['a', '2'],
      ['c', '3'],
    ])
  })

  it('become a deletion of everything else, where too many keys are to be deleted', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.set('kept', entry('1'))
    for (let key = 0; key < MANY; key++) {
      pending.set(`key ${key}`, undefined)
      assert.ok(pending.size <= BOUNDS.values + BOUNDS.keys + 1)
    }
    assert.deepEqual(deletionsOf(pending), ['pattern *'])
    assert.equal(pending.get('kept')?.text, '1')
  })

  it('become that also where there are too many other deletions, behind the one that is under way', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.add(Deletion.tagged('first'))
    pending.takeDeletion()
    for (let tag = 0; tag < MANY; tag++) {
      pending.add(Deletion.tagged(String(tag)))
      assert.ok(pending.size <= BOUNDS.deletions + 1)
    }
    assert.deepEqual(deletionsOf(pending).slice(0, 2), ['tag first', 'pattern *'])
  })

  it('are remembered once where they are equal, unless that one is under way', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.add(Deletion.tagged('tag'))
    pending.add(Deletion.tagged('tag'))
    assert.deepEqual(deletionsOf(pending), ['tag tag'])
    pending.takeDeletion()
    pending.add(Deletion.tagged('tag'))
    assert.deepEqual(deletionsOf(pending), ['tag tag', 'tag tag'])
    pending.deleted()
    assert.deepEqual(deletionsOf(pending), ['tag tag'])
  })

  it('do not come back after a deletion that they were made before', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.set('sent', entry('1', ['tag']))
    pending.set('other', entry('2'))
    taken(pending)
    pending.set('waiting', entry('3', ['tag']))
    pending.add(Deletion.tagged('tag'))
    pending.add(Deletion.ofKeys(['other']))
    pending.failed()
    assert.deepEqual(
      new Map(taken(pending)),
      new Map([
        ['waiting', undefined],
        ['sent', undefined],
      ]),
    )
  })

  it('wait again where they failed, unless there is a newer one', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.set('a', entry('1'))
    pending.set('b', entry('1'))
    taken(pending)
    pending.set('a', entry('2'))
    pending.failed()
    assert.deepEqual(
      new Map(taken(pending)),
      new Map([
        ['a', '2'],
        ['b', '1'],
      ]),
    )
  })

  it('are deletions where the time of their value has passed', () => {
    const pending = new PendingChanges(BOUNDS)
    pending.set('a', entry('1'))
    assert.deepEqual(taken(pending, 1000), [['a', undefined]])
    assert.deepEqual(pending.written(), ['a'])
  })

  it('are written in pieces of so many, or so much', () => {
    const pending = new PendingChanges()
    for (const key of ['a', 'b', 'c', 'd']) pending.set(key, entry('x'.repeat(10)))
    assert.equal(pending.take(3, MANY, 0).length, 3)
    pending.failed()
    assert.equal(pending.take(3, 20, 0).length, 2)
    pending.failed()
    assert.equal(pending.take(3, 1, 0).length, 1)
  })
})
