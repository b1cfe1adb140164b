import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'

export type Row = Readonly<Record<string, number | string>>

export interface Table {
  readonly title: string
  /** By what stands in the first column. */
  readonly rows: Readonly<Record<string, Row>>
}

/** What a run has shown: for the terminal, for people and for programs. */
export interface Report {
  readonly kind: 'load' | 'stress' | 'endurance'
  readonly started: string
  readonly machine: string
  readonly options: Readonly<Record<string, number>>
  readonly tables: readonly Table[]
  /** In words. */
  readonly verdicts: readonly string[]
}

export function newReport(
  kind: Report['kind'],
  options: Report['options'],
  found: Pick<Report, 'tables' | 'verdicts'>,
): Report {
  const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}`
  return { kind, started: new Date().toISOString(), machine, options, ...found }
}

export function printReport({ tables, verdicts }: Report): void {
  for (const { title, rows } of tables) {
    console.log(`\n${title}`)
    console.table(rows)
  }
  for (const verdict of verdicts) console.log(verdict)
}

/** Returns the paths of both files, without their extension. */
export function writeReport(report: Report, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${report.kind}-${report.started.replace(/[:.]/g, '-')}`)
  writeFileSync(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`)
  writeFileSync(`${path}.md`, markdownOf(report))
  return path
}

function markdownOf({ kind, started, machine, options, tables, verdicts }: Report): string {
  const told = Object.entries(options).map(([name, value]) => `${name} ${value}`)
  return [
    `# ${kind}, ${started}`,
    `${machine}; ${told.join(', ')}`,
    ...tables.map(({ title, rows }) => `## ${title}\n\n${tableOf(rows)}`),
    verdicts.map((verdict) => `- ${verdict}`).join('\n'),
    '',
  ].join('\n\n')
}

function tableOf(rows: Table['rows']): string {
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))]
  const lines = Object.entries(rows).map(([name, row]) => [name, ...columns.map((column) => row[column] ?? '')])
  return [['', ...columns], ['', ...columns].map(() => '---'), ...lines]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n')
}
