import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { Requests } from '../../../nodes/kasa-poll/requests'

const reading = (device_id: string, timestamp: number, source: Reading['source'] = 'poll'): Reading => ({
  device_id,
  timestamp,
  source,
  alias: device_id,
  model: 'HS110(EU)',
  host: '127.0.0.1',
  quality: 'good',
})

function setUp(readNow: (name: string) => Promise<Reading>) {
  const passed: Reading[] = []
  const due: (() => void)[] = []
  const scope = {
    timeout: (callback: () => void) => {
      due.push(callback)
      return () => {}
    },
  }
  const requests = new Requests({ readNow }, scope as never, (each) => passed.push(each))
  return { requests, passed, letTimePass: () => due.splice(0).forEach((callback) => callback()) }
}

describe('Readings asked for by message', () => {
  it('passes on what nobody asked for at once', () => {
    const { requests, passed } = setUp(() => Promise.reject(new Error('unused')))
    requests.receive(reading('a', 1))
    assert.equal(passed.length, 1)
  })

  it('come out once, as the answer; others that came meanwhile are passed on', async () => {
    let answerWith: (found: Reading) => void = () => {}
    const { requests, passed, letTimePass } = setUp(() => new Promise((resolve) => (answerWith = resolve)))
    const answers: Reading[] = []
    const done = requests.read(['a'], (found) => answers.push(found))
    requests.receive(reading('b', 1))
    requests.receive(reading('a', 1))
    answerWith(reading('a', 1))
    await done
    letTimePass()
    assert.deepEqual(
      answers.map(({ device_id }) => device_id),
      ['a'],
    )
    assert.deepEqual(
      passed.map(({ device_id }) => device_id),
      ['b'],
    )
  })

  it('from the cache keep no new reading back', async () => {
    const { requests, passed, letTimePass } = setUp(async () => reading('a', 1, 'cache'))
    const done = requests.read(['a'], () => {})
    requests.receive(reading('a', 1))
    await done
    letTimePass()
    assert.equal(passed.length, 1)
  })

  it('fail only where no device answers', async () => {
    const refuse = new MonitorError('CIRCUIT_OPEN', 'a does not answer')
    const { requests } = setUp(async (name) => {
      if (name === 'a') throw refuse
      return reading(name, 1)
    })
    const answers: string[] = []
    await requests.read(['a', 'b'], ({ device_id }) => answers.push(device_id))
    assert.deepEqual(answers, ['b'])
    await assert.rejects(
      requests.read(['a'], () => {}),
      refuse,
    )
    await assert.rejects(
      requests.read([], () => {}),
      { code: 'DEVICE_UNKNOWN' },
    )
  })
})
