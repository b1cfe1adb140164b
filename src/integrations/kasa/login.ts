import { createHash } from 'node:crypto'
import { MonitorError } from '../../domain/errors'
import { Secret } from '../../domain/secret'
import type { Credentials } from '../integration'

/** Whose account: the user's, one of those that devices know before they belong to anybody, or none. */
export type LoginName = 'own' | 'kasa' | 'tapo' | 'blank'
export type LoginVersion = 1 | 2

export interface Account {
  readonly username: string
  readonly password: Secret
}

const HASH_BYTES = { 1: 16, 2: 32 } as const
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const HASH_RANGE = 'base64 of 48, 32 or 16 bytes, as `kasa-monitor hash` prints it'

type Hashes = Map<LoginVersion, Buffer>

/** One account, or the hashes of one. What is secret about it shows itself to nobody who prints or serialises it. */
export class Login {
  readonly #account: Account | undefined
  readonly #hashes: Hashes

  /** @throws MonitorError `CONFIG_INVALID` for a hash that is none */
  constructor(
    readonly name: LoginName,
    credentials: Credentials,
  ) {
    const isHash = 'hash' in credentials
    this.#account = isHash ? undefined : credentials
    this.#hashes = isHash ? hashesIn(credentials.hash.reveal()) : new Map()
  }

  /** What both sides of KLAP prove to know. Absent where the user has given the other version's hash alone. */
  hash(version: LoginVersion): Buffer | undefined {
    const known = this.#hashes.get(version)
    if (known || !this.#account) return known
    const hash = hashOf(version, this.#account)
    this.#hashes.set(version, hash)
    return hash
  }

  /** Absent where only hashes are known. */
  account(): Account | undefined {
    return this.#account
  }
}

const accountLogin = (name: LoginName, username: string, password: string): Login =>
  new Login(name, { username, password: new Secret(password) })

/** Published, the same in every device. Cloud devices change between these and the owner's from time to time. */
const PUBLISHED: readonly Login[] = [
  accountLogin('kasa', 'kasa@tp-link.net', 'kasaSetup'),
  accountLogin('tapo', 'test@tp-link.net', 'test'),
  accountLogin('blank', '', ''),
]

/** What a session can log in with: the user's account first, then what devices know that belong to none. */
export class Logins {
  readonly own: Login | undefined
  readonly all: readonly Login[]

  /** @throws MonitorError `CONFIG_INVALID` for a hash that is none */
  constructor(credentials: Credentials | undefined) {
    this.own = credentials && new Login('own', credentials)
    this.all = this.own ? [this.own, ...PUBLISHED] : PUBLISHED
  }
}

/** What stands in for the account, in `Credentials`: with it anybody can log in to the devices, though not to the cloud. */
export function credentialsHash(username: string, password: Secret): Secret {
  const hashes = ([1, 2] as const).map((version) => hashOf(version, { username, password }))
  return new Secret(Buffer.concat(hashes).toString('base64'))
}

function hashOf(version: LoginVersion, { username, password }: Account): Buffer {
  const word = password.reveal()
  return version === 1
    ? digest('md5', digest('md5', username), digest('md5', word))
    : digest('sha256', digest('sha1', username), digest('sha1', word))
}

function hashesIn(text: string): Hashes {
  const bytes = Buffer.from(BASE64.test(text.trim()) ? text : '', 'base64')
  switch (bytes.length) {
    case HASH_BYTES[1] + HASH_BYTES[2]:
      return new Map([
        [1, bytes.subarray(0, HASH_BYTES[1])],
        [2, bytes.subarray(HASH_BYTES[1])],
      ])
    case HASH_BYTES[1]:
      return new Map([[1, bytes]])
    case HASH_BYTES[2]:
      return new Map([[2, bytes]])
  }
  // Without the value, which may be a good password in the wrong field.
  throw new MonitorError('CONFIG_INVALID', `hash: expected ${HASH_RANGE}`, {
    details: { field: 'hash', range: HASH_RANGE },
  })
}

function digest(algorithm: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest()
}
