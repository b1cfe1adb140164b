import * as zlib from 'node:zlib'

type Checksum = (bytes: Uint8Array) => number

const POLYNOMIAL = 0xedb88320

/** CRC-32 of the IEEE, as zlib has it. Node.js brings its own from 20.15 on. */
export const crc32: Checksum = typeof zlib.crc32 === 'function' ? (bytes) => zlib.crc32(bytes) : tableChecksum()

export function tableChecksum(): Checksum {
  const table = new Uint32Array(256).map((_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
    return value
  })
  return (bytes) => {
    let value = 0xffffffff
    for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number)
    return (value ^ 0xffffffff) >>> 0
  }
}
