import { RETRY_BY_CODE, type ErrorCode } from '../../domain/errors'

/** What passes by itself is 503, what does not is 500; beside these. */
const STATUSES: { readonly [Code in ErrorCode]?: number } = {
  INPUT_INVALID: 400,
  CURSOR_INVALID: 400,
  DEVICE_UNKNOWN: 404,
  COMMAND_SUPERSEDED: 409,
  COMMAND_UNSUPPORTED: 422,
  DATABASE_UNSUPPORTED: 501,
  DEVICE_UNSUPPORTED: 501,
  LIVE_UNSUPPORTED: 501,
  LOG_OFF: 501,
  // A device behind us does not answer as it should.
  CONNECT_FAILED: 502,
  CONNECTION_LOST: 502,
  HOST_UNREACHABLE: 502,
  REPLY_CUT_SHORT: 502,
  REPLY_TOO_LARGE: 502,
  REPLY_INVALID: 502,
  DEVICE_REFUSED: 502,
  IDENTITY_MISMATCH: 502,
  LOGIN_REFUSED: 502,
  SESSION_REFUSED: 502,
  PROTOCOL_CHANGED: 502,
  COMMAND_NOT_CONFIRMED: 502,
  CLOSED: 503,
  DEVICE_OFFLINE: 503,
  CONNECT_TIMEOUT: 504,
  REPLY_TIMEOUT: 504,
}

/** The HTTP status of an error. */
export function statusOf(code: ErrorCode): number {
  return STATUSES[code] ?? (RETRY_BY_CODE[code] === 'never' ? 500 : 503)
}
