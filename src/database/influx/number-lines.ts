import type { BadLine } from '../sending/verdict'

const [NEW_LINE, SPACE, QUOTE, COMMA, EQUALS, BACKSLASH] = [10, 32, 34, 44, 61, 92] as const
const REASON = 'it holds text alone, and this server keeps numbers'

export interface NumberLines {
  readonly text: Buffer
  /** Lines in which nothing was left; they are not in the text. */
  readonly bad: readonly BadLine[]
  /** Of each line in the text, its number in the lines given; absent where none was left out. */
  readonly numbers?: readonly number[]
}

/** Lines without their string fields. What is no line of line protocol stays as it is. */
export function numberLines(lines: Buffer): NumberLines {
  const copy = new LineCopy(lines)
  const bad: BadLine[] = []
  const numbers: number[] = []
  let index = 0
  for (let start = 0; start < lines.length; index++) {
    const newLine = lines.indexOf(NEW_LINE, start)
    const end = newLine < 0 ? lines.length : newLine
    if (copy.line(start, end)) numbers.push(index)
    else bad.push({ index, reason: REASON })
    start = end + 1
  }
  return { text: copy.text(), bad, ...(bad.length > 0 && { numbers }) }
}

/** Copies in runs, as long as they can be. */
class LineCopy {
  private readonly out: Buffer
  private length = 0

  constructor(private readonly lines: Buffer) {
    this.out = Buffer.allocUnsafe(lines.length + 1)
  }

  text(): Buffer {
    return this.out.subarray(0, this.length)
  }

  /** Without its line break. False where nothing is left of it. */
  line(start: number, end: number): boolean {
    const { lines } = this
    const before = this.length
    const fields = this.separator(SPACE, SPACE, start, end) + 1
    // Up to where it is copied or left out already.
    let done = start
    let at = fields
    let kept = 0
    while (at < end) {
      const equals = this.separator(EQUALS, EQUALS, at, end)
      const isString = lines[equals + 1] === QUOTE && equals < end
      const after = isString ? this.stringEnd(equals + 2, end) : this.separator(COMMA, SPACE, equals + 1, end)
      if (isString) {
        this.copy(done, at)
        done = after
        if (lines[after] === COMMA) done++
      } else kept++
      at = after + 1
      if (lines[after] !== COMMA) break
    }
    if (kept === 0 && done > start) {
      this.length = before
      return false
    }
    // The last field was text: the comma before it goes, too.
    if (done > start && (done === end || lines[done] === SPACE) && this.out[this.length - 1] === COMMA) this.length--
    this.copy(done, end)
    this.out[this.length++] = NEW_LINE
    return true
  }

  private copy(from: number, to: number): void {
    this.length += this.lines.copy(this.out, this.length, from, to)
  }

  /** Where one of two bytes stands that no backslash is before; `end` where there is none. */
  private separator(one: number, other: number, start: number, end: number): number {
    const { lines } = this
    let at = start
    while (at < end && lines[at] !== one && lines[at] !== other) at += lines[at] === BACKSLASH ? 2 : 1
    return Math.min(at, end)
  }

  /** Behind the quote that ends a string. */
  private stringEnd(start: number, end: number): number {
    return Math.min(this.separator(QUOTE, QUOTE, start, end) + 1, end)
  }
}
