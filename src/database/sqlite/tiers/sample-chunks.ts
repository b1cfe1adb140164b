import type { TimeRange } from '../../history/record-source'
import type { Sample } from '../../roll-up/sample'
import type { Column } from '../sqlite-columns'
import type { Row, Statements } from '../sqlite-statements'
import { selectSamples } from './tier-statements'

/** What the device says is seen by a few of them, so that the many that follow are read faster. */
const FIRST_ROWS = 100
const CHUNK_ROWS = 1000

/** The samples of one device in a range, some at a time, along the primary key. */
export class SampleChunks {
  /** Those in which a value was seen: most devices say less than half of what there is, and reading the rest takes time. */
  private present: readonly Column[]
  /** Filled anew for each row, because there may be millions. */
  private readonly sample: { -readonly [Key in keyof Sample]: Sample[Key] }
  private readonly values: Float64Array
  private from: number
  private limit = FIRST_ROWS

  constructor(
    private readonly statements: Statements,
    private readonly device: number,
    private readonly columns: readonly Column[],
    private readonly range: TimeRange,
  ) {
    this.present = columns
    this.from = range.from
    this.values = new Float64Array(columns.length)
    this.sample = { timestamp: 0, suspect: false, values: this.values }
  }

  /** Hands the next samples over, each only for as long as it is looked at. @returns whether there are more */
  next(taker: { push(sample: Sample): void }): boolean {
    const [timestamps, suspect, ...stored] = this.read()
    this.values.fill(Number.NaN)
    const indexes = this.present.map((column) => this.columns.indexOf(column))
    for (let row = 0; row < timestamps.length; row += 1) {
      this.sample.timestamp = timestamps[row] as number
      this.sample.suspect = suspect[row] !== 0
      for (let at = 0; at < indexes.length; at += 1) {
        const value = stored[at]?.[row]
        this.values[indexes[at] as number] =
          typeof value === 'number' ? value / (this.present[at] as Column).scale : Number.NaN
      }
      taker.push(this.sample)
    }
    if (this.from === this.range.from) this.present = this.present.filter((_column, at) => hasValue(stored[at]))
    if (timestamps.length < this.limit) return false
    this.from = (timestamps.at(-1) as number) + 1
    this.limit = CHUNK_ROWS
    return true
  }

  /** A column that had no value so far and has one now is read from here on. */
  private read(): Stored {
    const absent = this.columns.filter((column) => !this.present.includes(column))
    const row = this.select(this.present, absent)
    if (row.at(-1) === 0) return decoded(row)
    this.present = this.columns
    return decoded(this.select(this.columns, []))
  }

  private select(columns: readonly Column[], absent: readonly Column[]): Row {
    const bound = [this.device, this.from, this.range.to, this.limit]
    return this.statements.first(selectSamples(columns, absent), bound) as Row
  }
}

/** Timestamps, whether suspect, and then each column. */
type Stored = readonly [readonly number[], readonly number[], ...(readonly (number | null)[])[]]

function hasValue(stored: readonly (number | null)[] | undefined): boolean {
  return stored?.some((value) => value !== null) ?? false
}

/** What SQLite's own JSON holds: whole numbers and nulls. */
function decoded(row: Row): Stored {
  return row.slice(0, -1).map((json) => JSON.parse(String(json)) as number[]) as unknown as Stored
}
