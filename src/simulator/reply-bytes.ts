import { encrypt, frame } from '../integrations/kasa/transports/xor-codec'
import type { Behaviours } from './behaviour'

const EXTRA = Buffer.from('behind the reply')
/** Continuation bytes and 0xff: no UTF-8 in any place. */
const NO_TEXT = Buffer.from([0xff, 0x80, 0xfe, 0x81, 0xc0, 0xaf, 0xff, 0xff])
const FIRST_KEY = 0xab

/** The reply as it goes over a stream, spoilt as the behaviours say. */
export function streamBytes(reply: string, behaviours: Behaviours): Buffer {
  const bytes = behaviours.has('garbage') ? framedGarbage() : frame(spoiltText(reply, behaviours))
  const length = behaviours.has('flood') ? -1 : behaviours.get('length')?.length
  if (length !== undefined) bytes.writeUInt32BE(length >>> 0, 0)
  return withTail(bytes, behaviours)
}

/** The reply as it goes in datagrams. */
export function datagrams(reply: string, behaviours: Behaviours): Buffer[] {
  return plainDatagrams(encrypt(spoiltText(reply, behaviours)), behaviours)
}

/** The same for a reply that is bytes already. */
export function plainDatagrams(reply: Buffer, behaviours: Behaviours): Buffer[] {
  const bytes = behaviours.has('garbage') ? garbage() : reply
  if (behaviours.has('two-frames')) return [bytes, bytes]
  return [withTail(bytes, behaviours)]
}

/** The text of a reply, as it is before any encryption. */
export function spoiltText(reply: string, behaviours: Behaviours): string {
  return behaviours.has('not-json') ? '<html>404 Not Found</html>' : reply
}

function withTail(bytes: Buffer, behaviours: Behaviours): Buffer {
  if (behaviours.has('short-reply')) return bytes.subarray(0, bytes.length >> 1)
  if (behaviours.has('two-frames')) return Buffer.concat([bytes, bytes])
  if (behaviours.has('extra-bytes')) return Buffer.concat([bytes, EXTRA])
  return bytes
}

function framedGarbage(): Buffer {
  const bytes = garbage()
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length, 0)
  return Buffer.concat([length, bytes])
}

/** Bytes whose decryption is no text. */
function garbage(): Buffer {
  let key = FIRST_KEY
  return Buffer.from(NO_TEXT.map((byte) => (key ^= byte)))
}
