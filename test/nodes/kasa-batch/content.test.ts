import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { batchStatus } from '../../../nodes/kasa-batch/batch-status'
import { isAsked, messageOf, payloadsOf, topicOf } from '../../../nodes/kasa-batch/content'
import { reading } from '../../support/readings'

describe('What kasa-batch takes from a message', () => {
  it('is each reading of an array of readings, and any other payload as it is', () => {
    const readings = [reading(), reading({ device_id: 'plug-2' })]
    assert.deepEqual(payloadsOf(readings), readings)
    for (const payload of [reading(), [], [1, 2], [reading(), 1], 'text', undefined, null]) {
      const [only, ...more] = payloadsOf(payload)
      assert.deepEqual([only, more], [payload, []])
    }
  })

  it('is a topic that is text; a number and true or false as they are written', () => {
    assert.deepEqual(['a', 7, false, undefined, null, { a: 1 }].map(topicOf), ['a', '7', 'false', '', '', ''])
  })

  it('is flush or reset where that is there and not false', () => {
    assert.deepEqual([true, 1, 0, '', 'yes', false, null, undefined].map(isAsked), [
      ...Array<boolean>(5).fill(true),
      ...Array<boolean>(3).fill(false),
    ])
  })

  it('makes a message that tells of its batch', () => {
    const batch = { payloads: [1, 2], topic: '', topics: ['a', 'b'], reason: 'count', first_at: 5, last_at: 6 } as const
    assert.deepEqual(messageOf(batch), {
      topic: '',
      payload: [1, 2],
      batch: { count: 2, reason: 'count', first_at: 5, last_at: 6, topics: ['a', 'b'] },
    })
  })

  it('is counted in the status', () => {
    const counts = { waiting: 3, waiting_bytes: 9, topics: 1, sent: 12_345, batches: 9, discarded: 0 }
    assert.deepEqual(batchStatus(counts), ['ready', '3 waiting, 12,345 sent'])
    assert.deepEqual(batchStatus({ ...counts, discarded: 2 }), ['waiting', '3 waiting, 12,345 sent, 2 discarded'])
  })
})
