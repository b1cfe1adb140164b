import { constants, generateKeyPair, privateDecrypt, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { MonitorError } from '../../../domain/errors'

/** Devices know no other size. */
const MODULUS_BITS = 1024
const BLOCK_BYTES = MODULUS_BITS / 8
/** An AES-128 key and the initial vector that every request starts from. */
export const SESSION_KEY_BYTES = 32
const SEPARATOR_AT = BLOCK_BYTES - SESSION_KEY_BYTES - 1
const PADDING_AT = 2

/** The RSA key pair that devices wrap session keys for: one for all of them, made when the first is met. */
export class AesKeyPair {
  #private_key: KeyObject | undefined
  private making: Promise<string> | undefined

  /** In PEM. Made in a thread of its own, because it takes a while on a Raspberry Pi. */
  publicKey(): Promise<string> {
    return (this.making ??= this.make())
  }

  /**
   * The session key. Where the padding is wrong, it is a random one: whoever sends wrapped keys of others, in order to
   * learn from what we do next, learns nothing.
   * @throws MonitorError `REPLY_INVALID` where it is no block for this key
   */
  unwrap(wrapped: Buffer): Buffer {
    if (!this.#private_key) throw new MonitorError('INTERNAL', 'there is no key pair yet')
    if (wrapped.length !== BLOCK_BYTES) throw new MonitorError('REPLY_INVALID', 'the session key is none')
    try {
      // Unpadded here, because Node.js refuses RSA_PKCS1_PADDING where its OpenSSL is older than 3.2 (CVE-2023-46809).
      return unpadded(privateDecrypt({ key: this.#private_key, padding: constants.RSA_NO_PADDING }, wrapped))
    } catch (thrown) {
      throw new MonitorError('REPLY_INVALID', 'the session key is not encrypted for us', { cause: thrown })
    }
  }

  private async make(): Promise<string> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
    this.#private_key = privateKey
    return publicKey.export({ type: 'spki', format: 'pem' }) as string
  }
}

/** PKCS #1 v1.5: 0, 2, padding without a 0, 0, key. Every block takes the same steps, whether it is right or wrong. */
function unpadded(block: Buffer): Buffer {
  const at = (index: number) => block[index] as number
  let wrong = at(0) | (at(1) ^ 2) | at(SEPARATOR_AT)
  for (let index = PADDING_AT; index < SEPARATOR_AT; index++) wrong |= isZero(at(index))
  const mask = isZero(wrong) - 1
  const key = randomBytes(SESSION_KEY_BYTES)
  for (let index = 0; index < SESSION_KEY_BYTES; index++) {
    key[index] = ((key[index] as number) & mask) | (at(SEPARATOR_AT + 1 + index) & ~mask)
  }
  return key
}

/** 1 for a byte of 0, else 0. */
function isZero(byte: number): number {
  return (byte - 1) >>> 31
}
