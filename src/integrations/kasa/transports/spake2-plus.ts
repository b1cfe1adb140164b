import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type * as Nist from '@noble/curves/nist'
import { MonitorError } from '../../../domain/errors'

/** Of RFC 9383, section 4: nobody knows their logarithms. */
const M = '02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f'
const N = '03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49'
const SCALAR_BYTES = 32
const KEY_BYTES = 32

/** What the password has become: two numbers below the order of the group. */
export interface PasswordScalars {
  readonly w0: bigint
  readonly w1: bigint
}

export interface Identities {
  readonly prover: string
  readonly verifier: string
}

/** What the prover can tell once it has the verifier's share. */
export interface Agreement {
  /** X, uncompressed. */
  readonly share: Buffer
  /** Proves to the verifier that the prover knows the password. */
  readonly confirmation: Buffer
  /** What proves the same of the verifier. */
  readonly expected: Buffer
  /** K_shared: of whoever knows the password too. */
  readonly key: Buffer
}

const NOBODY: Identities = { prover: '', verifier: '' }

/**
 * The prover's side of SPAKE2+ (RFC 9383) on P-256 with SHA-256, HKDF and HMAC. `ephemeral` is drawn anew for each login.
 * @throws MonitorError `REPLY_INVALID` where the verifier's share is no point of the curve, or one that hides nothing
 */
export function prove(
  { w0, w1 }: PasswordScalars,
  ephemeral: bigint,
  context: Buffer,
  verifierShare: Buffer,
  identities = NOBODY,
): Agreement {
  const { Point } = p256()
  const [m, n] = [Point.fromHex(M), Point.fromHex(N)]
  const share = encoded(Point.BASE.multiply(ephemeral).add(m.multiply(w0)))
  const received = pointIn(verifierShare)
  const unmasked = received.subtract(n.multiply(w0))
  if (unmasked.is0()) throw unusable()
  const shown = encoded(received)
  const main = transcriptHash([
    context,
    Buffer.from(identities.prover),
    Buffer.from(identities.verifier),
    ...[m, n].map(encoded),
    ...[share, shown],
    ...[unmasked.multiply(ephemeral), unmasked.multiply(w1)].map(encoded),
    scalarBytes(w0),
  ])
  const confirmationKeys = derive(main, 'ConfirmationKeys', 2 * KEY_BYTES)
  return {
    share,
    confirmation: hmac(confirmationKeys.subarray(0, KEY_BYTES), shown),
    expected: hmac(confirmationKeys.subarray(KEY_BYTES), share),
    key: derive(main, 'SharedKey', KEY_BYTES),
  }
}

/** `bytes` as a number below the order of the group. */
export function scalarOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`) % p256().Point.Fn.ORDER
}

/** Of true randomness. */
export function randomScalar(): bigint {
  return scalarOf(Buffer.from(p256().utils.randomSecretKey()))
}

let loaded: typeof Nist.p256 | undefined

/** Loaded by the first login that needs it: it takes tens of milliseconds, and few fleets have such devices. */
function p256(): typeof Nist.p256 {
  loaded ??= loadCurve()
  return loaded
}

function loadCurve(): typeof Nist.p256 {
  try {
    return (require('@noble/curves/nist') as typeof Nist).p256
  } catch (cause) {
    const message = 'Its login needs @noble/curves, an optional package of this pack that is not installed'
    throw new MonitorError('DEVICE_UNSUPPORTED', message, { cause })
  }
}

type Point = InstanceType<typeof Nist.p256.Point>

function pointIn(bytes: Buffer): Point {
  try {
    return p256().Point.fromHex(bytes.toString('hex'))
  } catch {
    throw unusable()
  }
}

function encoded(point: Point): Buffer {
  return Buffer.from(point.toBytes(false))
}

/** As long as the order of the group, however small the number is. */
function scalarBytes(scalar: bigint): Buffer {
  return Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex')
}

function transcriptHash(parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(part.length))
    hash.update(length).update(part)
  }
  return hash.digest()
}

function derive(main: Buffer, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', main, Buffer.alloc(0), info, length))
}

function hmac(key: Buffer, text: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function unusable(): MonitorError {
  return new MonitorError('REPLY_INVALID', 'the device’s share of the key exchange is not usable')
}
