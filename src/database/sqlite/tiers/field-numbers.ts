import type { MeasuredKey } from '../../../domain/reading'
import { COLUMNS, type Column } from '../sqlite-columns'
import type { Statements } from '../sqlite-statements'
import { ALL_FIELDS } from './tier-statements'

/** Measured columns by the numbers that they have in this file, where rows of tiers name them thousands of times. */
export class FieldNumbers {
  private readonly numbers = new Map<MeasuredKey, number>()
  private readonly columns = new Map<number, Column>()

  constructor(statements: Statements) {
    const byName = new Map(COLUMNS.map((column) => [column.name, column]))
    for (const [field, name] of statements.all(ALL_FIELDS, [])) {
      const column = byName.get(String(name))
      if (!column) continue
      this.numbers.set(column.key, Number(field))
      this.columns.set(Number(field), column)
    }
  }

  of(key: MeasuredKey): number {
    return this.numbers.get(key) as number
  }

  /** Undefined for what another version of this pack has measured. */
  columnOf(field: number): Column | undefined {
    return this.columns.get(field)
  }
}
