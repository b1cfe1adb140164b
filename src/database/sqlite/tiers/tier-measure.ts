import type { Measure } from '../../tiers/tier-store'
import { ALL_DEVICES, type Row } from '../sqlite-statements'
import type { Turn } from '../sqlite-turns'
import { numbered, placeOf, tablesOf } from './keyed-rows'
import type { SourceRange } from './tier-calls'
import type { TierContext } from './tier-context'
import { countIn, someOf, type KeyedTable } from './tier-statements'

/** Beyond it nobody wants to wait for the answer: a card reads slowly. */
const COUNTING_MS = 10_000
const CHUNK_ROWS = 20_000
/** Rows of each device whose size stands for that of the others. */
const SAMPLE_ROWS = 20
/** Of a row in a page: its place, its length, and the length of its header. */
const ROW_BYTES = 5
/** Of pages, on the average: rows come in the middle of them, and split them. */
const FULLNESS = 0.9

/** Counts what a range holds, and estimates what it takes. */
export class TierMeasure {
  constructor(private readonly context: TierContext) {}

  async measure({ source, from, to }: SourceRange): Promise<Measure> {
    const { statements, turns } = this.context
    const place = placeOf(statements, source)
    if (!place) return { rows: 0, bytes: 0 }
    const turn = turns.begin()
    const ends = performance.now() + COUNTING_MS
    const tallies = new Map(tablesOf(place).map((table) => [table, new Tally()]))
    const device_ids = statements.all(ALL_DEVICES, []).map(([device_id]) => String(device_id))
    for (const { device } of numbered(statements, device_ids)) {
      for (const [table, tally] of tallies) {
        const key = [...place.prefix, device] as const
        tally.sample(statements.all(someOf(table), [...key, from, to, SAMPLE_ROWS]))
        for await (const rows of this.counts(table, key, from, to, turn)) {
          tally.rows += rows
          if (performance.now() > ends) return {}
        }
      }
    }
    const bytes = [...tallies.values()].reduce((sum, tally) => sum + tally.bytes, 0)
    return { rows: tallies.get(place.table)?.rows ?? 0, bytes: Math.round(bytes) }
  }

  private async *counts(
    table: KeyedTable,
    key: readonly (number | string | null)[],
    from: number,
    to: number,
    turn: Turn,
  ): AsyncGenerator<number> {
    for (;;) {
      const [rows, last] = this.context.statements.first(countIn(table), [...key, from, to, CHUNK_ROWS]) as Row
      yield Number(rows)
      if (turn.isOver) await turn.next()
      if (rows !== CHUNK_ROWS) return
      from = Number(last) + 1
    }
  }
}

class Tally {
  rows = 0
  private sampled = 0
  private sampled_bytes = 0

  sample(rows: readonly Row[]): void {
    this.sampled += rows.length
    this.sampled_bytes += rows.reduce((sum, row) => sum + rowBytes(row), 0)
  }

  get bytes(): number {
    return this.sampled === 0 ? 0 : (this.rows * this.sampled_bytes) / this.sampled / FULLNESS
  }
}

/** As in SQLite's record format: a byte that says how long each value is, and the values. */
function rowBytes(row: Row): number {
  return row.reduce<number>((sum, value) => sum + 1 + valueBytes(Number(value ?? 0)), ROW_BYTES)
}

function valueBytes(value: number): number {
  if (value === 0 || value === 1) return 0
  const bits = Math.log2(Math.abs(value) + 1) + 1
  return [1, 2, 3, 4, 6].find((bytes) => bits <= 8 * bytes) ?? 8
}
