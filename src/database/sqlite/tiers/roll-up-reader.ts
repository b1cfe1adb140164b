import type { MeasuredKey } from '../../../domain/reading'
import type { FieldRollUp, RollUp } from '../../tiers/roll-up'
import type { Row } from '../sqlite-statements'
import type { FieldNumbers } from './field-numbers'
import { numbered, tierNumber } from './keyed-rows'
import { decodeField, decodeRollUp } from './roll-up-encoding'
import type { RollUpPart, TierCalls } from './tier-calls'
import type { TierContext } from './tier-context'
import { ROLL_UP_COLUMNS, SELECT_ROLL_UPS, selectFields } from './tier-statements'

const COVERED = 1 + ROLL_UP_COLUMNS.indexOf('covered_ms')

/** Brings rows out of the file, along the key. */
export class RollUpReader {
  constructor(
    private readonly context: TierContext,
    private readonly fields: FieldNumbers,
  ) {}

  async read(query: TierCalls['readRollUps']['given']): Promise<RollUpPart> {
    const { statements, turns } = this.context
    const { first, limit, to } = query
    const tier = tierNumber(statements, query.tier.name)
    if (tier === undefined) return { rows: [] }
    const turn = turns.begin()
    const rows: RollUp[] = []
    for (const { device, device_id } of numbered(statements, query.device_ids)) {
      const from = first?.device_id === device_id ? first.from : query.from
      rows.push(...this.ofDevice([tier, device, from, to], device_id, limit - rows.length, query.fields))
      const last = rows.at(-1)
      if (last && rows.length >= limit) return { rows, next: { device_id, from: last.timestamp + 1 } }
      if (turn.isOver) await turn.next()
    }
    return { rows }
  }

  private ofDevice(
    [tier, device, from, to]: readonly [number, number, number, number],
    device_id: string,
    limit: number,
    keys: readonly MeasuredKey[],
  ): RollUp[] {
    const rows = this.rows(SELECT_ROLL_UPS, [tier, device, from, to, limit])
    const last = rows.at(-1)
    if (!last) return []
    const sql = selectFields(keys.map((key) => this.fields.of(key)))
    const fields = this.rows(sql, [tier, device, from, Number(last[0]) + 1])
    let at = 0
    return rows.map((row) => {
      const own: (readonly [MeasuredKey, FieldRollUp])[] = []
      for (; at < fields.length && fields[at]?.[0] === row[0]; at += 1) {
        const field = fields[at] as Row
        const column = this.fields.columnOf(Number(field[1]))
        if (column) own.push(decodeField(column.key, field, Number(row[COVERED])))
      }
      return decodeRollUp(device_id, row, own)
    })
  }

  /** Whole numbers and nulls. */
  private rows(sql: string, bound: readonly number[]): Row[] {
    return JSON.parse(String(this.context.statements.first(sql, bound)?.[0])) as Row[]
  }
}
