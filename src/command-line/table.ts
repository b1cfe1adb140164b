import { printable } from './output'

export interface Column<Row> {
  readonly title: string
  /** Absent where there is nothing to show. */
  text(row: Row): string | undefined
  /** Numbers stand at the right. */
  readonly right?: boolean
}

/** Aligned lines under a line of titles, without the columns in which no row has a text. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const shown = columns
    .map((column) => ({ column, texts: rows.map((row) => printable(column.text(row) ?? '')) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map(({ column, texts }) => aligned([column.title, ...texts], column.right ?? false))
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    shown
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd(),
  )
}

function aligned(cells: readonly string[], right: boolean): string[] {
  const width = Math.max(...cells.map(widthOf))
  return cells.map((cell) => {
    const space = ' '.repeat(width - widthOf(cell))
    return right ? space + cell : cell + space
  })
}

function widthOf(text: string): number {
  return [...text].length
}
