import { MEASURED_FIELDS, MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'

/** A measured key and the column that holds it as a whole number: `power_w` as milliwatts in `power_w_e3`. */
export interface Column {
  readonly key: MeasuredKey
  readonly name: string
  /** Stored value = value x scale. */
  readonly scale: number
  readonly type: 'number' | 'boolean'
}

export const COLUMNS: readonly Column[] = MEASURED_KEYS.map((key) => {
  const field = MEASURED_FIELDS[key]
  const digits = field.type === 'number' ? Math.max(0, Math.round(-Math.log10(field.resolution))) : 0
  return { key, name: digits === 0 ? key : `${key}_e${digits}`, scale: 10 ** digits, type: field.type }
})

const COLUMN_BY_KEY: ReadonlyMap<MeasuredKey, Column> = new Map(COLUMNS.map((column) => [column.key, column]))

export function columnOf(key: MeasuredKey): Column {
  return COLUMN_BY_KEY.get(key) as Column
}

/** What a column stores; out of the physical range anyway where it has to be cut to the largest whole number. */
export function toStored(column: Column, value: number | boolean): number {
  const scaled = Math.round(Number(value) * column.scale)
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, scaled))
}

export function fromStored(column: Column, stored: number): number | boolean {
  return column.type === 'boolean' ? stored !== 0 : stored / column.scale
}
