import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { Transform } from 'node:stream'
import type { Encoding } from './negotiation'

/** Smaller bodies gain nothing. */
export const SMALLEST_ENCODED_BYTES = 1000
/** As small as gzip at its best, and as fast. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const [gzipped, brotlied] = [promisify(gzip), promisify(brotliCompress)]

export async function encode(body: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return brotlied(body, BROTLI)
    case 'gzip':
      return gzipped(body)
    case 'identity':
      return body
  }
}

/** What encodes a stream; undefined where nothing does. */
export function encoderOf(encoding: Encoding): Transform | undefined {
  switch (encoding) {
    case 'br':
      return createBrotliCompress(BROTLI)
    case 'gzip':
      return createGzip()
    case 'identity':
      return undefined
  }
}
