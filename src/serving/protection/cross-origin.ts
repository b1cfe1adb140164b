import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

const REQUEST_HEADERS = 'Authorization, Content-Type, If-None-Match, X-API-Key'
const RESPONSE_HEADERS = 'Age, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Cache'
const PREFLIGHT_S = 600

/** Which web pages of other origins may ask; none, unless a person has named them. */
export class CrossOrigin {
  constructor(private readonly origins: readonly string[]) {}

  /** Lets the page that asks read the answer, where it may. */
  allow({ headers }: IncomingMessage, response: ServerResponse): void {
    const { origin } = headers
    if (origin === undefined) return
    // Up to Node-RED 4, an editor at the root of the server lets all pages read whatever that serves.
    response.removeHeader('Access-Control-Allow-Origin')
    if (!this.isAllowed(origin)) return
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', RESPONSE_HEADERS)
  }

  /** After `allow`, where a page asks whether it may. */
  allowMethods({ headers }: IncomingMessage, response: ServerResponse, methods: string): void {
    if (headers['access-control-request-method'] === undefined) return
    if (!response.hasHeader('Access-Control-Allow-Origin')) return
    response.setHeader('Access-Control-Allow-Methods', methods)
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS)
    response.setHeader('Access-Control-Max-Age', PREFLIGHT_S)
  }

  /**
   * Whether a page may change something, or open a WebSocket: browsers let any page do that, with the logins of whoever looks at
   * it; the first because that editor answers as well where they ask whether it may.
   */
  mayAct({ origin, host }: IncomingHttpHeaders): boolean {
    if (origin === undefined || this.isAllowed(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === host
  }

  private isAllowed(origin: string): boolean {
    return this.origins.includes('*') || this.origins.includes(origin)
  }
}
