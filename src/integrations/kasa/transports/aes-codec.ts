import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { MonitorError } from '../../../domain/errors'
import type { Account, LoginVersion } from '../login'
import { SESSION_KEY_BYTES } from './aes-key-pair'

const ALGORITHM = 'aes-128-cbc'
const KEY_BYTES = SESSION_KEY_BYTES / 2

/** Encrypts what goes through securePassthrough: every message of a session with the same key and initial vector. */
export class AesCipher {
  readonly #key: Buffer
  readonly #initial_vector: Buffer

  constructor(session_key: Buffer) {
    this.#key = session_key.subarray(0, KEY_BYTES)
    this.#initial_vector = session_key.subarray(KEY_BYTES, SESSION_KEY_BYTES)
  }

  /** The body of the request that carries `plain`. */
  seal(plain: Buffer): Buffer {
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#initial_vector)
    const request = cipher.update(plain, undefined, 'base64') + cipher.final('base64')
    return Buffer.from(`{"method":"securePassthrough","params":{"request":"${request}"}}`, 'latin1')
  }

  /** @throws MonitorError `REPLY_INVALID` where it was not encrypted in this session */
  open(response: string): string {
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, this.#initial_vector)
      return decipher.update(response, 'base64', 'utf8') + decipher.final('utf8')
    } catch (thrown) {
      throw new MonitorError('REPLY_INVALID', 'the reply cannot be decrypted', { cause: thrown })
    }
  }
}

/** Asks for a session key, wrapped for `public_key`. */
export function handshakeBody(public_key: string): Buffer {
  return Buffer.from(JSON.stringify({ method: 'handshake', params: { key: public_key } }))
}

/** Version 1 gives the password away to whoever has the session key, version 2 its SHA-1. `now` in ms since the epoch. */
export function loginRequest({ username, password }: Account, version: LoginVersion, now: number): Buffer {
  const word = password.reveal()
  const params =
    version === 1
      ? { username: base64(sha1(username)), password: base64(word) }
      : { username: base64(sha1(username)), password2: base64(sha1(word)) }
  return Buffer.from(JSON.stringify({ method: 'login_device', params, request_time_milis: now }))
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
