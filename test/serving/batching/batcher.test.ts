import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { BatchingStage } from './batching-stage'

describe('Batching', () => {
  it('sends ten messages as one, and they are done then and not before', () => {
    const stage = new BatchingStage().started()
    for (let number = 1; number <= 9; number++) stage.add(number)
    assert.deepEqual([stage.told, stage.ends.size], [[], 0])
    stage.add(10)
    assert.deepEqual(stage.told, [['count', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
    assert.deepEqual([...stage.ends.values()], Array(10).fill('done'))
  })

  it('sends what there is when the time of the first message is over, and says when the first and the last came', () => {
    const stage = new BatchingStage().started()
    const began = stage.clock.now()
    stage.add('a')
    stage.clock.advance(60)
    stage.add('b')
    stage.clock.advance(39)
    assert.deepEqual(stage.told, [])
    stage.clock.advance(1)
    assert.deepEqual(stage.told, [['time', 'a', 'b']])
    assert.deepEqual([stage.sent[0]?.first_at, stage.sent[0]?.last_at], [began, began + 60])
    stage.clock.advance(10_000)
    assert.equal(stage.sent.length, 1)
  })

  it('gives a batch that follows one that was full its whole time', () => {
    const stage = new BatchingStage({ maximum_count: 2 }).started()
    stage.add(1)
    stage.clock.advance(50)
    stage.add(2)
    stage.add(3)
    stage.clock.advance(99)
    assert.equal(stage.sent.length, 1)
    stage.clock.advance(1)
    assert.deepEqual(stage.told.at(-1), ['time', 3])
  })

  it('sends no batch that is larger than it may be, but for a message that alone is', () => {
    const stage = new BatchingStage({ maximum_bytes: 1000 }).started()
    stage.add('a'.repeat(600))
    stage.add('b'.repeat(600))
    assert.deepEqual(stage.told, [['bytes', 'a'.repeat(600)]])
    stage.add('c'.repeat(5000))
    assert.deepEqual(
      stage.told.map(([reason, text]) => [reason, String(text)[0]]),
      [
        ['bytes', 'a'],
        ['bytes', 'b'],
        ['bytes', 'c'],
      ],
    )
  })

  it('does not tear an array of readings apart, nor lets a batch grow beyond its number by one', () => {
    const stage = new BatchingStage({ maximum_count: 4 }).started()
    stage.addAll([1, 2, 3])
    stage.addAll([4, 5])
    stage.addAll([6, 7, 8, 9, 10, 11])
    assert.deepEqual(stage.told, [
      ['count', 1, 2, 3],
      ['count', 4, 5],
      ['count', 6, 7, 8, 9, 10, 11],
    ])
  })

  it('tells the topic of each payload where all are gathered together, and one where they share it', () => {
    const stage = new BatchingStage({ maximum_count: 2 }).started()
    stage.add(1, 'a')
    stage.add(2, 'b')
    stage.add(3, 'a')
    stage.add(4, 'a')
    const [mixed, same] = stage.sent
    assert.deepEqual([mixed?.topic, mixed?.topics], ['', ['a', 'b']])
    assert.deepEqual([same?.topic, same?.topics], ['a', undefined])
  })

  it('gathers each topic apart, each with its own time', () => {
    const stage = new BatchingStage({ group_by: 'topic', maximum_count: 2 }).started()
    stage.add(1, 'a')
    stage.clock.advance(40)
    stage.add(2, 'b')
    stage.add(3, 'b')
    assert.deepEqual(stage.told, [['count', 2, 3]])
    stage.add(4, 'c')
    stage.clock.advance(60)
    assert.deepEqual(stage.told.at(-1), ['time', 1])
    stage.clock.advance(40)
    assert.deepEqual(stage.told.at(-1), ['time', 4])
  })

  it('lets a critical message go at once, behind what waits of its topic', () => {
    const stage = new BatchingStage({ group_by: 'topic' }).started()
    stage.add(1, 'a')
    stage.add(2, 'b')
    stage.add(3, 'a')
    stage.add('fire', 'a', true)
    assert.deepEqual(stage.told, [['critical', 1, 3, 'fire']])
    assert.deepEqual(
      [...stage.ends],
      [1, 3, 'fire'].map((payload) => [payload, 'done']),
    )
  })

  it('lets a critical message overtake what waits, where that is chosen', () => {
    const stage = new BatchingStage({ critical_order: 'ahead' }).started()
    stage.add(1)
    stage.add('fire', '', true)
    assert.deepEqual(stage.told, [['critical', 'fire']])
    stage.clock.advance(100)
    assert.deepEqual(stage.told.at(-1), ['time', 1])
  })

  it('sends what waits of a topic, or everything, when it is asked to', () => {
    const stage = new BatchingStage({ group_by: 'topic' }).started()
    for (const topic of ['a', 'b', 'c']) stage.add(topic, topic)
    stage.batcher.flush('b')
    assert.deepEqual(stage.told, [['flush', 'b']])
    stage.batcher.flush('unknown')
    stage.batcher.flush()
    assert.deepEqual(stage.told.slice(1), [
      ['flush', 'a'],
      ['flush', 'c'],
    ])
  })

  it('discards what waits of a topic, or everything; counts it, and ends each message with an error', () => {
    const stage = new BatchingStage({ group_by: 'topic' }).started()
    for (const topic of ['a', 'b', 'c']) stage.add(topic, topic)
    assert.equal(stage.batcher.reset('b'), 1)
    assert.deepEqual([...stage.ends], [['b', 'DISCARDED']])
    assert.equal(stage.batcher.reset(), 2)
    assert.equal(stage.batcher.reset(), 0)
    stage.clock.advance(1000)
    assert.deepEqual(stage.told, [])
    const { waiting, waiting_bytes, topics, discarded } = stage.batcher.statistics()
    assert.deepEqual([waiting, waiting_bytes, topics, discarded], [0, 0, 0, 3])
  })

  it('sends the topic that has waited longest when there are too many', () => {
    const stage = new BatchingStage({ group_by: 'topic', maximum_topics: 2 }).started()
    for (const topic of ['a', 'b', 'a', 'c']) stage.add({ topic }, topic)
    assert.deepEqual(stage.told, [['full', { topic: 'a' }, { topic: 'a' }]])
  })

  it('sends the batch that has waited longest when too much waits', () => {
    const stage = new BatchingStage({ group_by: 'topic', maximum_waiting: 3 }).started()
    stage.add(1, 'a')
    stage.addAll([2, 3], 'b')
    stage.add(4, 'c')
    assert.deepEqual(stage.told, [['full', 1]])
  })

  it('holds 32 MB at most, whatever the settings say', () => {
    const stage = new BatchingStage({ group_by: 'topic', maximum_bytes: 16_000_000 }).started()
    for (const topic of ['a', 'b', 'c']) stage.add('x'.repeat(12_000_000), topic)
    assert.deepEqual(
      stage.sent.map(({ topic, reason }) => [topic, reason]),
      [['a', 'full']],
    )
  })

  it('ends messages with the error where they cannot be sent', () => {
    const stage = new BatchingStage({ maximum_count: 2 }).started()
    stage.fault = new Error('no wire')
    stage.add(1)
    stage.add(2)
    assert.deepEqual([...stage.ends.values()], ['INTERNAL', 'INTERNAL'])
  })

  it('sends what waited before a restart at the start, no batch too large, then goes on with what came meanwhile', () => {
    const stage = new BatchingStage({ maximum_count: 2 })
    stage.add('meanwhile')
    stage.restore([1, 2, 3])
    stage.clock.advance(1000)
    assert.deepEqual(stage.told, [])
    stage.started()
    assert.deepEqual(stage.told, [
      ['count', 1, 2],
      ['close', 3],
    ])
    stage.add('fire', '', true)
    assert.deepEqual(stage.told.at(-1), ['critical', 'meanwhile', 'fire'])
  })

  it('does not forget that something is critical which came before the start', () => {
    const stage = new BatchingStage()
    stage.add('fire', '', true)
    assert.deepEqual(stage.started().told, [['critical', 'fire']])
  })

  it('keeps what waited before a restart where it is closed before it has started', () => {
    const stage = new BatchingStage()
    const [restored] = stage.restore([1])
    const came = stage.add(2)
    stage.batcher.hold()
    assert.deepEqual(stage.batcher.messages(), [restored, came])
  })

  it('refuses what comes before the start when too much waits', () => {
    const stage = new BatchingStage({ maximum_waiting: 2 })
    for (const number of [1, 2, 3]) stage.add(number)
    assert.deepEqual([...stage.ends], [[3, 'QUEUE_FULL']])
  })

  it('sends nothing while it is closed; what is kept is done, what is not has failed', () => {
    const stage = new BatchingStage().started()
    const kept = stage.add(1)
    stage.add(2)
    stage.batcher.hold()
    assert.equal(stage.clock.pending, 0)
    const late = stage.add(3, '', true)
    stage.clock.advance(1000)
    assert.deepEqual(
      stage.batcher.messages().map(({ payloads }) => payloads[0]),
      [1, 2, 3],
    )
    stage.batcher.end(new Set([kept, late]))
    stage.batcher.end(new Set())
    stage.add(4)
    assert.deepEqual(
      [...stage.ends],
      [
        [1, 'done'],
        [2, 'CLOSED'],
        [3, 'done'],
        [4, 'CLOSED'],
      ],
    )
    assert.deepEqual(stage.told, [])
    assert.equal(stage.batcher.statistics().discarded, 1)
  })

  it('counts what waits and what was sent', () => {
    const stage = new BatchingStage({ group_by: 'topic', maximum_count: 2 }).started()
    stage.add(1, 'a')
    stage.add(2, 'a')
    stage.add(3, 'a')
    stage.add(4, 'b')
    const { waiting_bytes, ...counts } = stage.batcher.statistics()
    assert.deepEqual(counts, { waiting: 2, topics: 2, sent: 2, batches: 1, discarded: 0 })
    assert.equal(waiting_bytes, 2 * '[3]a'.length)
  })
})
