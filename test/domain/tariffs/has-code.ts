import { MonitorError, type ErrorCode } from '../../../src/domain/errors'

/** For `assert.throws`. */
export function hasCode(code: ErrorCode, message: RegExp) {
  return (thrown: unknown) => thrown instanceof MonitorError && thrown.code === code && message.test(thrown.message)
}
