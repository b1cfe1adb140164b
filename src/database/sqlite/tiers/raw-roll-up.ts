import { MEASURED_KEYS } from '../../../domain/reading'
import type { Sample } from '../../history/downsample'
import type { TimeRange } from '../../history/record-source'
import { Rolling } from '../../roll-up/rolling'
import { rollUpFields } from '../../roll-up/roll-up-fields'
import type { RollUp } from '../../tiers/roll-up'
import type { RollUpOrder } from '../../tiers/tier-store'
import { columnOf, type Column } from '../sqlite-columns'
import { LAST_BEFORE } from '../sqlite-statements'
import type { Turn } from '../sqlite-turns'
import { numbered } from './keyed-rows'
import type { TierContext } from './tier-context'
import { firstIn, selectSamples } from './tier-statements'

const CHUNK_ROWS = 1000

/** Makes rows of raw readings, device by device, along the primary key. */
export class RawRollUp {
  constructor(private readonly context: TierContext) {}

  async rollUp({ buckets, device_ids, fields: asked }: RollUpOrder): Promise<RollUp[]> {
    const { statements, turns, maximum_gap_ms } = this.context
    const [first, last] = [buckets[0], buckets.at(-1)]
    if (!first || !last) return []
    const fields = asked.length === 0 ? MEASURED_KEYS : asked
    const columns = rollUpFields(fields).map(columnOf)
    const rows: RollUp[] = []
    const turn = turns.begin()
    for (const { device, device_id } of numbered(statements, device_ids)) {
      const range = this.rangeOf(device, { from: first.from, to: last.to })
      if (range) {
        const rolling = new Rolling({ buckets, maximum_gap_ms, fields })
        await this.push(rolling, device, columns, range, turn)
        for (const row of rolling.finish()) rows.push({ device_id, ...row })
      }
      if (turn.isOver) await turn.next()
    }
    return rows
  }

  /** What has to be read of a device: its samples, those of the gap before, and the first one after. */
  private rangeOf(device: number, { from, to }: TimeRange): TimeRange | undefined {
    const gap_ms = this.context.maximum_gap_ms
    const before = this.moment(LAST_BEFORE, [device, from])
    const holds = before !== undefined && before + gap_ms > from
    if (!holds && this.moment(firstIn('reading'), [device, from, to]) === undefined) return undefined
    const after = this.moment(firstIn('reading'), [device, to, to + gap_ms + 1])
    return { from: before === undefined ? from : Math.min(before, from - gap_ms), to: (after ?? to - 1) + 1 }
  }

  private async push(
    rolling: Rolling,
    device: number,
    columns: readonly Column[],
    { from, to }: TimeRange,
    turn: Turn,
  ): Promise<void> {
    const sql = selectSamples(columns)
    for (;;) {
      const arrays = this.context.statements.first(sql, [device, from, to, CHUNK_ROWS]) ?? []
      const timestamps = pushSamples(rolling, columns, arrays.map(toNumbers))
      if (timestamps.length < CHUNK_ROWS) return
      from = (timestamps.at(-1) as number) + 1
      if (turn.isOver) await turn.next()
    }
  }

  private moment(sql: string, bound: readonly number[]): number | undefined {
    const row = this.context.statements.first(sql, bound)
    return row && Number(row[0])
  }
}

/** One sample, filled anew for each row, because there may be millions. @returns the timestamps */
function pushSamples(
  rolling: Rolling,
  columns: readonly Column[],
  [timestamps = [], suspect = [], ...stored]: readonly (readonly (number | null)[])[],
): number[] {
  const values = new Float64Array(columns.length)
  const sample: { -readonly [Key in keyof Sample]: Sample[Key] } = { timestamp: 0, suspect: false, values }
  for (let row = 0; row < timestamps.length; row += 1) {
    sample.timestamp = timestamps[row] as number
    sample.suspect = suspect[row] !== 0
    for (let index = 0; index < columns.length; index += 1) {
      const value = stored[index]?.[row]
      values[index] = typeof value === 'number' ? value / (columns[index] as Column).scale : Number.NaN
    }
    rolling.push(sample)
  }
  return timestamps as number[]
}

/** What SQLite's own JSON holds: whole numbers and nulls. */
function toNumbers(json: unknown): (number | null)[] {
  return JSON.parse(String(json)) as (number | null)[]
}
