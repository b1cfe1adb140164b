import { createCipheriv, createDecipheriv, createHash, hash, timingSafeEqual } from 'node:crypto'
import { MonitorError } from '../../../domain/errors'
import type { LoginVersion } from '../login'

export const SEED_BYTES = 16
export const PROOF_BYTES = 32
const CIPHER = 'aes-128-cbc'
const BLOCK_BYTES = 16
const SEQUENCE_AT = { iv: 12, signed: 28 } as const

/** One handshake: what each side drew, and the hash of the account that both know. */
export interface Handshake {
  readonly local_seed: Buffer
  readonly remote_seed: Buffer
  readonly login_hash: Buffer
}

/** What the device shows in its answer to the first step. */
export function deviceProof(version: LoginVersion, { local_seed, remote_seed, login_hash }: Handshake): Buffer {
  return sha256(version === 1 ? [local_seed, login_hash] : [local_seed, remote_seed, login_hash])
}

/** What we show in the second step. */
export function ownProof(version: LoginVersion, { local_seed, remote_seed, login_hash }: Handshake): Buffer {
  return sha256(version === 1 ? [remote_seed, login_hash] : [remote_seed, local_seed, login_hash])
}

/** Seals requests and opens replies: AES-128-CBC under keys of the session, signed, numbered. No I/O. */
export class KlapSession {
  readonly #key: Buffer
  readonly #iv: Buffer
  /** What the signature covers ahead of the cipher text: a secret and the number, as long as the signature itself. */
  readonly #signed: Buffer
  #sequence: number

  constructor({ local_seed, remote_seed, login_hash }: Handshake) {
    const derive = (label: string) => sha256([Buffer.from(label), local_seed, remote_seed, login_hash])
    this.#key = derive('lsk').subarray(0, BLOCK_BYTES)
    const iv = derive('iv')
    this.#iv = iv.subarray(0, BLOCK_BYTES)
    this.#sequence = iv.readInt32BE(PROOF_BYTES - 4)
    this.#signed = derive('ldk')
  }

  /** Of the request that was sealed last: signed, 32 bits. */
  get sequence(): number {
    return this.#sequence
  }

  /** The body of the next request. */
  seal(plain: Buffer): Buffer {
    this.#sequence = (this.#sequence + 1) | 0
    this.#iv.writeInt32BE(this.#sequence, SEQUENCE_AT.iv)
    this.#signed.writeInt32BE(this.#sequence, SEQUENCE_AT.signed)
    const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES)
    const body = Buffer.allocUnsafe(PROOF_BYTES + plain.length + padding)
    this.#signed.copy(body)
    plain.copy(body, PROOF_BYTES)
    body.fill(padding, PROOF_BYTES + plain.length)
    const cipher = createCipheriv(CIPHER, this.#key, this.#iv).setAutoPadding(false)
    cipher.update(body.subarray(PROOF_BYTES)).copy(body, PROOF_BYTES)
    writeHash(body, body)
    return body
  }

  /**
   * The text of the reply to the request that was sealed last. `body` is used up.
   * @throws MonitorError `QUERY_TOO_LARGE` where it is no cipher text; `REPLY_INVALID` where somebody else has written it
   */
  open(body: Buffer): string {
    if (body.length <= PROOF_BYTES || body.length % BLOCK_BYTES !== 0) throw noCipherText()
    body.copy(claimed, 0, 0, PROOF_BYTES)
    this.#signed.copy(body)
    writeHash(body, computed)
    if (!timingSafeEqual(claimed, computed)) {
      if (PAGE.test(claimed.toString('latin1'))) throw noCipherText()
      throw new MonitorError('REPLY_INVALID', 'the signature of the reply is wrong')
    }
    const decipher = createDecipheriv(CIPHER, this.#key, this.#iv).setAutoPadding(false)
    return unpadded(decipher.update(body.subarray(PROOF_BYTES)))
  }
}

const PAGE = /^\s*<[!?a-z]/i
const claimed = Buffer.alloc(PROOF_BYTES)
const computed = Buffer.alloc(PROOF_BYTES)

/** KL125 answers a page, with status 200, to what is too large for it (python-kasa #1580). */
function noCipherText(): MonitorError {
  return new MonitorError('QUERY_TOO_LARGE', 'the device answers with something else than a reply')
}

function unpadded(plain: Buffer): string {
  const padding = plain[plain.length - 1] as number
  const end = plain.length - padding
  if (padding >= 1 && padding <= BLOCK_BYTES && plain.subarray(end).every((byte) => byte === padding)) {
    return plain.toString('utf8', 0, end)
  }
  throw new MonitorError('REPLY_INVALID', 'the reply is not padded as it should be')
}

/** One-shot hashing takes half the time, but Node.js has it from 20.12 on. */
const hasOneShot = typeof hash === 'function'

/** SHA-256 of `input` into the first 32 bytes of `target`, which may be the same. */
function writeHash(input: Buffer, target: Buffer): void {
  if (hasOneShot) target.write(hash('sha256', input, 'binary'), 'latin1')
  else createHash('sha256').update(input).digest().copy(target)
}

function sha256(parts: readonly Buffer[]): Buffer {
  const digest = Buffer.alloc(PROOF_BYTES)
  writeHash(Buffer.concat(parts), digest)
  return digest
}
