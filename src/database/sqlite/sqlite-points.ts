import type { FieldValue, Line } from '../line-protocol/line'

/**
 * Tags or fields as JSON, in the order of their names, so that equal ones are equal texts. Floats have a decimal point or
 * an exponent and integers have none, which is how SQLite's JSON functions tell REAL from INTEGER.
 */
export function canonicalJson(values: Line['tags'] | Line['fields']): string {
  const names = [...values.keys()].sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${valueJson(values.get(name) as FieldValue)}`).join(',')}}`
}

function valueJson(value: FieldValue): string {
  if (typeof value !== 'number') return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  const text = String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
