import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { invalid, MonitorError, RETRY_BY_CODE, toMonitorError, type ErrorCode } from '../../src/domain/errors'

describe('an error', () => {
  it('says by its code whether to try again', () => {
    for (const code of Object.keys(RETRY_BY_CODE) as ErrorCode[]) {
      assert.equal(new MonitorError(code, 'text').retry, RETRY_BY_CODE[code])
    }
  })

  it('of bad input names the field, the value and the range', () => {
    const error = invalid('INPUT_INVALID', 'brightness_pct', 300, 'a whole number from 0 to 100')
    assert.match(error.message, /brightness_pct.*300.*0 to 100/)
    assert.deepEqual(error.details, { field: 'brightness_pct', value: 300, range: 'a whole number from 0 to 100' })
  })

  it('of bad input stays short whatever was typed', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        assert.ok(invalid('INPUT_INVALID', 'field', value, 'a range').message.length < 200)
      }),
    )
  })

  it('of bad input can be made from a value that contains itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    assert.equal(invalid('INPUT_INVALID', 'field', loop, 'a range').code, 'INPUT_INVALID')
  })

  it('is passed on as it is, and anything else thrown becomes one', () => {
    const error = new MonitorError('REPLY_TIMEOUT', 'text')
    assert.equal(toMonitorError(error), error)
    assert.equal(toMonitorError('a string').code, 'INTERNAL')
    const cause = new Error('disk')
    const wrapped = toMonitorError(cause, 'DATABASE_UNAVAILABLE')
    assert.equal(wrapped.code, 'DATABASE_UNAVAILABLE')
    assert.equal(wrapped.cause, cause)
  })
})
