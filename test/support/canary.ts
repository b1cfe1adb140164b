import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

/** An account that must be seen nowhere. */
export const CANARY = { username: 'canary@s3cr3t.example', password: 's3cr3t-CANARY' } as const
/** The hash of an account, and as secret. */
export const CANARY_HASH = Buffer.concat([
  createHash('md5').update('hash-canary').digest(),
  createHash('sha256').update('hash-canary').digest(),
]).toString('base64')

const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest()

/** What would give a secret away: itself, its hashes, and each of them in the usual writings. */
function formsOf(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret)
  return [bytes.toString('latin1'), ...writingsOf(bytes), ...hashesOf(bytes)]
}

function hashesOf(bytes: Buffer): string[] {
  const text = bytes.toString('latin1')
  const hashes = [digest('md5', text), digest('sha1', text), digest('sha256', text)]
  // Devices that speak AES want the Base64 of a hash in hexadecimal digits.
  return hashes.flatMap((hash) => [...writingsOf(hash), Buffer.from(hash.toString('hex')).toString('base64')])
}

function writingsOf(bytes: Buffer): string[] {
  const hex = bytes.toString('hex')
  return [bytes.toString('base64'), bytes.toString('base64url'), hex, hex.toUpperCase(), inBuffer(bytes)]
}

/** As `console.log` shows a buffer that begins so. */
function inBuffer(bytes: Buffer): string {
  return (bytes.toString('hex').match(/../g) ?? []).slice(0, 16).join(' ')
}

/** What is derived from both halves for KLAP. */
function authsOf(username: string, password: string): Buffer[] {
  const md5 = createHash('md5').update(digest('md5', username)).update(digest('md5', password)).digest()
  const sha = createHash('sha256').update(digest('sha1', username)).update(digest('sha1', password)).digest()
  return [md5, sha, Buffer.concat([md5, sha])]
}

const hashed = Buffer.from(CANARY_HASH, 'base64')
const SECRETS: readonly string[] = [
  ...formsOf(CANARY.password),
  ...formsOf(CANARY.username),
  ...authsOf(CANARY.username, CANARY.password).flatMap(writingsOf),
  CANARY_HASH,
  ...[hashed, hashed.subarray(0, 16), hashed.subarray(16)].flatMap(writingsOf),
]

/** Everything that an object shows to whoever prints it, hidden properties included. */
export function shown(value: unknown): string {
  return inspect(value, { depth: 8, showHidden: true, maxArrayLength: null, maxStringLength: null })
}

/** Fails where any part of what was seen gives a secret away, and says which part. */
export function assertNoSecret(seen: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(seen)) {
    for (const secret of SECRETS) {
      const at = text.indexOf(secret)
      assert.ok(at < 0, `${where}: …${text.slice(Math.max(0, at - 200), at + secret.length + 50)}…`)
    }
  }
}
