import { createHash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { encode, SMALLEST_ENCODED_BYTES } from './encoding'
import type { Encoding } from './negotiation'

/** A whole answer, as the cache keeps it. */
export interface Content {
  readonly status: number
  readonly type: string
  readonly body: string
  /** The query of the next page. */
  readonly next?: string
}

/** Text has a character for each byte, as `latin1` does: Node.js copies it into one piece with the head, which pays where it is small. */
export type Bytes = Buffer | string
const LARGEST_TEXT_BYTES = 8192

/** Whatever an answer may differ by. */
export const VARY = 'Accept, Accept-Encoding, Origin'

/** As it goes over the wire. */
export class EncodedPage {
  readonly headers: OutgoingHttpHeaders
  private kept_headers: OutgoingHttpHeaders | undefined
  private kept_s = 0

  constructor(
    readonly body: Bytes,
    /** Strong: each encoding has its own. */
    readonly etag: string,
    private readonly newHeaders: () => OutgoingHttpHeaders,
  ) {
    this.headers = newHeaders()
  }

  /**
   * Where it was kept for so long. Made once a second for all: Node.js looks at each header of an answer again when one of them was
   * set by itself.
   */
  headersOfKept(age_s: number): OutgoingHttpHeaders {
    if (this.kept_headers && this.kept_s === age_s) return this.kept_headers
    const headers = this.newHeaders()
    headers['X-Cache'] = 'HIT'
    if (age_s > 0) headers.Age = age_s
    this.kept_s = age_s
    this.kept_headers = headers
    return headers
  }
}

/** A whole answer in every encoding that somebody has asked for, ready to be sent. */
export class Page {
  private readonly hash: string
  private readonly isWorthIt: boolean
  private readonly encoded = new Map<Encoding, EncodedPage>()
  private readonly encoding = new Map<Encoding, Promise<EncodedPage>>()

  constructor(
    readonly content: Content,
    /** For `Cache-Control`. */
    private readonly caching: string,
  ) {
    this.hash = createHash('sha256').update(content.body).digest('base64url').slice(0, 22)
    this.isWorthIt = Buffer.byteLength(content.body) > SMALLEST_ENCODED_BYTES
  }

  get status(): number {
    return this.content.status
  }

  /** What is there already; undefined where `encode` is needed. */
  ready(wanted: Encoding): EncodedPage | undefined {
    return this.encoded.get(this.isWorthIt ? wanted : 'identity')
  }

  /** Once, however many ask. */
  encode(wanted: Encoding): Promise<EncodedPage> {
    const encoding = this.isWorthIt ? wanted : 'identity'
    const running = this.encoding.get(encoding) ?? this.run(encoding)
    this.encoding.set(encoding, running)
    return running
  }

  private async run(encoding: Encoding): Promise<EncodedPage> {
    const bytes = await encode(Buffer.from(this.content.body), encoding)
    const body = bytes.length > LARGEST_TEXT_BYTES ? bytes : bytes.toString('latin1')
    const etag = encoding === 'identity' ? `"${this.hash}"` : `"${this.hash}-${encoding}"`
    const page = new EncodedPage(body, etag, () => this.headersOf(encoding, body.length, etag))
    this.encoded.set(encoding, page)
    return page
  }

  private headersOf(encoding: Encoding, bytes: number, etag: string): OutgoingHttpHeaders {
    const { type, next } = this.content
    // Not spread: V8 goes through such an object more slowly, and does so for each answer.
    const headers: OutgoingHttpHeaders = {
      'Content-Type': type,
      'Content-Length': bytes,
      ETag: etag,
      'Cache-Control': this.caching,
      Vary: VARY,
      'X-Content-Type-Options': 'nosniff',
    }
    if (encoding !== 'identity') headers['Content-Encoding'] = encoding
    if (next !== undefined) headers.Link = `<?${next}>; rel="next"`
    return headers
  }
}
