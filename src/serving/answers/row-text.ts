import type { Format, Row, RowsAnswer, RowsEnd } from './answer'

/** Texts that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/
const QUOTED = /[",\r\n]/
/** Some 100 kB: what a slow reader is given at a time. */
const ROWS_PER_PIECE = 500

/** The text of rows, piece by piece; in the end, what is known after the last of them. */
export async function* textOf(answer: RowsAnswer, format: Format): AsyncGenerator<string, RowsEnd, void> {
  const { rows } = answer
  try {
    if (format === 'csv') yield `${answer.columns.join(',')}\r\n`
    if (format === 'json') yield `{${JSON.stringify(answer.member)}:[`
    let separator = ''
    for (;;) {
      const next = await rows.next()
      if (next.done) {
        if (format === 'json') yield endOf(next.value)
        return next.value
      }
      for (let from = 0; from < next.value.length; from += ROWS_PER_PIECE) {
        const some = next.value.slice(from, from + ROWS_PER_PIECE)
        yield format === 'json' ? separator + some.map(jsonOf).join(',') : linesOf(some, answer, format)
        separator = ','
      }
    }
  } finally {
    // Whoever has begun to read rows hears where nobody wants the rest.
    await rows.return({})
  }
}

function endOf(end: RowsEnd): string {
  const members = JSON.stringify(end).slice(1)
  return members === '}' ? ']}' : `],${members}`
}

function linesOf(rows: readonly Row[], { columns, flat = asItIs }: RowsAnswer, format: 'ndjson' | 'csv'): string {
  if (format === 'ndjson') return rows.map((row) => `${jsonOf(row)}\n`).join('')
  return rows.map((row) => `${lineOf(flat(row), columns)}\r\n`).join('')
}

const asItIs = (row: Row): Row => row
const jsonOf = (row: Row): string => JSON.stringify(row)

function lineOf(row: Row, columns: readonly string[]): string {
  return columns.map((column) => fieldOf(Object.hasOwn(row, column) ? row[column] : undefined)).join(',')
}

/** RFC 4180. A text that looks like a formula gets an apostrophe before it: devices choose their names themselves. */
function fieldOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
