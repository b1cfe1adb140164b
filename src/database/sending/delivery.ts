import type { SpoolBatch } from '../spool/spool'
import type { Lines } from '../store'
import type { BadLine, Verdict } from './verdict'

const NEW_LINE = 10

export interface RefusedLine {
  /** Without its line break. */
  readonly line: string
  readonly bad: BadLine
}

/**
 * A batch on its way into the store: what of it is to be sent, oldest first, and the lines that were found to be bad. A
 * refused piece is halved until single lines are left: k bad lines of n cost about 2 k log2 n requests.
 */
export class Delivery {
  /** To the request under way, or come and not looked at yet. */
  answer: Promise<Verdict> | undefined
  /** Whether what refuses lines of it is known to be a store that takes others. */
  isTrusted = false
  readonly refused: RefusedLine[] = []
  /** The oldest stands last. */
  private readonly pieces: Lines[]

  constructor(readonly batch: SpoolBatch) {
    this.pieces = [batch]
  }

  /** What is sent next, or under way. */
  get piece(): Lines {
    return this.pieces.at(-1) ?? { text: Buffer.alloc(0), count: 0 }
  }

  /** It cannot be given back without repeating what was found out. */
  get isBegun(): boolean {
    return this.pieces[0] !== this.batch
  }

  get isDone(): boolean {
    return this.pieces.length === 0
  }

  /** The next piece, of so many lines at most. */
  take(maximum: number): Lines {
    if (this.piece.count > maximum) this.cut(maximum)
    return this.piece
  }

  stored(bad: readonly BadLine[] = []): void {
    this.isTrusted = true
    this.remove(bad)
  }

  /** Narrows down which line it is. */
  halve(): void {
    this.cut(Math.ceil(this.piece.count / 2))
  }

  /** The piece is one line, and bad. */
  giveUp(reason: string): void {
    this.remove([{ index: 0, reason }])
  }

  private remove(bad: readonly BadLine[]): void {
    const piece = this.pieces.pop()
    if (!piece || bad.length === 0) return
    const lines = piece.text.toString('utf8').split('\n')
    for (const line of bad) this.refused.push({ line: lines[line.index] ?? '', bad: line })
  }

  private cut(count: number): void {
    const piece = this.pieces.pop()
    if (!piece) return
    let end = 0
    for (let line = 0; line < count && end < piece.text.length; line++) {
      const found = piece.text.indexOf(NEW_LINE, end)
      end = found < 0 ? piece.text.length : found + 1
    }
    this.pieces.push({ text: piece.text.subarray(end), count: piece.count - count })
    this.pieces.push({ text: piece.text.subarray(0, end), count })
  }
}
