import { readFully, type Files, type SpoolFile } from './files'
import { findFrame, frameAt, type Frame } from './frame'

/** How much is read at a time where nobody says otherwise: what decoding it takes stays far below 25 ms. */
const CHUNK_BYTES = 512 * 1024

export interface Wanted {
  readonly lines: number
  /** Of bodies. */
  readonly bytes: number
  /** How much to read for it. */
  readonly expected_bytes: number
}

const EVERYTHING: Wanted = { lines: Infinity, bytes: Infinity, expected_bytes: CHUNK_BYTES }

/** A part of a segment. It holds frames, or nothing but damage. */
export interface Chunk {
  readonly buffer: Buffer
  readonly frames: readonly Frame[]
  readonly from: number
  /** Where the next chunk begins. */
  readonly to: number
}

/** Reads frames. The file that was read last stays open. */
export class SegmentReader {
  private file: SpoolFile | undefined
  private path: string | undefined

  constructor(private readonly files: Files) {}

  /** Of the segment's bytes `[from, to)` the frames at the front that are wanted, one at least. */
  async read(path: string, segment: number, from: number, to: number, wanted = EVERYTHING): Promise<Chunk> {
    const file = await this.open(path)
    const length = Math.min(to - from, wanted.expected_bytes)
    const whole = Buffer.allocUnsafe(length)
    const buffer = whole.subarray(0, await readFully(file, whole, from))
    const frames = framesOf(buffer, segment, wanted)
    const last = frames.at(-1)
    if (last) return { buffer, frames, from, to: from + last.end }
    if (length < to - from) return this.read(path, segment, from, to, { ...wanted, expected_bytes: to - from })
    const next = findFrame(buffer, 1, segment)
    return { buffer, frames, from, to: next === undefined ? to : from + next }
  }

  /** Closes the file, before it is replaced or removed. */
  async close(path = this.path): Promise<void> {
    if (path !== this.path) return
    const { file } = this
    this.file = this.path = undefined
    await file?.close()
  }

  private async open(path: string): Promise<SpoolFile> {
    if (this.file && this.path === path) return this.file
    await this.close()
    this.file = await this.files.open(path, 'r')
    this.path = path
    return this.file
  }
}

function framesOf(buffer: Buffer, segment: number, wanted: Wanted): Frame[] {
  const frames: Frame[] = []
  let lines = 0
  let bytes = 0
  for (let at = 0; lines < wanted.lines && bytes < wanted.bytes;) {
    const frame = frameAt(buffer, at, segment)
    if (!frame) break
    lines += frame.lines
    bytes += frame.end - frame.start
    if (frames.length > 0 && (lines > wanted.lines || bytes > wanted.bytes)) break
    frames.push(frame)
    at = frame.end
  }
  return frames
}
