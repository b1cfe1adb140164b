import type { BadLine } from './verdict'

const MEGABYTE = 1024 * 1024
/** More than 5,000 bad lines with their reasons fill. */
const MAXIMUM_BODY = 16 * MEGABYTE
const MAXIMUM_WORDS = 2000
const MAXIMUM_REASON = 300

/** What a server says about a write. It is foreign: named own keys of it are read, and bounded. */
export class ServerWords {
  /** Cut to what a person reads; empty where it says nothing. */
  readonly text: string
  /** Whether the server explains itself in its own form, and not a proxy in front of it. */
  readonly explained: boolean
  private readonly data: readonly unknown[]

  constructor(body: string, header: unknown) {
    const answer = objectOf(body)
    const said = textOf(answer, 'error') ?? textOf(answer, 'message')
    this.explained = said !== undefined
    this.text = (said ?? (typeof header === 'string' ? header : body)).slice(0, MAXIMUM_WORDS).trim()
    const data = ownOf(answer, 'data')
    this.data = Array.isArray(data) ? (data as readonly unknown[]) : []
  }

  get reason(): string {
    return cut(this.text)
  }

  /** The lines that InfluxDB 3 names, of `count` sent; undefined where that is not all there is to know. */
  badLines(count: number): BadLine[] | undefined {
    // Without partial writes it names lines too, and has stored none.
    if (this.data.length === 0 || !this.says('partial write')) return undefined
    const reasons = new Map<number, string>()
    for (const entry of this.data) {
      const number = ownOf(entry, 'line_number')
      if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > count) return undefined
      reasons.set(number - 1, cut(textOf(entry, 'error_message') ?? this.text))
    }
    return [...reasons].map(([index, reason]) => ({ index, reason }))
  }

  /** How many points it has dropped: InfluxDB 1 and 2. */
  get dropped(): number | undefined {
    const match = /dropped=(\d{1,9})(?!.*dropped=\d)/s.exec(this.text)
    return match ? Number(match[1]) : undefined
  }

  says(...parts: readonly string[]): boolean {
    return parts.some((part) => this.text.includes(part))
  }
}

function objectOf(body: string): unknown {
  if (body.length > MAXIMUM_BODY) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function ownOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}

function textOf(value: unknown, key: string): string | undefined {
  const text = ownOf(value, key)
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

function cut(text: string): string {
  return text.length > MAXIMUM_REASON ? `${text.slice(0, MAXIMUM_REASON)}…` : text
}
