import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Queue } from '../../src/polling/lane'

describe('Queue', () => {
  it('gives items in the order in which they came, those put back first', () => {
    const step = fc.constantFrom('push', 'push', 'push', 'shift', 'shift', 'put back', 'drain')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 0, max: 3000 }), (steps, already) => {
        const queue = new Queue<number>()
        const model: number[] = []
        let next = 0
        const push = () => {
          queue.push(next)
          model.push(next++)
        }
        for (let count = 0; count < already; count++) push()
        for (const name of steps) {
          if (name === 'push') push()
          else if (name === 'shift') assert.equal(queue.shift(), model.shift())
          else if (name === 'put back') {
            const item = queue.shift()
            if (item !== undefined) queue.unshift(item)
          } else {
            for (let count = 0; count < 1500; count++) assert.equal(queue.shift(), model.shift())
          }
          assert.equal(queue.length, model.length)
        }
      }),
    )
  })
})
