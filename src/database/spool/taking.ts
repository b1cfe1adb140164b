import type { DiskTrouble } from './disk-trouble'
import { codeOf } from './files'
import type { Segment, Span } from './segment'
import type { Chunk, SegmentReader } from './segment-reader'
import type { Place, Segments } from './segments'
import type { SpoolBatch } from './spool-options'
import type { Piece, Unwritten } from './unwritten'

export interface Limit {
  readonly lines: number
  readonly bytes: number
}

type Taken =
  { readonly segment: Segment; readonly span: Span } | { readonly segment?: undefined; readonly pieces: Piece[] }

const START: Place = { segment: 0, offset: 0 }
/** Read beyond what the lines wanted should take, because lines differ. */
const SPARE_BYTES = 16 * 1024
/**
 * After how many attempts, a second apart, the rest of a file is given up: only where the disk says that it is lost. Whatever
 * else keeps it from being read, such as too many open files, may pass.
 */
const ATTEMPTS: ReadonlyMap<string | undefined, number> = new Map([
  ['EIO', 600],
  ['ENOENT', 5],
])

/** Who reads, and how far: batches are taken in order, and acknowledged in any. */
export class Taking {
  private cursor = START
  /** Another one once the cursor is set back. */
  private round = 0
  private failures = 0
  private readonly taken = new Map<SpoolBatch, Taken>()

  constructor(
    private readonly segments: Segments,
    private readonly reader: SegmentReader,
    private readonly unwritten: Unwritten,
    private readonly trouble: DiskTrouble,
  ) {}

  /** Something could not be read, and is worth another try. */
  get isFailing(): boolean {
    return this.failures > 0
  }

  async take(limit: Limit): Promise<SpoolBatch | undefined> {
    for (let next = this.next(); next; next = this.next()) {
      const { round } = this
      const { segment, from, to } = next
      const chunk = await this.read(segment, from, to, limit)
      if (round !== this.round) continue
      if (!chunk) return undefined
      if (chunk.frames.length > 0) return this.batch(segment, chunk)
      this.segments.addDamage(segment, from, chunk.to - from)
      segment.acknowledge({ from, to: chunk.to, lines: 0 }, this.now())
    }
    return this.fromMemory(limit)
  }

  acknowledge(batch: SpoolBatch): void {
    const taken = this.taken.get(batch)
    if (!taken) return
    this.taken.delete(batch)
    if (!taken.segment) return this.unwritten.acknowledge(taken.pieces)
    taken.segment.inHand--
    taken.segment.acknowledge(taken.span, this.now())
  }

  giveBack(): void {
    for (const { segment } of this.taken.values()) if (segment) segment.inHand--
    this.taken.clear()
    this.unwritten.giveBack()
    this.cursor = START
    this.round++
  }

  rewind(age_ms: number): number {
    if (age_ms <= 0) return 0
    const moment = this.now() - age_ms
    this.giveBack()
    return this.segments.list.reduce((lines, segment) => lines + segment.rewind(moment), 0)
  }

  private next(): { readonly segment: Segment; readonly from: number; readonly to: number } | undefined {
    for (const segment of this.segments.list) {
      if (segment.number < this.cursor.segment) continue
      const { from, to } = segment.open(segment.number === this.cursor.segment ? this.cursor.offset : 0)
      if (from < to) return { segment, from, to }
    }
    return undefined
  }

  private async read(segment: Segment, from: number, to: number, limit: Limit): Promise<Chunk | undefined> {
    const expected_bytes = Math.min(limit.bytes, limit.lines * bytesPerLine(segment)) + SPARE_BYTES
    const path = this.segments.path(segment.number)
    try {
      const wanted = { ...limit, expected_bytes: Math.ceil(expected_bytes) }
      const chunk = await this.reader.read(path, segment.number, from, to, wanted)
      this.failures = 0
      return chunk
    } catch (thrown) {
      await this.reader.close().catch(() => undefined)
      this.failures++
      if (this.failures < (ATTEMPTS.get(codeOf(thrown)) ?? Infinity)) return undefined
      this.failures = 0
      return { buffer: Buffer.alloc(0), frames: [], from, to }
    }
  }

  private batch(segment: Segment, { buffer, frames, from, to }: Chunk): SpoolBatch {
    let end = 0
    let count = 0
    let accepted_at = Infinity
    for (const frame of frames) {
      buffer.copyWithin(end, frame.start, frame.end)
      end += frame.end - frame.start
      count += frame.lines
      accepted_at = Math.min(accepted_at, frame.accepted_at)
    }
    const batch: SpoolBatch = { text: buffer.subarray(0, end), count, accepted_at }
    this.cursor = { segment: segment.number, offset: to }
    segment.inHand++
    this.taken.set(batch, { segment, span: { from, to, lines: count } })
    return batch
  }

  /** While the disk fails, and all that is on it was taken. */
  private fromMemory(limit: Limit): SpoolBatch | undefined {
    const pieces = this.trouble.reason ? this.unwritten.take(limit) : []
    const first = pieces[0]
    if (!first) return undefined
    const text = Buffer.from(pieces.map((piece) => piece.text).join(''))
    const count = pieces.reduce((lines, piece) => lines + piece.lines, 0)
    const batch: SpoolBatch = { text, count, accepted_at: first.accepted_at }
    this.taken.set(batch, { pieces })
    return batch
  }

  private now(): number {
    return this.segments.options.clock.monotonic()
  }
}

function bytesPerLine(segment: Segment): number {
  return segment.bytes / Math.max(1, segment.lines)
}
