import { MEASURED_KEYS } from '../../../domain/reading'
import type { TimeRange } from '../../history/record-source'
import { Rolling } from '../../roll-up/rolling'
import { rollUpFields } from '../../roll-up/roll-up-fields'
import { MOST_SUSPECTS } from '../../roll-up/sample'
import type { RollUp } from '../../tiers/roll-up'
import type { RollUpOrder } from '../../tiers/tier-store'
import { columnOf } from '../sqlite-columns'
import { FIRST_GOOD_FROM, LAST_GOOD_BEFORE } from '../sqlite-statements'
import { numbered } from './keyed-rows'
import { SampleChunks } from './sample-chunks'
import type { TierContext } from './tier-context'
import { firstIn } from './tier-statements'

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
        const samples = new SampleChunks(statements, device, columns, range)
        while (samples.next(rolling)) if (turn.isOver) await turn.next()
        for (const row of rolling.finish()) rows.push({ device_id, ...row })
      }
      if (turn.isOver) await turn.next()
    }
    return rows
  }

  /** What has to be read of a device: see `Rolling`. */
  private rangeOf(device: number, { from, to }: TimeRange): TimeRange | undefined {
    const gap_ms = this.context.maximum_gap_ms
    if (this.moment(firstIn('reading'), [device, from - gap_ms, to]) === undefined) return undefined
    const before = this.moment(LAST_GOOD_BEFORE, [device, from, MOST_SUSPECTS + 1])
    const after = this.moment(FIRST_GOOD_FROM, [device, to, to + gap_ms + 1])
    return { from: Math.min(before ?? from, from - gap_ms), to: (after ?? to - 1) + 1 }
  }

  private moment(sql: string, bound: readonly number[]): number | undefined {
    const row = this.context.statements.first(sql, bound)
    return row && Number(row[0])
  }
}
