import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { DeskBench, settled } from './desk-bench'

describe('results of commands', () => {
  let bench: DeskBench
  beforeEach(() => {
    bench = new DeskBench()
  })

  it('go to the response topic as well, with the correlation data of the command', () => {
    const correlation = Buffer.from([0, 255, 7])
    bench.say('kasa/plug/set/on', 'maybe', { response_topic: 'panel/answers', correlation })
    assert.deepEqual(
      bench.told.map((each) => [each.topic, each.correlation]),
      [
        ['kasa/plug/result', correlation],
        ['panel/answers', correlation],
      ],
    )
    assert.equal(bench.told[0]?.payload, bench.told[1]?.payload)
  })

  for (const response_topic of [
    ...['', '#', 'panel/+', 'panel/#', '$SYS/broker', '$share/a/b', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(600)],
    ...['kasa', 'kasa/bulb/set', 'kasa/bulb/set/on', 'kasa/bulb/state', 'kasa/bridge/state'],
    ...['homeassistant', 'homeassistant/status', 'homeassistant/switch/x/config'],
  ]) {
    it(`never go to ${JSON.stringify(response_topic.slice(0, 30))}`, () => {
      bench.say('kasa/plug/set/on', 'maybe', { response_topic })
      assert.deepEqual(
        bench.told.map(({ topic }) => topic),
        ['kasa/plug/result'],
      )
      assert.deepEqual(bench.results()[0]?.ignored, ['response topic'])
    })
  }

  it('go once where the response topic is where they go anyway', () => {
    bench.say('kasa/plug/set/on', 'maybe', { response_topic: 'kasa/plug/result', correlation: Buffer.from('a') })
    assert.deepEqual(
      bench.told.map(({ topic, correlation }) => [topic, correlation?.toString()]),
      [['kasa/plug/result', 'a']],
    )
    assert.equal(bench.results()[0]?.ignored, undefined)
  })

  it('leave out correlation data that is too long to be kept', async () => {
    bench.say('kasa/plug/set/on', 'ON', { response_topic: 'panel', correlation: Buffer.alloc(257) })
    await settled()
    await bench.finish()
    assert.ok(bench.told.every(({ correlation }) => correlation === undefined))
    assert.deepEqual(bench.results('panel')[0]?.ignored, ['correlation data'])
  })

  it('stay short, whatever was sent', () => {
    bench.say('kasa/plug/set', { [`${'k'.repeat(2000)}`]: { deep: 'v'.repeat(1900) } })
    bench.say(`kasa/${'d'.repeat(60_000)}/set/${'k'.repeat(60)}`, 'x'.repeat(200_000))
    for (const { payload } of bench.told) assert.ok(payload.length < 2000, `${payload.length}`)
    assert.equal(bench.told.length, 2)
  })
})
