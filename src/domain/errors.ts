/**
 * What a caller may do with a failed request: `now` (the cause was passing), `later` (after a back-off),
 * `never` (the same request fails again until a person changes something).
 */
export type Retry = 'now' | 'later' | 'never'

/** Every error this pack raises has one of these codes; the codes are stable, the texts are not. */
export const RETRY_BY_CODE = {
  // Reaching a device
  CONNECT_FAILED: 'later',
  CONNECT_TIMEOUT: 'later',
  CONNECTION_LOST: 'now',
  HOST_UNREACHABLE: 'later',
  REPLY_TIMEOUT: 'later',
  REPLY_CUT_SHORT: 'now',
  REPLY_TOO_LARGE: 'later',
  REPLY_INVALID: 'later',
  CIRCUIT_OPEN: 'later',
  CLOSED: 'never',
  // What a device is or says
  DEVICE_REFUSED: 'never',
  DEVICE_UNKNOWN: 'never',
  DEVICE_UNSUPPORTED: 'never',
  /** Its hub has lost contact with it. Asking does not help: the hub's own polls show when it is back. */
  DEVICE_OFFLINE: 'never',
  IDENTITY_MISMATCH: 'later',
  LOGIN_REFUSED: 'never',
  /** It knows the credentials and still will not talk: 403 to a fresh session. */
  SESSION_REFUSED: 'later',
  /** It speaks another protocol than before: its firmware has updated itself. */
  PROTOCOL_CHANGED: 'now',
  /** A device answers a page instead of a reply, as some firmware does; a database opens no more files for one question. */
  QUERY_TOO_LARGE: 'later',
  COMMAND_UNSUPPORTED: 'never',
  COMMAND_NOT_CONFIRMED: 'now',
  /** It waited, and a newer one says otherwise. */
  COMMAND_SUPERSEDED: 'never',
  // What a person or a flow typed
  CONFIG_INVALID: 'never',
  INPUT_INVALID: 'never',
  CURSOR_INVALID: 'never',
  // Where readings live
  DATABASE_UNAVAILABLE: 'later',
  DATABASE_LOCKED: 'later',
  DATABASE_FULL: 'later',
  DATABASE_INVALID: 'never',
  /** The server does not know the user or token, or allows it too little. */
  DATABASE_LOGIN_REFUSED: 'later',
  /** The server is there; the database or bucket is not. */
  DATABASE_MISSING: 'later',
  /** The server, or this kind of database, cannot do what is asked. */
  DATABASE_UNSUPPORTED: 'never',
  /** What was rolled up is read back otherwise than it was written; nothing is deleted. */
  ROLL_UP_UNVERIFIED: 'later',
  /** What is due is not rolled up for longer than it may take. */
  RETENTION_LAGGING: 'later',
  /** Another process has the spool. */
  SPOOL_LOCKED: 'later',
  QUEUE_FULL: 'later',
  /** A reset has taken away what waited to be sent. */
  DISCARDED: 'never',
  // What is kept for a while
  /** Redis is not there, slow or full; memory goes on alone. */
  CACHE_UNAVAILABLE: 'later',
  CACHE_LOGIN_REFUSED: 'later',
  /** The server is no Redis, or too old to tell what others change; or the client's package is not installed. */
  CACHE_UNSUPPORTED: 'later',
  /** Nobody has brought the value that a message waited for. */
  CACHE_TIMEOUT: 'later',
  /** Whoever was to bring the value that others wait for has failed. */
  CACHE_LOAD_FAILED: 'later',
  // MQTT
  BROKER_UNAVAILABLE: 'later',
  BROKER_LOGIN_REFUSED: 'later',
  /** Its certificate, or ours, is not accepted. */
  BROKER_CERTIFICATE_REFUSED: 'later',
  /** The client's package is not installed, or the broker speaks no version that we do. */
  BROKER_UNSUPPORTED: 'later',
  /** Another client says that it is us. */
  BROKER_ID_TAKEN: 'later',
  /** What would be announced breaks a rule of Home Assistant; it was not sent. */
  DISCOVERY_INVALID: 'never',
  /** The package that writes metrics down is not installed. */
  METRICS_UNSUPPORTED: 'later',
  /** Nobody keeps a log that could be asked. */
  LOG_OFF: 'never',
  // The HTTP API
  /** An answer took longer than the API lets it. */
  API_TIMEOUT: 'later',
  /** The package that speaks WebSocket is not installed. */
  LIVE_UNSUPPORTED: 'later',
  // A fault of ours
  INTERNAL: 'never',
} as const satisfies Record<string, Retry>

export type ErrorCode = keyof typeof RETRY_BY_CODE

export interface ErrorDetails {
  /** What the error belongs to, so that a flow need not parse the text. Never a secret. */
  readonly host?: string
  readonly device_id?: string
  readonly field?: string
  readonly value?: unknown
  readonly range?: string
  /** Readings that stay queued and are written later, although this call failed. */
  readonly queued?: number
  /** What a person can do about it, in sentences. */
  readonly findings?: readonly string[]
}

/** The one error class. Branch on `code` or `retry`, never on `message`. */
export class MonitorError extends Error {
  readonly code: ErrorCode
  readonly retry: Retry
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MonitorError'
    this.code = code
    this.retry = RETRY_BY_CODE[code]
    this.details = options.details ?? {}
  }
}

/** Any thrown thing as a `MonitorError`; what is not ours already gets `fallback` as its code. */
export function toMonitorError(thrown: unknown, fallback: ErrorCode = 'INTERNAL'): MonitorError {
  if (thrown instanceof MonitorError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new MonitorError(fallback, message, { cause: thrown })
}

const EXCERPT_LENGTH = 80

/** An error that names the field, the value and what is allowed. */
export function invalid(
  code: 'CONFIG_INVALID' | 'INPUT_INVALID' | 'CURSOR_INVALID',
  field: string,
  value: unknown,
  range: string,
): MonitorError {
  return new MonitorError(code, `${field}: ${excerpt(value)} is not allowed; expected ${range}`, {
    details: { field, value, range },
  })
}

function excerpt(value: unknown): string {
  const text = toText(value)
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text
}

/** JSON where there is one; some foreign objects have neither JSON nor text. */
function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return `a value of type ${typeof value}`
  }
}
