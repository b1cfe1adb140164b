import { fieldValueOf } from './field-values'
import type { FieldValue, Line, Refusal } from './line'
import { nameOf, stringOf } from './line-text'

const [LINE_BREAK, SPACE, QUOTE, NUMBER_SIGN, COMMA] = [10, 32, 34, 35, 44] as const
const [MINUS, POINT, DIGIT_0, EQUALS, BACKSLASH] = [45, 46, 48, 61, 92] as const
// Whole numbers of so many digits and powers of ten up to them are exact, so that dividing rounds once, as parsing does.
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => 10 ** digits)
const TIMESTAMP_DIGITS = 16
const NO_TIMESTAMP = 'the timestamp is missing or no whole number of ms'

type Series = Pick<Line, 'measurement' | 'tags'>

/** One line, without its line break. Never throws. */
export function decodeLine(line: string): Line | Refusal {
  const bytes = Buffer.from(line)
  return new LineDecoder(bytes).decode(0, bytes.length)
}

/** Every line in its order, the empty ones too, but for what is empty behind the last line break. Never throws. */
export function decodeLines(text: Buffer | string): (Line | Refusal)[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const decoder = new LineDecoder(bytes)
  const lines: (Line | Refusal)[] = []
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LINE_BREAK, start)
    const end = found < 0 ? bytes.length : found
    lines.push(decoder.decode(start, end))
    start = end + 1
  }
  return lines
}

class Unreadable extends Error {}

/** Walks through one line after the other, byte by byte; keeps the series and the names of fields that it has seen. */
class LineDecoder {
  private readonly known = new Map<string, Series>()
  private readonly names: { readonly bytes: Buffer; readonly name: string }[] = []
  private at = 0
  private end = 0

  constructor(private readonly bytes: Buffer) {}

  decode(start: number, end: number): Line | Refusal {
    this.at = start
    this.end = end
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
    const { at: start } = this
    this.skip(SPACE)
    if (this.at >= this.end) throw new Unreadable('the line is empty')
    if (this.bytes[this.at] === NUMBER_SIGN) throw new Unreadable('the line is a comment')
    if (this.at > start) throw new Unreadable('the measurement is missing')
    const end = this.find(SPACE)
    const text = this.bytes.toString('latin1', start, end)
    this.at = end
    const known = this.known.get(text)
    if (known !== undefined) return known
    const series = seriesOf(this.bytes.toString('utf8', start, end))
    this.known.set(text, series)
    return series
  }

  private fields(): Map<string, FieldValue> {
    const fields = new Map<string, FieldValue>()
    this.skip(SPACE)
    for (let position = 0; ; position++) {
      const name = this.name(position)
      fields.set(name, this.bytes[this.at] === QUOTE ? this.string() : this.scalar())
      if (this.at >= this.end) throw new Unreadable(NO_TIMESTAMP)
      const next = this.bytes[this.at++]
      if (next === SPACE) return fields
      if (next !== COMMA) throw new Unreadable(`something follows the string of ${name}`)
    }
  }

  /** Most lines have the fields of the line before them. */
  private name(position: number): string {
    const { bytes, at: start } = this
    const expected = this.names[position]
    if (expected !== undefined && this.startsWith(expected.bytes)) {
      this.at += expected.bytes.length
      return expected.name
    }
    const equals = this.find(EQUALS)
    if (equals === start || equals === this.end) throw new Unreadable('a field has no name or no value')
    this.at = equals + 1
    const name = nameOf(bytes.toString('utf8', start, equals))
    this.names[position] = { bytes: bytes.subarray(start, this.at), name }
    return name
  }

  private string(): string {
    const { bytes, end } = this
    const start = this.at + 1
    let hasEscapes = false
    let at = start
    while (at < end && bytes[at] !== QUOTE) {
      if (bytes[at] === BACKSLASH) {
        hasEscapes = true
        at++
      }
      at++
    }
    if (at >= end) throw new Unreadable('a string has no end')
    this.at = at + 1
    const text = bytes.toString('utf8', start, at)
    return hasEscapes ? stringOf(text) : text
  }

  /** Plain decimals here, because most fields are; everything else from its text. */
  private scalar(): FieldValue {
    const { bytes, end, at: start } = this
    const isNegative = bytes[start] === MINUS
    const first = isNegative ? start + 1 : start
    let at = first
    let number = 0
    let point = -1
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - DIGIT_0
      if (digit >= 0 && digit <= 9) number = number * 10 + digit
      else if (digit === POINT - DIGIT_0 && point < 0) point = at
      else break
    }
    const digits = at - first - (point < 0 ? 0 : 1)
    const isEnd = at === end || bytes[at] === COMMA || bytes[at] === SPACE
    if (!isEnd || digits === 0 || digits > EXACT_DIGITS) return this.otherScalar()
    this.at = at
    if (point >= 0) number /= POWERS_OF_TEN[at - point - 1] as number
    return isNegative ? -number : number
  }

  private otherScalar(): FieldValue {
    const { bytes, end, at: start } = this
    let at = start
    while (at < end && bytes[at] !== COMMA && bytes[at] !== SPACE) at++
    this.at = at
    const text = bytes.toString('latin1', start, at)
    const value = fieldValueOf(text)
    if (value === undefined) throw new Unreadable(`"${text.slice(0, 40)}" is no number, truth value or string`)
    return value
  }

  private timestamp(): number {
    const { bytes } = this
    this.skip(SPACE)
    const isNegative = bytes[this.at] === MINUS
    if (isNegative) this.at++
    const start = this.at
    let timestamp = 0
    while (this.at < this.end) {
      const digit = (bytes[this.at] as number) - DIGIT_0
      if (digit < 0 || digit > 9) break
      timestamp = timestamp * 10 + digit
      this.at++
    }
    const digits = this.at - start
    this.skip(SPACE)
    const isWhole = digits > 0 && digits <= TIMESTAMP_DIGITS && this.at === this.end
    if (!isWhole || !Number.isSafeInteger(timestamp)) throw new Unreadable(NO_TIMESTAMP)
    return isNegative ? -timestamp : timestamp
  }

  private skip(byte: number): void {
    while (this.at < this.end && this.bytes[this.at] === byte) this.at++
  }

  /** Where a separator stands that no backslash is before; the end of the line where there is none. */
  private find(separator: number): number {
    const { bytes, end } = this
    let at = this.at
    while (at < end && (bytes[at] !== separator || bytes[at - 1] === BACKSLASH)) at++
    return at
  }

  private startsWith(expected: Buffer): boolean {
    const { bytes, at, end } = this
    if (at + expected.length > end) return false
    for (let index = 0; index < expected.length; index++) {
      if (bytes[at + index] !== expected[index]) return false
    }
    return true
  }
}

function seriesOf(text: string): Series {
  const [measurement = '', ...parts] = text.split(/(?<!\\),/)
  if (measurement === '') throw new Unreadable('the measurement is missing')
  const tags = new Map<string, string>()
  for (const part of parts) {
    const equals = part.search(/(?<!\\)=/)
    if (equals <= 0 || equals === part.length - 1) throw new Unreadable('a tag has no name or no value')
    const name = nameOf(part.slice(0, equals))
    if (tags.has(name)) throw new Unreadable(`the tag ${name} stands there twice`)
    tags.set(name, nameOf(part.slice(equals + 1)))
  }
  return { measurement: nameOf(measurement), tags }
}
