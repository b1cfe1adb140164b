import { MonitorError } from '../../../domain/errors'

/** Cameras answer with 2 KB, whatever else with half of it; nothing that is larger is read. */
export const MAXIMUM_TDP_BYTES = 4096

const HEADER_BYTES = 16
/** The first byte of every packet. */
export const TDP_VERSION = 2
const PROBE_CODE = 1
const PROBE_FLAGS = 0x11
const SIZE_AT = 4
const SERIAL_AT = 8
const CRC_AT = 12
/** What stands in the place of the checksum while it is computed. */
const CRC_SEED = 0x5a6b7c8d

/** One datagram of TP-Link's device protocol, ports 20002 and 20004. */
export interface TdpPacket {
  readonly flags: number
  /** 32 bits without meaning, chosen by whoever asks. */
  readonly serial: number
  readonly payload: Buffer
}

export interface ParsedTdpPacket extends TdpPacket {
  /** Whether the checksum is right. It protects from nobody: UDP has one of its own, and anybody can compute it. */
  readonly isIntact: boolean
}

/** What asks a device who it is. `public_key`: RSA in PEM, with which it encrypts what not everybody shall read. */
export function encodeProbe(serial: number, public_key: string): Buffer {
  const payload = Buffer.from(JSON.stringify({ params: { rsa_key: public_key } }))
  return encodePacket({ flags: PROBE_FLAGS, serial, payload })
}

export function encodePacket({ flags, serial, payload }: TdpPacket): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length)
  bytes[0] = TDP_VERSION
  bytes.writeUInt16BE(PROBE_CODE, 2)
  bytes.writeUInt16BE(payload.length, SIZE_AT)
  bytes[6] = flags
  bytes.writeUInt32BE(serial, SERIAL_AT)
  bytes.set(payload, HEADER_BYTES)
  bytes.writeUInt32BE(checksum(bytes), CRC_AT)
  return bytes
}

/**
 * The payload is a view of `bytes`.
 * @throws MonitorError `REPLY_TOO_LARGE`; `REPLY_INVALID` where it is no such packet or a part of it is missing
 */
export function parsePacket(bytes: Buffer): ParsedTdpPacket {
  if (bytes.length > MAXIMUM_TDP_BYTES) {
    throw new MonitorError(
      'REPLY_TOO_LARGE',
      `a packet of ${bytes.length} bytes; at most ${MAXIMUM_TDP_BYTES} are read`,
    )
  }
  if (bytes.length < HEADER_BYTES || bytes[0] !== TDP_VERSION) {
    throw new MonitorError('REPLY_INVALID', 'the packet is none of the discovery protocol')
  }
  const size = bytes.readUInt16BE(SIZE_AT)
  const packet = bytes.subarray(0, HEADER_BYTES + size)
  if (packet.length < HEADER_BYTES + size) {
    throw new MonitorError(
      'REPLY_INVALID',
      `the packet announces ${size} bytes and has ${packet.length - HEADER_BYTES}`,
    )
  }
  return {
    flags: packet[6] as number,
    serial: packet.readUInt32BE(SERIAL_AT),
    payload: packet.subarray(HEADER_BYTES),
    isIntact: packet.readUInt32BE(CRC_AT) === checksum(packet),
  }
}

// Not zlib.crc32, which Node.js has from 20.15 only.
const REVERSED_POLYNOMIAL = 0xedb88320
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? REVERSED_POLYNOMIAL : 0)
  return remainder
})

function checksum(packet: Buffer): number {
  const seed = Buffer.alloc(4)
  seed.writeUInt32BE(CRC_SEED)
  let crc = 0xffffffff
  for (const part of [packet.subarray(0, CRC_AT), seed, packet.subarray(HEADER_BYTES)]) {
    for (const byte of part) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number)
  }
  return ~crc >>> 0
}
