import { MonitorError, type ErrorCode } from '../../../../domain/errors'

/** Codes about the whole conversation rather than one method (python-kasa, exceptions and smartprotocol). */
const CONVERSATION_CODES: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [9999, 'SESSION_REFUSED'],
  [-40401, 'SESSION_REFUSED'],
  [-40413, 'SESSION_REFUSED'],
  [1002, 'CONNECTION_LOST'],
  [1112, 'CONNECTION_LOST'],
  [1003, 'PROTOCOL_CHANGED'],
  [-1501, 'LOGIN_REFUSED'],
  [-1005, 'LOGIN_REFUSED'],
  [1100, 'LOGIN_REFUSED'],
  [1111, 'LOGIN_REFUSED'],
  [-40412, 'LOGIN_REFUSED'],
])

/** "Unknown method" and "unknown parameters": the firmware has no part for it. */
const NOT_SUPPORTED: ReadonlySet<number> = new Set([-1002, -1008])

/** What devices answer to a batch that they do not know: as to a method they do not know, or "no JSON" (P100). */
const NO_BATCHES: ReadonlySet<number> = new Set([-1002, -1003, -1008, 1200])

export function isNotSupported(error_code: number): boolean {
  return NOT_SUPPORTED.has(error_code)
}

export function meansNoBatches(error_code: number): boolean {
  return NO_BATCHES.has(error_code)
}

/** The error where asking for something else would meet it as well. */
export function conversationError(error_code: number): MonitorError | undefined {
  const code = CONVERSATION_CODES.get(error_code)
  return code && new MonitorError(code, `the device answers with error ${error_code}`)
}

/** A device that will not say what it is cannot be read. */
export function refusalError(what: string, error_code: number | undefined): MonitorError {
  const code = error_code !== undefined && isNotSupported(error_code) ? 'DEVICE_UNSUPPORTED' : 'REPLY_INVALID'
  return new MonitorError(code, `the device does not answer ${what}: error ${error_code ?? 'unknown'}`)
}
