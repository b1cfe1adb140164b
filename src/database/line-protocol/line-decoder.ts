import { fieldValueOf } from './field-values'
import type { FieldValue, Line, Refusal } from './line'
import { nameOf, stringOf } from './line-text'

const [SPACE, QUOTE, NUMBER_SIGN, COMMA, MINUS, POINT, DIGIT_0, BACKSLASH] = [32, 34, 35, 44, 45, 46, 48, 92] as const
const TIMESTAMP = /^ *(-?\d{1,16})[ \r]*$/
// Whole numbers of so many digits and powers of ten up to them are exact, so that dividing rounds once, as reading does.
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => 10 ** digits)

type Series = Pick<Line, 'measurement' | 'tags'>

/** One line without its line break. Never throws. */
export function decodeLine(line: string): Line | Refusal {
  return new LineDecoder().decode(line)
}

/** Every line in its order, the empty ones too, but for what is empty behind the last line break. Never throws. */
export function decodeLines(text: Buffer | string): (Line | Refusal)[] {
  const lines = text.toString().split('\n')
  if (lines.at(-1) === '') lines.pop()
  const decoder = new LineDecoder()
  return lines.map((line) => decoder.decode(line))
}

class Unreadable extends Error {}

/** Walks through one line after the other, and keeps the series that it has seen. */
class LineDecoder {
  private readonly known = new Map<string, Series>()
  private line = ''
  private at = 0

  decode(line: string): Line | Refusal {
    this.line = line
    this.at = 0
    try {
      const { measurement, tags } = this.series()
      const fields = this.fields()
      return { measurement, tags, fields, timestamp: this.timestamp() }
    } catch (error) {
      if (error instanceof Unreadable) return { reason: error.message }
      throw error
    }
  }

  private series(): Series {
    const { line } = this
    if (line.trim() === '') throw new Unreadable('the line is empty')
    if (line.charCodeAt(0) === NUMBER_SIGN) throw new Unreadable('the line is a comment')
    const end = unescaped(line, ' ', 0)
    if (end < 0) throw new Unreadable('fields are missing')
    const text = line.slice(0, end)
    this.at = end + 1
    let series = this.known.get(text)
    if (series === undefined) {
      series = seriesOf(text)
      this.known.set(text, series)
    }
    return series
  }

  private fields(): Map<string, FieldValue> {
    const { line } = this
    const fields = new Map<string, FieldValue>()
    while (line.charCodeAt(this.at) === SPACE) this.at++
    for (;;) {
      const equals = unescaped(line, '=', this.at)
      if (equals <= this.at) throw new Unreadable(`a field has no name or no value at character ${this.at}`)
      const name = nameOf(line.slice(this.at, equals))
      this.at = equals + 1
      fields.set(name, line.charCodeAt(this.at) === QUOTE ? this.string() : this.scalar())
      const next = line.charCodeAt(this.at)
      this.at++
      if (next === COMMA) continue
      if (next === SPACE) return fields
      throw new Unreadable(next !== next ? 'the timestamp is missing' : `a string goes on at character ${this.at}`)
    }
  }

  private string(): string {
    const { line } = this
    const start = this.at + 1
    let end = line.indexOf('"', start)
    while (end >= 0 && isEscapedQuote(line, end)) end = line.indexOf('"', end + 1)
    if (end < 0) throw new Unreadable(`a string has no end from character ${start} on`)
    this.at = end + 1
    return stringOf(line.slice(start, end))
  }

  /** Plain decimals here, because most fields are; everything else from its text. */
  private scalar(): FieldValue {
    const { line, at: start } = this
    const isNegative = line.charCodeAt(start) === MINUS
    let at = isNegative ? start + 1 : start
    let number = 0
    let digits = 0
    let point = -1
    for (; at < line.length; at++) {
      const digit = line.charCodeAt(at) - DIGIT_0
      if (digit >= 0 && digit <= 9) {
        number = number * 10 + digit
        digits++
      } else if (digit === POINT - DIGIT_0 && point < 0) point = at
      else break
    }
    const isEnd = at === line.length || line.charCodeAt(at) === COMMA || line.charCodeAt(at) === SPACE
    if (!isEnd || digits === 0 || digits > EXACT_DIGITS) return this.otherScalar()
    this.at = at
    if (point >= 0) number /= POWERS_OF_TEN[at - point - 1] as number
    return isNegative ? -number : number
  }

  private otherScalar(): FieldValue {
    const { line, at: start } = this
    const ends = [line.indexOf(',', start), line.indexOf(' ', start)].filter((end) => end >= 0)
    this.at = Math.min(line.length, ...ends)
    const value = fieldValueOf(line.slice(start, this.at))
    if (value === undefined) throw new Unreadable(`a value is no number, truth value or string at character ${start}`)
    return value
  }

  private timestamp(): number {
    const digits = TIMESTAMP.exec(this.line.slice(this.at))?.[1]
    if (digits === undefined) throw new Unreadable('the timestamp is missing or no whole number')
    const timestamp = Number(digits)
    if (!Number.isSafeInteger(timestamp)) throw new Unreadable('the timestamp is too large')
    return timestamp
  }
}

function seriesOf(text: string): Series {
  const [measurement = '', ...parts] = splitUnescaped(text)
  if (measurement === '') throw new Unreadable('the measurement is missing')
  const tags = new Map<string, string>()
  for (const part of parts) {
    const equals = unescaped(part, '=', 0)
    if (equals <= 0 || equals === part.length - 1) throw new Unreadable('a tag has no name or no value')
    const name = nameOf(part.slice(0, equals))
    if (tags.has(name)) throw new Unreadable('a tag stands there twice')
    tags.set(name, nameOf(part.slice(equals + 1)))
  }
  return { measurement: nameOf(measurement), tags }
}

function splitUnescaped(text: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let end = unescaped(text, ',', 0); end >= 0; end = unescaped(text, ',', start)) {
    parts.push(text.slice(start, end))
    start = end + 1
  }
  parts.push(text.slice(start))
  return parts
}

/** Where a separator stands that no backslash is before; -1 where there is none. */
function unescaped(text: string, separator: string, from: number): number {
  let at = text.indexOf(separator, from)
  while (at > 0 && text.charCodeAt(at - 1) === BACKSLASH) at = text.indexOf(separator, at + 1)
  return at
}

/** Behind an odd number of backslashes: pairs of them are backslashes. */
function isEscapedQuote(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
