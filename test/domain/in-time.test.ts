import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { inTime } from '../../src/domain/in-time'
import { FakeClock } from '../support/fake-clock'

describe('an answer that is not waited for long', () => {
  let clock: FakeClock
  beforeEach(() => (clock = new FakeClock()))
  const ask = (question: () => Promise<string>) => inTime(clock, 500, question)

  it('is given where it comes, and leaves no timer', async () => {
    assert.equal(await ask(() => Promise.resolve('here')), 'here')
    assert.equal(clock.pending, 0)
  })

  it('is given where it has come when time is over', async () => {
    const answer = ask(() => Promise.resolve('here'))
    clock.advance(500)
    assert.equal(await answer, 'here')
  })

  it('waits for no disk that hangs', async () => {
    const answer = ask(() => new Promise<string>(() => undefined))
    clock.advance(500)
    assert.equal(await answer, undefined)
    assert.equal(clock.pending, 0)
  })

  it('is none where the question fails, at once or later', async () => {
    const fail = () => {
      throw new Error('at once')
    }
    assert.equal(await ask(fail), undefined)
    assert.equal(await ask(() => Promise.reject(new Error('later'))), undefined)
    assert.equal(clock.pending, 0)
  })
})
