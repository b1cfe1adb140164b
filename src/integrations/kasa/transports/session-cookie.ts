const SESSION = /(?:^|;)\s*((?:TP_)?SESSIONID=[!-:<-~]+)/
const TIMEOUT = /(?:^|;)\s*TIMEOUT=(\d{1,9})(?:;|$)/
const DEFAULT_TIMEOUT_S = 86_400
/** A session is given up this much before the device would, or half-way where it is shorter than that. */
const MARGIN_S = 1200

export interface SessionCookie {
  /** A header line, ended by CRLF; empty where the device gave no session. Other cookies are never sent back. */
  readonly header: string
  /** How long the session may be used. */
  readonly lifetime_ms: number
}

/** What a device's `Set-Cookie` says of the session that it has begun. */
export function sessionCookie(cookies: string): SessionCookie {
  const [, session] = SESSION.exec(cookies) ?? []
  const timeout_s = Number(TIMEOUT.exec(cookies)?.[1] ?? DEFAULT_TIMEOUT_S) || DEFAULT_TIMEOUT_S
  const lifetime_ms = Math.max(timeout_s - MARGIN_S, timeout_s / 2) * 1000
  return { header: session === undefined ? '' : `Cookie: ${session}\r\n`, lifetime_ms }
}
