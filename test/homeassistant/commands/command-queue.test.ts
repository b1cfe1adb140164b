import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { CommandQueue, MOST_WAITING, MOST_WAITING_FOR_DEVICE } from '../../../src/homeassistant/commands/command-queue'
import { settled } from './desk-bench'

interface Task {
  readonly device_id: string
  readonly key: number
}

/** A queue whose work ends when a test says so. */
class Bench {
  readonly begun: Task[] = []
  readonly replaced: Task[] = []
  private readonly ends = new Map<string, () => void>()
  readonly queue = new CommandQueue<Task>({
    perform: (task) => {
      assert.ok(!this.ends.has(task.device_id), 'two at a time')
      this.begun.push(task)
      return new Promise((resolve) => this.ends.set(task.device_id, resolve))
    },
    replaces: (newer, older) => newer.key === older.key,
    replaced: (task) => this.replaced.push(task),
  })

  add(device_id: string, key: number): boolean {
    return this.queue.add(device_id, { device_id, key })
  }

  async end(device_id: string): Promise<void> {
    const end = this.ends.get(device_id)
    this.ends.delete(device_id)
    end?.()
    await settled()
  }

  keys(device_id: string): number[] {
    return this.begun.filter((task) => task.device_id === device_id).map(({ key }) => key)
  }
}

describe('commands that wait', () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })

  it('run one at a time on each device, in order', async () => {
    for (const key of [1, 2, 3]) bench.add('a', key)
    bench.add('b', 4)
    assert.deepEqual([bench.queue.running, bench.queue.waiting], [2, 2])
    await bench.end('a')
    await bench.end('a')
    await bench.end('a')
    assert.deepEqual([bench.keys('a'), bench.keys('b')], [[1, 2, 3], [4]])
    assert.deepEqual([bench.queue.running, bench.queue.waiting], [1, 0])
    await bench.end('b')
    assert.equal(bench.queue.running, 0)
  })

  it('give way to a newer one that leaves nothing of them; what runs goes on', async () => {
    for (const key of [1, 1, 2, 1]) bench.add('a', key)
    assert.equal(bench.replaced.length, 1)
    await bench.end('a')
    await bench.end('a')
    await bench.end('a')
    assert.deepEqual(bench.keys('a'), [1, 2, 1])
  })

  it('are at most so many for a device, and for all of them', () => {
    for (let key = 0; key <= MOST_WAITING_FOR_DEVICE; key++) assert.ok(bench.add('a', key))
    assert.ok(!bench.add('a', -1))
    assert.ok(bench.add('a', 1), 'in place of an older one')
    const devices = Math.ceil(MOST_WAITING / MOST_WAITING_FOR_DEVICE) + 1
    let refused = 0
    for (let device = 0; device < devices; device++) {
      for (let key = 0; key <= MOST_WAITING_FOR_DEVICE; key++) if (!bench.add(`b${device}`, key)) refused++
    }
    assert.equal(bench.queue.waiting, MOST_WAITING)
    assert.ok(refused > 0)
  })

  it('are handed back when nobody waits any longer', async () => {
    for (const key of [1, 2, 3]) bench.add('a', key)
    assert.deepEqual(
      bench.queue.stop().map(({ key }) => key),
      [2, 3],
    )
    await bench.end('a')
    assert.deepEqual([bench.keys('a'), bench.queue.running, bench.queue.waiting], [[1], 0, 0])
  })

  it('each run, are replaced, or are refused, whatever comes when', async () => {
    const device = fc.constantFrom('a', 'b', 'c')
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ device, key: fc.integer({ min: 0, max: 30 }) }) },
      { weight: 1, arbitrary: fc.record({ device, key: fc.constant(undefined) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const one = new Bench()
        let added = 0
        let refused = 0
        for (const { device: device_id, key } of steps) {
          if (key === undefined) await one.end(device_id)
          else {
            added++
            if (!one.add(device_id, key)) refused++
          }
          assert.equal(added, one.begun.length + one.replaced.length + refused + one.queue.waiting)
          assert.ok(one.queue.waiting <= 3 * MOST_WAITING_FOR_DEVICE && one.queue.running <= 3)
        }
      }),
      { numRuns: 50 },
    )
  })
})
