import { MonitorError } from '../../domain/errors'

const LOST: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no server listens there',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'the host does not answer',
}
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/

/** The server has not answered in time; it may have taken what it got. */
export class ServerTimeout extends MonitorError {
  constructor(url: string, timeout_ms: number) {
    const { host } = new URL(url)
    super('DATABASE_UNAVAILABLE', `${url}: it did not answer within ${timeout_ms / 1000} s`, { details: { host } })
  }
}

/** Whether the connection ended before there was an answer. */
export function isLostConnection(thrown: unknown): boolean {
  return LOST.has(codeOf(thrown))
}

/** Why there was no answer. The thrown error is not passed on: some hold the request, and with it the login. */
export function connectionError(thrown: unknown, url: string): MonitorError {
  const { host } = new URL(url)
  return new MonitorError('DATABASE_UNAVAILABLE', `${url}: ${reasonOf(thrown)}`, { details: { host } })
}

function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown)
  if (code === undefined) return 'the connection ended in the middle of an answer'
  if (LOST.has(code)) return 'the server ended the connection'
  if (CERTIFICATE.test(code)) return `its certificate is not valid (${code}); turn the check off where you trust it`
  if (code === 'EPROTO') return 'it does not speak https'
  return REASONS[code] ?? `the connection failed (${code})`
}

function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : undefined
}
