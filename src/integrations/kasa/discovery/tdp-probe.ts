import type { Random } from '../../../domain/clock'
import { encodeProbe, TDP_VERSION } from './tdp-frame'

/** A question to devices who they are, with a serial number of its own. */
export function newProbe(public_key: string, random: Random): Buffer {
  return encodeProbe(Math.floor(random() * 2 ** 32), public_key)
}

/** Tells a TDP packet from an answer of port 9999, whose first byte is that of `{` behind the cipher. */
export function isTdpPacket(bytes: Buffer): boolean {
  return bytes[0] === TDP_VERSION
}
