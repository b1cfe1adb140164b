import type { Point } from '../../src/database/database'
import { decodeLines } from '../../src/database/line-protocol/line-decoder'
import { isLine, type FieldValue, type Line } from '../../src/database/line-protocol/line'

/** A line that was not taken. */
export interface RefusedLine {
  /** From 1. */
  readonly number: number
  readonly line: string
  readonly reason: string
}

/** What a database of the InfluxDB family keeps of lines: the same series and time is the same point. */
export class StoredLines {
  private readonly points = new Map<string, Line>()
  private readonly types = new Map<string, string>()
  private sorted: readonly Line[] | undefined

  /** In the order of time; the same list until something is stored. */
  get lines(): readonly Line[] {
    this.sorted ??= [...this.points.values()].sort((one, other) => one.timestamp - other.timestamp)
    return this.sorted
  }

  /** The fields of one point; undefined where it is not there. */
  fieldsAt({ measurement, tags, timestamp }: Pick<Point, 'measurement' | 'tags' | 'timestamp'>) {
    const isThere = (known: ReadonlyMap<string, string>) =>
      known.size === Object.keys(tags).length && Object.entries(tags).every(([name, tag]) => known.get(name) === tag)
    const found = this.lines.find(
      (line) => line.measurement === measurement && line.timestamp === timestamp && isThere(line.tags),
    )
    return found && Object.fromEntries(found.fields)
  }

  /** Those that can be read and are of the types known; the rest is told. */
  store(text: string): RefusedLine[] {
    const texts = text.split('\n')
    return decodeLines(text).flatMap((decoded, index) => {
      const reason = isLine(decoded) ? this.conflict(decoded) : decoded.reason
      if (reason !== undefined) return [{ number: index + 1, line: texts[index] ?? '', reason }]
      if (isLine(decoded)) this.keep(decoded)
      return []
    })
  }

  /** Of what is gone the types stay. */
  remove(isGone: (line: Line) => boolean): void {
    this.sorted = undefined
    for (const [key, line] of this.points) if (isGone(line)) this.points.delete(key)
  }

  private conflict({ measurement, fields }: Line): string | undefined {
    for (const [name, value] of fields) {
      const [given, known] = [typeOf(value), this.types.get(`${measurement}\n${name}`)]
      if (known !== undefined && known !== given) {
        return `input field "${name}" on measurement "${measurement}" is type ${given}, already exists as type ${known}`
      }
    }
    return undefined
  }

  private keep(line: Line): void {
    this.sorted = undefined
    for (const [name, value] of line.fields) this.types.set(`${line.measurement}\n${name}`, typeOf(value))
    const tags = [...line.tags].sort(([one], [other]) => (one < other ? -1 : 1))
    const key = JSON.stringify([line.measurement, tags, line.timestamp])
    const before = this.points.get(key)
    this.points.set(key, { ...line, fields: new Map([...(before?.fields ?? []), ...line.fields]) })
  }
}

function typeOf(value: FieldValue): string {
  if (typeof value === 'bigint') return 'integer'
  return typeof value === 'number' ? 'float' : typeof value
}
