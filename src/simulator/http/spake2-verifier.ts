import { createHash, createHmac, hkdfSync, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type * as Nist from '@noble/curves/nist'

const POINTS = {
  m: '02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f',
  n: '03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49',
} as const
const ITERATIONS = 3000
/** Of each number, before it is reduced. */
const DERIVED_BYTES = 40

type Curve = typeof Nist.p256
type Point = InstanceType<Curve['Point']>

/** What a device keeps of a passcode: enough to check it, not enough to log in with it. */
export interface PasscodeRecord {
  readonly salt: Buffer
  readonly iterations: number
  readonly w0: bigint
  readonly point: Point
}

export function passcodeRecord(passcode: string): PasscodeRecord {
  const { Point } = curve()
  for (;;) {
    const salt = randomBytes(16)
    const derived = pbkdf2Sync(passcode, salt, ITERATIONS, 2 * DERIVED_BYTES, 'sha256')
    const [w0, w1] = [derived.subarray(0, DERIVED_BYTES), derived.subarray(DERIVED_BYTES)].map(reduced) as [
      bigint,
      bigint,
    ]
    // Clients differ in how they write a number with a zero in front, and nobody has told how devices do.
    if (w0 >> 248n > 0n) return { salt, iterations: ITERATIONS, w0, point: Point.BASE.multiply(w1) }
  }
}

/** A device's side of one SPAKE2+ exchange (RFC 9383), which goes first with its share. */
export class Spake2Verifier {
  readonly share: Buffer
  private readonly secret = reduced(curve().utils.randomSecretKey())

  constructor(
    private readonly record: PasscodeRecord,
    private readonly context: Buffer,
  ) {
    const { Point } = curve()
    this.share = bytesOf(Point.BASE.multiply(this.secret).add(Point.fromHex(POINTS.n).multiply(record.w0)))
  }

  /** The device's own confirmation and the shared key, where the client's confirmation shows that it knows the passcode. */
  check(clientShare: Buffer, confirmation: Buffer): { confirmation: Buffer; key: Buffer } | undefined {
    const keys = this.keys(clientShare)
    if (!keys) return undefined
    const expected = hmac(keys.client, this.share)
    if (expected.length !== confirmation.length || !timingSafeEqual(expected, confirmation)) return undefined
    return { confirmation: hmac(keys.device, clientShare), key: keys.shared }
  }

  private keys(clientShare: Buffer): { client: Buffer; device: Buffer; shared: Buffer } | undefined {
    const { Point } = curve()
    const { w0, point } = this.record
    const [m, n] = [Point.fromHex(POINTS.m), Point.fromHex(POINTS.n)]
    let received: Point
    try {
      received = Point.fromHex(clientShare.toString('hex'))
    } catch {
      return undefined
    }
    const open = received.subtract(m.multiply(w0))
    if (open.is0()) return undefined
    const [z, v] = [open.multiply(this.secret), point.multiply(this.secret)]
    const written = Buffer.from(w0.toString(16).padStart(64, '0'), 'hex')
    const items = [
      this.context,
      '',
      '',
      bytesOf(m),
      bytesOf(n),
      clientShare,
      this.share,
      bytesOf(z),
      bytesOf(v),
      written,
    ]
    const main = createHash('sha256')
      .update(Buffer.concat(items.map(framed)))
      .digest()
    const pair = expand(main, 'ConfirmationKeys', 64)
    return { client: pair.subarray(0, 32), device: pair.subarray(32), shared: expand(main, 'SharedKey', 32) }
  }
}

/** Loaded only where a device speaks so: it takes tens of milliseconds. */
function curve(): Curve {
  return (require('@noble/curves/nist') as typeof Nist).p256
}

function reduced(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`) % curve().Point.Fn.ORDER
}

function bytesOf(point: Point): Buffer {
  return Buffer.from(point.toBytes(false))
}

function framed(item: Buffer | string): Buffer {
  const bytes = Buffer.from(item)
  const frame = Buffer.alloc(8 + bytes.length)
  frame.writeUInt32LE(bytes.length)
  bytes.copy(frame, 8)
  return frame
}

function expand(main: Buffer, label: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', main, Buffer.alloc(32), label, length))
}

function hmac(key: Buffer, text: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
