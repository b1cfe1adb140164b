import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { BatchOptions } from '../../../src/serving/batching/batch-options'
import { BatchingStage } from './batching-stage'

const TOPICS = ['a', 'b', 'c', 'd']

type Step =
  | {
      readonly kind: 'add'
      readonly topic: string
      readonly size: number
      readonly many: number
      readonly isCritical: boolean
    }
  | { readonly kind: 'wait'; readonly duration_ms: number }
  | { readonly kind: 'flush' | 'reset'; readonly topic: string | undefined }

const topic = fc.constantFrom(...TOPICS)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        topic,
        size: fc.integer({ min: 0, max: 700 }),
        many: fc.integer({ min: 1, max: 4 }),
        isCritical: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), duration_ms: fc.nat(150) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('flush' as const, 'reset' as const),
        topic: fc.option(topic, { nil: undefined }),
      }),
    },
  ),
  { maxLength: 60 },
)
const options: fc.Arbitrary<BatchOptions> = fc.record({
  group_by: fc.constantFrom('all' as const, 'topic' as const),
  maximum_count: fc.integer({ min: 1, max: 8 }),
  maximum_ms: fc.integer({ min: 1, max: 300 }),
  maximum_bytes: fc.integer({ min: 1000, max: 4000 }),
  critical_order: fc.constantFrom('together' as const, 'ahead' as const),
  maximum_topics: fc.integer({ min: 1, max: 3 }),
  maximum_waiting: fc.integer({ min: 1, max: 20 }),
})

interface Payload {
  readonly number: number
  readonly text: string
}

describe('Batching, whatever comes', () => {
  it('sends or discards each payload once, in the order of its topic, in batches within their bounds, in time', () => {
    fc.assert(
      fc.property(options, steps, (given, story) => {
        const stage = new BatchingStage(given).started()
        const { batcher, clock, sent, ends } = stage
        const came: { payload: Payload; topic: string; at: number; isCritical: boolean; many: number }[] = []
        const seen = new Set<unknown>()
        let looked = 0
        for (const step of story) {
          if (step.kind === 'wait') clock.advance(step.duration_ms)
          else if (step.kind === 'add') {
            const { topic, many, isCritical } = step
            const payloads = Array.from({ length: many }, (_, index) => {
              const payload = { number: came.length + index, text: 'x'.repeat(step.size) }
              return payload
            })
            for (const payload of payloads) came.push({ payload, topic, at: clock.now(), isCritical, many })
            stage.addAll(payloads, topic, isCritical)
          } else batcher[step.kind](step.topic)

          const waits = came.filter(({ payload }) => !ends.has(payload))
          const { waiting, topics } = batcher.statistics()
          assert.equal(waiting, waits.length)
          assert.ok(waiting <= given.maximum_waiting && topics <= given.maximum_topics)
          // What is due goes out when the clock reaches it.
          for (const { at } of waits) assert.ok(clock.now() - at < given.maximum_ms)
          assert.ok(clock.pending <= 1)
          for (; looked < sent.length; looked++) {
            const batch = sent[looked]
            assert.ok(batch)
            for (const payload of batch.payloads) {
              assert.ok(!seen.has(payload))
              seen.add(payload)
              assert.equal(ends.get(payload), 'done')
            }
            const first = came[(batch.payloads[0] as Payload).number]
            if (batch.payloads.length > given.maximum_count) assert.equal(batch.payloads.length, first?.many)
            const size = JSON.stringify(batch.payloads).length
            if (size > given.maximum_bytes) assert.equal(batch.payloads.length, first?.many)
          }
        }
        batcher.flush()
        const lost = [...ends.values()].filter((end) => end === 'DISCARDED').length
        assert.equal(lost, batcher.statistics().discarded)
        assert.equal(ends.size, came.length)
        const order = sent.flatMap(({ payloads }) => payloads as readonly Payload[])
        assert.equal(order.length + lost, came.length)
        for (const topic of TOPICS) {
          const numbers = order
            .filter(({ number }) => came[number]?.topic === topic)
            .filter(({ number }) => given.critical_order === 'together' || !came[number]?.isCritical)
            .map(({ number }) => number)
          assert.deepEqual(
            numbers,
            [...numbers].sort((a, b) => a - b),
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})
