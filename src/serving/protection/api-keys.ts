import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ApiKey } from '../api-options'

const BEARER = /^Bearer +(\S+) *$/i

interface KnownKey {
  readonly key: ApiKey
  readonly hash: Buffer
}

/** Knows keys by their hashes; how long it looks tells nothing about them. */
export class ApiKeys {
  private readonly known: readonly KnownKey[]

  constructor(keys: readonly ApiKey[]) {
    this.known = keys.map((key) => ({ key, hash: hashOf(key.secret.reveal()) }))
  }

  /** Whether anybody needs one. */
  get areNeeded(): boolean {
    return this.known.length > 0
  }

  /** The key of a request: undefined where it has none, or nobody needs one; `unknown` where it is none of ours. */
  identify(headers: IncomingHttpHeaders): ApiKey | 'unknown' | undefined {
    const given = this.areNeeded ? givenIn(headers) : undefined
    if (given === undefined) return undefined
    const hash = hashOf(given)
    let found: ApiKey | 'unknown' = 'unknown'
    for (const { key, hash: other } of this.known) if (timingSafeEqual(hash, other)) found = key
    return found
  }
}

/** Where `Authorization` has the login of Node-RED, the key is in a header of its own. */
function givenIn({ authorization, 'x-api-key': own }: IncomingHttpHeaders): string | undefined {
  if (typeof own === 'string') return own
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
