const HEADER_BYTES = 16
const VERSION = 2
const PROBE = 1
const CHECKSUM_AT = 12
/** Stands in the place of the checksum while it is computed. */
const CHECKSUM_SEED = 0x5a6b7c8d
const POLYNOMIAL = 0xedb88320

/** Whether a datagram is one of the newer discovery: datagrams of port 9999 begin with the encrypted `{`. */
export function isDiscovery(bytes: Buffer): boolean {
  return bytes[0] === VERSION
}

/** The text that a probe carries, empty in old ones; `undefined` where it is no probe, or a spoilt one. */
export function readProbe(bytes: Buffer): string | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION || bytes[3] !== PROBE) return undefined
  if (HEADER_BYTES + bytes.readUInt16BE(4) !== bytes.length) return undefined
  if (bytes.readUInt32BE(CHECKSUM_AT) !== checksum(bytes)) return undefined
  return bytes.toString('utf8', HEADER_BYTES)
}

/** The answer to a probe: its header, with this text. */
export function answerPacket(probe: Buffer, text: string): Buffer {
  const payload = Buffer.from(text)
  const bytes = Buffer.concat([probe.subarray(0, HEADER_BYTES), payload])
  bytes.writeUInt16BE(payload.length, 4)
  bytes.writeUInt32BE(checksum(bytes), CHECKSUM_AT)
  return bytes
}

/** CRC-32 of the datagram. Bit by bit: devices are asked seldom. */
function checksum(datagram: Buffer): number {
  const bytes = Buffer.from(datagram)
  bytes.writeUInt32BE(CHECKSUM_SEED, CHECKSUM_AT)
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  }
  return ~crc >>> 0
}
