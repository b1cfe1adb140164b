import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { HeapGuard } from '../../../src/cache/memory/heap-guard'
import { heapOfProcess } from '../../../src/cache/memory/heap-use'
import { FakeClock } from '../../support/fake-clock'

const MINUTE = 60_000

function made() {
  const clock = new FakeClock()
  const heap = { used_bytes: 50, limit_bytes: 100, collected: true }
  const done: string[] = []
  const memory = {
    isFull: false,
    shrink: (part: number) => done.push(`shrink ${part}`),
    grow: (bytes: number) => {
      done.push(`grow ${bytes}`)
      return memory.isFull
    },
  }
  const onChange = (shrunk: boolean): unknown => done.push(shrunk ? 'shrunk' : 'grown')
  const guard = new HeapGuard({ memory, clock, heap: () => heap, heap_pct: 80, onChange })
  const after = (used_bytes: number, collected = true): string[] => {
    Object.assign(heap, { used_bytes, collected })
    done.length = 0
    clock.advance(2000)
    return [...done]
  }
  return { clock, guard, memory, after, done }
}

describe('HeapGuard', () => {
  it('leaves the cache alone while there is memory', () => {
    const { guard, after, clock, done } = made()
    guard.start()
    assert.deepEqual(after(79.9), [])
    clock.advance(MINUTE)
    assert.deepEqual(done, [])
  })

  it('makes it smaller while memory is short, and says so once', () => {
    const { guard, after } = made()
    guard.start()
    assert.deepEqual(after(80), ['shrink 0.5', 'shrunk'])
    assert.equal(guard.shrunk, true)
    assert.deepEqual(after(85), ['shrink 0.5'])
    assert.deepEqual(after(75), [])
    assert.deepEqual(after(90), ['shrink 0.5'])
  })

  it('waits until what has gone is collected before it lets more go', () => {
    const { guard, after } = made()
    guard.start()
    assert.deepEqual(after(90, false), ['shrink 0.5', 'shrunk'])
    assert.deepEqual(after(95, false), [])
    assert.deepEqual(after(95, true), ['shrink 0.5'])
  })

  it('lets it grow by what is free, not up to where it shrank, and says so once when it is as large as before', () => {
    const { guard, memory, after } = made()
    guard.start()
    after(90)
    assert.deepEqual(after(70), [])
    assert.deepEqual(after(60), ['grow 10'])
    assert.equal(guard.shrunk, true)
    memory.isFull = true
    assert.deepEqual(after(30), ['grow 40', 'grown'])
    assert.equal(guard.shrunk, false)
    assert.deepEqual(after(30), [])
  })

  it('has one timer while it runs, and none before and after', () => {
    const { guard, after, clock } = made()
    assert.equal(clock.pending, 0)
    guard.start()
    guard.start()
    after(50)
    assert.equal(clock.pending, 1)
    guard.stop()
    guard.stop()
    assert.equal(clock.pending, 0)
    assert.deepEqual(after(99), [])
  })

  it('knows the heap of this process', () => {
    const heap = heapOfProcess()
    const { used_bytes, limit_bytes, collected } = heap()
    assert.ok(used_bytes > 1e6 && used_bytes < limit_bytes)
    assert.equal(collected, false)
  })
})
