import { crc32 } from './crc32'

/**
 * A frame is a header of 28 bytes, integers little-endian, and a body of line protocol:
 *
 *      0  mark           FF 4B 4D 53
 *      4  checksum       u32, CRC-32 of all that follows
 *      8  length         u32, bytes of the body
 *     12  segment        u32, the number in the name of the file
 *     16  lines          u32
 *     20  version        u8, 1
 *     21  thinned        u8, 1 where the segment was thinned out, otherwise 0
 *     22  accepted_at    u48, ms since the epoch
 *     28  body
 *
 * No text can look like a frame, because FF never occurs in UTF-8; the segment's number tells blocks of a file that was
 * deleted, which a crash can bring back.
 */
const MARK = Buffer.from([0xff, 0x4b, 0x4d, 0x53])
const VERSION = 1
export const HEADER_BYTES = 28

export interface FrameContent {
  readonly texts: readonly string[]
  /** Of the texts, encoded. */
  readonly bytes: number
  readonly lines: number
  readonly accepted_at: number
  readonly isThinned?: boolean
}

/** Where a frame lies in a buffer. */
export interface Frame {
  /** Of the body. */
  readonly start: number
  readonly end: number
  readonly lines: number
  readonly accepted_at: number
  readonly isThinned: boolean
}

export function encodeFrames(
  contents: readonly FrameContent[],
  segment: number,
  encoding: BufferEncoding = 'utf8',
): Buffer {
  const bytes = contents.reduce((sum, content) => sum + HEADER_BYTES + content.bytes, 0)
  const buffer = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const content of contents) at = encodeFrame(buffer, at, content, segment, encoding)
  return buffer
}

function encodeFrame(
  buffer: Buffer,
  at: number,
  content: FrameContent,
  segment: number,
  encoding: BufferEncoding,
): number {
  let end = at + HEADER_BYTES
  for (const text of content.texts) end += buffer.write(text, end, encoding)
  MARK.copy(buffer, at)
  buffer.writeUInt32LE(content.bytes, at + 8)
  buffer.writeUInt32LE(segment, at + 12)
  buffer.writeUInt32LE(content.lines, at + 16)
  buffer.writeUInt8(VERSION, at + 20)
  buffer.writeUInt8(content.isThinned ? 1 : 0, at + 21)
  buffer.writeUIntLE(Math.max(0, Math.trunc(content.accepted_at)), at + 22, 6)
  buffer.writeUInt32LE(crc32(buffer.subarray(at + 8, end)), at + 4)
  return end
}

/** The frame that begins at `at`, undefined where none does, or it is cut short, or it is damaged. */
export function frameAt(buffer: Buffer, at: number, segment: number): Frame | undefined {
  if (!hasHeader(buffer, at, segment)) return undefined
  const start = at + HEADER_BYTES
  const end = start + buffer.readUInt32LE(at + 8)
  if (end > buffer.length || crc32(buffer.subarray(at + 8, end)) !== buffer.readUInt32LE(at + 4)) return undefined
  const isThinned = buffer[at + 21] === 1
  return { start, end, lines: buffer.readUInt32LE(at + 16), accepted_at: buffer.readUIntLE(at + 22, 6), isThinned }
}

/** Where the next sound frame begins. */
export function findFrame(buffer: Buffer, from: number, segment: number): number | undefined {
  for (let at = buffer.indexOf(MARK, from); at >= 0; at = buffer.indexOf(MARK, at + 1)) {
    if (frameAt(buffer, at, segment)) return at
  }
  return undefined
}

/** Whether it looks like what a crash leaves of a frame that was being written, rather than like damage. */
export function isTorn(rest: Buffer, segment: number): boolean {
  if (rest.length < HEADER_BYTES) return MARK.subarray(0, rest.length).equals(rest.subarray(0, MARK.length))
  if (rest.every((byte) => byte === 0)) return true
  return hasHeader(rest, 0, segment) && HEADER_BYTES + rest.readUInt32LE(8) > rest.length
}

function hasHeader(buffer: Buffer, at: number, segment: number): boolean {
  return (
    at + HEADER_BYTES <= buffer.length &&
    buffer[at] === MARK[0] &&
    buffer.readUInt32LE(at) === MARK.readUInt32LE(0) &&
    buffer.readUInt32LE(at + 12) === segment &&
    buffer[at + 20] === VERSION
  )
}
