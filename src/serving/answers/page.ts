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

/** As it goes over the wire. */
export interface EncodedPage {
  readonly body: Buffer
  /** Strong: each encoding has its own. */
  readonly etag: string
  readonly headers: OutgoingHttpHeaders
}

/** A whole answer in every encoding that somebody has asked for, ready to be sent. */
export class Page {
  private readonly identity: Buffer
  private readonly hash: string
  private readonly encoded = new Map<Encoding, EncodedPage>()
  private readonly encoding = new Map<Encoding, Promise<EncodedPage>>()

  constructor(
    readonly content: Content,
    /** For `Cache-Control`. */
    private readonly caching: string,
  ) {
    this.identity = Buffer.from(content.body)
    this.hash = createHash('sha256').update(this.identity).digest('base64url').slice(0, 22)
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

  private get isWorthIt(): boolean {
    return this.identity.length > SMALLEST_ENCODED_BYTES
  }

  private async run(encoding: Encoding): Promise<EncodedPage> {
    const body = await encode(this.identity, encoding)
    const etag = encoding === 'identity' ? `"${this.hash}"` : `"${this.hash}-${encoding}"`
    const page = { body, etag, headers: this.headersOf(encoding, body, etag) }
    this.encoded.set(encoding, page)
    return page
  }

  private headersOf(encoding: Encoding, body: Buffer, etag: string): OutgoingHttpHeaders {
    const { type, next } = this.content
    return {
      'Content-Type': type,
      'Content-Length': body.length,
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
      ETag: etag,
      'Cache-Control': this.caching,
      'X-Content-Type-Options': 'nosniff',
      ...(next !== undefined && { Link: `<?${next}>; rel="next"` }),
    }
  }
}
