import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Turns } from '../../../src/database/history/turns'

describe('long work in turns', () => {
  it('is over after some time, whatever was done, and then lets others in', async () => {
    const turns = new Turns()
    let isHeard = false
    setImmediate(() => (isHeard = true))
    while (!turns.isOver);
    assert.equal(isHeard, false)
    await turns.next()
    assert.equal(isHeard, true)
  })
})
