import { HEADER_BYTES, type FrameContent } from './frame'

/** Small enough to be cut from a batch, large enough that headers and syncs cost little. */
export const FRAME_LINES = 1000

/** One call of `append`, which waits for its pieces. */
interface Append {
  left: number
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

interface Part {
  readonly text: string
  readonly lines: number
  readonly bytes: number
}

/** At most a frame's lines. */
export interface Piece extends Part {
  readonly accepted_at: number
  readonly append: Append
  /** The store has it, before the disk did. */
  acknowledged: boolean
}

/** What was accepted and is not on disk, in order. While the disk fails, lines are taken from here. */
export class Unwritten {
  lines = 0
  bytes = 0
  private pieces: Piece[] = []
  /** Of the pieces, how many at the front are being written. */
  private writing = 0
  /** Of the pieces, how many at the front somebody has in hand. */
  private taken = 0

  constructor(
    /** Of a frame, and of frames that are written together: more only where a single line is longer. */
    private readonly frame_bytes: number,
  ) {}

  /** With headers, at most. */
  get framedBytes(): number {
    return this.bytes + HEADER_BYTES * this.pieces.length
  }

  get oldest(): number | undefined {
    return this.pieces[0]?.accepted_at
  }

  add(text: string, lines: number, bytes: number, accepted_at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const parts = lines <= FRAME_LINES && bytes <= this.frame_bytes ? [{ text, lines, bytes }] : this.cut(text)
      const append: Append = { left: parts.length, resolve, reject }
      for (const part of parts) this.pieces.push({ ...part, accepted_at, append, acknowledged: false })
      this.count(parts, 1)
    })
  }

  /** The frames to write next; `written` or `unwritten` says what became of them. */
  group(): FrameContent[] {
    const frames: FrameContent[] = []
    let bytes = 0
    this.writing = 0
    while (this.writing < this.pieces.length) {
      const frame = this.frame(this.writing)
      if (frames.length > 0 && bytes + frame.bytes > this.frame_bytes) break
      this.writing += frame.texts.length
      bytes += frame.bytes
      frames.push(frame)
    }
    return frames
  }

  written(): void {
    const done = this.pieces.splice(0, this.writing)
    this.taken = Math.max(0, this.taken - this.writing)
    this.writing = 0
    this.count(done, -1)
    for (const piece of done) settle(piece)
  }

  unwritten(): void {
    this.writing = 0
    this.release()
  }

  /** The next pieces that were not taken, one at least where there is one. */
  take(limit: { readonly lines: number; readonly bytes: number }): Piece[] {
    if (this.writing > 0) return []
    const pieces: Piece[] = []
    let lines = 0
    let bytes = 0
    for (const piece of this.pieces.slice(this.taken, this.taken + limit.lines)) {
      lines += piece.lines
      bytes += piece.bytes
      if (pieces.length > 0 && (lines > limit.lines || bytes > limit.bytes)) break
      pieces.push(piece)
    }
    this.taken += pieces.length
    return pieces
  }

  /** Those that are being written, or have been, are taken once more, from disk: repeats are harmless. */
  acknowledge(pieces: readonly Piece[]): void {
    for (const piece of pieces) piece.acknowledged = true
    if (this.writing === 0) this.release()
  }

  giveBack(): void {
    this.taken = 0
  }

  /** Gives up what is left. */
  fail(reason: unknown): void {
    for (const { append } of this.pieces.splice(0)) append.reject(reason)
    this.lines = this.bytes = this.taken = this.writing = 0
  }

  private frame(first: number): FrameContent {
    const { accepted_at } = this.pieces[first] as Piece
    const texts: string[] = []
    let lines = 0
    let bytes = 0
    for (let index = first; index < this.pieces.length; index++) {
      const piece = this.pieces[index] as Piece
      if (index > first && (lines + piece.lines > FRAME_LINES || bytes + piece.bytes > this.frame_bytes)) break
      texts.push(piece.text)
      lines += piece.lines
      bytes += piece.bytes
    }
    return { texts, lines, bytes, accepted_at }
  }

  private release(): void {
    const done = this.pieces.filter(({ acknowledged }) => acknowledged)
    if (done.length === 0) return
    this.taken -= this.pieces.slice(0, this.taken).filter(({ acknowledged }) => acknowledged).length
    this.pieces = this.pieces.filter(({ acknowledged }) => !acknowledged)
    this.count(done, -1)
    for (const piece of done) settle(piece)
  }

  private count(parts: readonly Pick<Part, 'lines' | 'bytes'>[], sign: 1 | -1): void {
    for (const { lines, bytes } of parts) {
      this.lines += sign * lines
      this.bytes += sign * bytes
    }
  }

  private cut(text: string): Part[] {
    const parts: Part[] = []
    for (let start = 0; start < text.length;) {
      const part = this.part(text, start, FRAME_LINES, Infinity)
      const fits = part.lines === 1 || part.bytes <= this.frame_bytes
      parts.push(fits ? part : this.part(text, start, FRAME_LINES, this.frame_bytes))
      start += (parts.at(-1) as Part).text.length
    }
    return parts
  }

  /** Whole lines from `start` on, one at least. Measuring each of them is slow, and seldom needed. */
  private part(text: string, start: number, maximum_lines: number, maximum_bytes: number): Part {
    let end = start
    let lines = 0
    let bytes = 0
    while (end < text.length && lines < maximum_lines) {
      const next = endOfLine(text, end)
      if (maximum_bytes < Infinity) bytes += Buffer.byteLength(text.slice(end, next))
      if (lines > 0 && bytes > maximum_bytes) break
      end = next
      lines++
    }
    const part = text.slice(start, end)
    return { text: part, lines, bytes: Buffer.byteLength(part) }
  }
}

function endOfLine(text: string, from: number): number {
  const index = text.indexOf('\n', from)
  return index < 0 ? text.length : index + 1
}

function settle({ append }: Piece): void {
  append.left--
  if (append.left === 0) append.resolve()
}
