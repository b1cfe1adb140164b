import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { MonitorError } from '../../../domain/errors'

const CIPHER = 'aes-128-ccm'
const KEY_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SEQUENCE_BYTES = 4
const LAST_SEQUENCE = 0xffff_ffff
const PAGE = /^\s*<[!?a-z]/i
const PAGE_BYTES = 32

/**
 * Seals requests and opens replies: AES-128-CCM under the key that the login has agreed on, numbered. A reply has the
 * number, and so the nonce, of its request: that is the maker's design. No I/O.
 */
export class TpapSession {
  readonly #key: Buffer
  /** Its last bytes are the number of the message. */
  readonly #nonce: Buffer
  #next: number
  #asked = 0

  constructor(shared: Buffer, first_sequence: number) {
    this.#key = derive(shared, 'key', KEY_BYTES)
    this.#nonce = derive(shared, 'iv', NONCE_BYTES)
    this.#next = first_sequence
  }

  /** Its numbers are used up, and none may be used twice. */
  get isUsedUp(): boolean {
    return this.#next > LAST_SEQUENCE
  }

  /** The body of the next request. */
  seal(plain: Buffer): Buffer {
    this.#asked = this.#next++
    const cipher = createCipheriv(CIPHER, this.#key, this.nonce(), { authTagLength: TAG_BYTES })
    const body = Buffer.allocUnsafe(SEQUENCE_BYTES + plain.length + TAG_BYTES)
    body.writeUInt32BE(this.#asked)
    cipher.update(plain).copy(body, SEQUENCE_BYTES)
    cipher.final()
    cipher.getAuthTag().copy(body, SEQUENCE_BYTES + plain.length)
    return body
  }

  /**
   * The text of the reply to the request that was sealed last.
   * @throws MonitorError `REPLY_INVALID` where the device cannot have written it in this session; `QUERY_TOO_LARGE` for a page
   */
  open(body: Buffer): string {
    const end = body.length - TAG_BYTES
    if (end < SEQUENCE_BYTES || body.readUInt32BE() !== this.#asked) throw noReply(body)
    const decipher = createDecipheriv(CIPHER, this.#key, this.nonce(), { authTagLength: TAG_BYTES })
    decipher.setAuthTag(body.subarray(end))
    try {
      const plain = decipher.update(body.subarray(SEQUENCE_BYTES, end))
      decipher.final()
      return plain.toString()
    } catch {
      throw noReply(body)
    }
  }

  private nonce(): Buffer {
    this.#nonce.writeUInt32BE(this.#asked, NONCE_BYTES - SEQUENCE_BYTES)
    return this.#nonce
  }
}

function derive(shared: Buffer, what: 'key' | 'iv', length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, `tp-kdf-salt-aes128-${what}`, `tp-kdf-info-aes128-${what}`, length))
}

function noReply(body: Buffer): MonitorError {
  return PAGE.test(body.toString('latin1', 0, PAGE_BYTES))
    ? new MonitorError('QUERY_TOO_LARGE', 'the device answers with a page instead of a reply')
    : new MonitorError('REPLY_INVALID', 'the reply does not belong to the session')
}
