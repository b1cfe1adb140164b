import { MonitorError, type ErrorCode } from '../../../domain/errors'

const CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'CONNECT_FAILED',
  ECONNRESET: 'CONNECTION_LOST',
  EPIPE: 'CONNECTION_LOST',
  ETIMEDOUT: 'CONNECT_TIMEOUT',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
  EHOSTDOWN: 'HOST_UNREACHABLE',
  ENETUNREACH: 'HOST_UNREACHABLE',
  ENETDOWN: 'HOST_UNREACHABLE',
  EADDRNOTAVAIL: 'HOST_UNREACHABLE',
  ENOTFOUND: 'HOST_UNREACHABLE',
  EAI_AGAIN: 'HOST_UNREACHABLE',
}

/** The system's error on the way to a device, as ours. */
export function socketError(error: NodeJS.ErrnoException, host: string): MonitorError {
  const code = CODES[error.code ?? ''] ?? 'CONNECT_FAILED'
  return new MonitorError(code, `${host}: ${error.message}`, { cause: error, details: { host } })
}
