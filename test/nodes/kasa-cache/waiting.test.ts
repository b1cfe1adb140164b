import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Waiting } from '../../../nodes/kasa-cache/waiting'

const never = () => new Promise<string>(() => {})
const unexpected = () => assert.fail('nobody waits for it')

describe('Messages that wait', () => {
  it('get what they wait for, or its error', async () => {
    const waiting = new Waiting()
    assert.equal(await waiting.until(() => Promise.resolve('value'), unexpected), 'value')
    await assert.rejects(
      waiting.until(() => Promise.reject(new Error('no')), unexpected),
      /no/,
    )
    assert.equal(waiting.size, 0)
  })

  it('all end when the node is closed, and none begins afterwards', async () => {
    const waiting = new Waiting()
    const ends = [1, 2, 3].map(() => waiting.until(never, unexpected))
    assert.equal(waiting.size, 3)
    waiting.close()
    for (const end of [...ends, waiting.until(never, unexpected)]) await assert.rejects(end, { code: 'CLOSED' })
    assert.equal(waiting.size, 0)
  })

  it('are told of an answer that comes after the end, to do with it what is needed', async () => {
    const waiting = new Waiting()
    let answer = (_value: string) => {}
    const late: string[] = []
    const end = waiting.until(
      () => new Promise<string>((resolve) => (answer = resolve)),
      (value) => void late.push(value),
    )
    waiting.close()
    await assert.rejects(end, { code: 'CLOSED' })
    answer('a turn')
    await Promise.resolve()
    assert.deepEqual(late, ['a turn'])
  })
})
