export interface HttpRequest {
  readonly path: string
  readonly query: URLSearchParams
  /** The session's id. */
  readonly cookie: string | undefined
  readonly body: Buffer
  /** Where it came in. */
  readonly port: number
}

export interface HttpReply {
  readonly status: number
  readonly body: Buffer
  readonly type: string
  /** A session that begins. */
  readonly cookie?: string
}

/** What a device serves over HTTP. */
export interface HttpService {
  /** `undefined`: the device says nothing. */
  reply(request: HttpRequest): HttpReply | undefined
  /** Whether the request belongs to a session, which earlier ones have opened. */
  isInSession(request: HttpRequest): boolean
  /** As a reboot does. */
  forgetSessions(): void
}

export function binaryReply(body: Buffer, cookie?: string): HttpReply {
  return { status: 200, body, type: 'application/octet-stream', ...(cookie === undefined ? {} : { cookie }) }
}

export function jsonReply(value: object, cookie?: string): HttpReply {
  const body = Buffer.from(JSON.stringify(value))
  return { status: 200, body, type: 'application/json;charset=UTF-8', ...(cookie === undefined ? {} : { cookie }) }
}

export function pageReply(status: number, text: string): HttpReply {
  return { status, body: Buffer.from(`<html><body>${text}</body></html>\r\n`), type: 'text/html; charset=UTF-8' }
}

export const FORBIDDEN = pageReply(403, 'Forbidden')
