const DEEPEST = 4
const MOST_VALUES = 200
const LONGEST_TEXT = 256

type Value = number | boolean | string

/**
 * The numbers, texts, true and false of an object, by flat names: `{ spool: { pending: 3 } }` has `spool.pending`. What is
 * too deep, too long or too much is left out.
 */
export function flatValues(given: Readonly<Record<string, unknown>>): Record<string, Value> {
  const values = new Map<string, Value>()
  collect(given, '', DEEPEST, values)
  return Object.fromEntries(values)
}

function collect(given: object, prefix: string, deeper: number, values: Map<string, Value>): void {
  for (const [key, value] of Object.entries(given)) {
    if (values.size >= MOST_VALUES) return
    if (isValue(value)) values.set(prefix + key, value)
    else if (typeof value === 'object' && value !== null && deeper > 1) {
      collect(value as object, `${prefix}${key}.`, deeper - 1, values)
    }
  }
}

function isValue(value: unknown): value is Value {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
