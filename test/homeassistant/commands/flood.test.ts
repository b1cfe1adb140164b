import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { RETRY_BY_CODE } from '../../../src/domain/errors'
import { COMMAND_KEYS } from '../../../src/homeassistant/commands/command-keys'
import { MOST_WAITING, MOST_WAITING_FOR_DEVICE } from '../../../src/homeassistant/commands/command-queue'
import { DeskBench, known, settled, type ToldResult } from './desk-bench'

const KEYS = Object.keys(COMMAND_KEYS)

describe('whatever comes by MQTT', () => {
  it('becomes a command or a refusal with a code', async () => {
    const slug = fc.constantFrom('plug', 'bulb', 'bridge', 'nobody', '', '$SYS', '__proto__')
    const key = fc.oneof(fc.constantFrom(...KEYS, ''), fc.string({ unit: 'binary' }))
    const topic = fc.oneof(
      slug.map((device) => `kasa/${device}/set`),
      fc.tuple(slug, key).map(([device, name]) => `kasa/${device}/set/${name}`),
      fc.string({ unit: 'binary' }),
    )
    const payload = fc.oneof(
      fc.constantFrom('ON', 'OFF', 'TOGGLE', 'PRESS', '50', '{"state":"ON","brightness":3}'),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString()),
      fc.dictionary(key, fc.jsonValue()).map((given) => JSON.stringify(given)),
    )
    const message = fc.record(
      {
        response_topic: fc.string({ unit: 'binary' }),
        correlation: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(topic, payload, message), { maxLength: 30 }), async (messages) => {
        const bench = new DeskBench()
        for (const given of messages) bench.say(...given)
        await settled()
        for (const { payload: told } of bench.told) {
          const { ok, error } = JSON.parse(told) as ToldResult
          assert.ok(ok || (error && error.code in RETRY_BY_CODE && error.code !== 'INTERNAL'), told)
        }
        assert.ok(bench.desk.status().waiting <= 2 * MOST_WAITING_FOR_DEVICE)
        bench.desk.stop()
        assert.equal(bench.clock.pending, 0)
      }),
      { numRuns: 300 },
    )
  })

  it('waits within bounds when 10,000 come at once, and each is answered', async () => {
    const devices = Array.from({ length: 200 }, (_, index) => known(`plug${index}`))
    const bench = new DeskBench(devices)
    for (let sent = 0; sent < 10_000; sent++) bench.say(`kasa/plug${sent % 200}/set/on`, 'TOGGLE')
    const { running, waiting, refused } = bench.desk.status()
    assert.deepEqual([running, waiting, refused], [200, MOST_WAITING, 10_000 - 200 - MOST_WAITING])
    await settled()
    for (let done = 0; done < bench.runs.length; done++) {
      bench.runs[done]?.done()
      await settled()
    }
    const { done, ...rest } = bench.desk.status()
    assert.deepEqual([done, rest.running, rest.waiting], [200 + MOST_WAITING, 0, 0])
    assert.equal(bench.told.length, 10_000)
    assert.equal(bench.clock.pending, 0)
  })
})
