import assert from 'node:assert/strict'
import { MonitorError } from '../../../src/domain/errors'

/** It is refused, naming the path, and what is allowed there in words that hold `range`. */
export function assertRefused(run: () => unknown, field: string, range = /./): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof MonitorError, String(error))
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.equal(error.details.field, field)
    assert.match(error.details.range ?? '', range)
    assert.ok(error.message.startsWith(`${field}: `))
    return true
  })
}
