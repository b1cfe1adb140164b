import { createHash } from 'node:crypto'
import type { Account } from '../account'

export type KlapVersion = 1 | 2

export interface KlapSecrets {
  readonly local_seed: Buffer
  readonly remote_seed: Buffer
  readonly auth: Buffer
}

/** What both sides know of the account. */
export function authHash(version: KlapVersion, { username, password }: Account): Buffer {
  return version === 1
    ? digest('md5', digest('md5', username), digest('md5', password))
    : digest('sha256', digest('sha1', username), digest('sha1', password))
}

/** By which the device proves that it knows the account. */
export function deviceProof(version: KlapVersion, { local_seed, remote_seed, auth }: KlapSecrets): Buffer {
  return version === 1 ? sha256(local_seed, auth) : sha256(local_seed, remote_seed, auth)
}

/** By which the client proves it. */
export function clientProof(version: KlapVersion, { local_seed, remote_seed, auth }: KlapSecrets): Buffer {
  return version === 1 ? sha256(remote_seed, auth) : sha256(remote_seed, local_seed, auth)
}

export interface SessionKeys {
  readonly key: Buffer
  /** The first 12 bytes; the sequence number follows. */
  readonly iv: Buffer
  readonly signature: Buffer
  readonly sequence: number
}

export function sessionKeys({ local_seed, remote_seed, auth }: KlapSecrets): SessionKeys {
  const derived = (name: string) => sha256(name, local_seed, remote_seed, auth)
  const iv = derived('iv')
  return {
    key: derived('lsk').subarray(0, 16),
    iv: iv.subarray(0, 12),
    signature: derived('ldk').subarray(0, 28),
    sequence: iv.readInt32BE(28),
  }
}

export function sha256(...parts: (Buffer | string)[]): Buffer {
  return digest('sha256', ...parts)
}

function digest(algorithm: string, ...parts: (Buffer | string)[]): Buffer {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest()
}
