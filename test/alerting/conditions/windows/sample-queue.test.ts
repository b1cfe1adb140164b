import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { SampleQueue } from '../../../../src/alerting/conditions/windows/sample-queue'

describe('queue of samples', () => {
  it('holds what an array would hold', () => {
    const step = fc.constantFrom('push', 'push', 'push', 'dropFirst', 'dropLast', 'replaceLast', 'clear')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new SampleQueue()
        let model: [number, number][] = []
        for (const [index, name] of steps.entries()) {
          if (name === 'push') {
            queue.push(index, -index)
            model.push([index, -index])
          } else if (name === 'clear' && index % 7 === 0) {
            queue.clear()
            model = []
          } else if (model.length > 0 && name !== 'clear') {
            if (name === 'replaceLast') queue.replaceLast(index, 0.5)
            else queue[name]()
            if (name === 'dropFirst') model.shift()
            else model.pop()
            if (name === 'replaceLast') model.push([index, 0.5])
          }
          assert.equal(queue.length, model.length)
          assert.deepEqual(
            model.map((_, place) => [queue.timeAt(place), queue.valueAt(place)]),
            model,
          )
        }
      }),
    )
  })
})
