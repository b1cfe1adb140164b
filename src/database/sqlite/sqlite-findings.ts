import type { IndexHealth } from '../database'
import { scannedTable, type OurStatement } from './sqlite-plans'
import { INDEXES, MAKE_INCREMENTAL } from './sqlite-schema'

/** Of the tables; `isKey`: it keeps rows apart, whoever asks. */
export type SeenIndex = IndexHealth & { readonly isKey: boolean }

/** What `findingsOf` judges. */
export interface Facts {
  readonly plans: ReadonlyMap<OurStatement, readonly string[]>
  readonly indexes: readonly SeenIndex[]
  readonly file_bytes: number
  /** In the file, and of no use. */
  readonly free_bytes: number
  /** See `isIncremental`. */
  readonly isIncremental: boolean
  /** The write-ahead log. */
  readonly log_bytes: number
  /** 0: no limit. */
  readonly maximum_mb: number
}

const MEGABYTE = 1024 * 1024
const NEARLY_FULL = 0.9
// SQLite empties its log from 4 MB on, unless somebody still reads what stands before it.
const LOG_BYTES = 64 * MEGABYTE
const FREE = { bytes: 16 * MEGABYTE, part: 0.25 } as const

/** What a person may want to do something about, in sentences. */
export function findingsOf(facts: Facts): string[] {
  return [...scans(facts), ...missingIndexes(facts), ...unusedIndexes(facts), ...sizes(facts)]
}

function scans({ plans }: Facts): string[] {
  return [...plans].flatMap(([{ purpose, isScan }, plan]) => {
    const table = isScan ? undefined : scannedTable(plan)
    return table === undefined ? [] : [`The query for ${purpose} reads a whole table: ${plan.join('; ')}.`]
  })
}

function missingIndexes({ indexes }: Facts): string[] {
  const present = new Set(indexes.map(({ name }) => name))
  const missing = [...INDEXES].filter(([name]) => !present.has(name))
  return missing.map(([name, statement]) => `The index ${name} is missing. This makes it: ${statement}.`)
}

function unusedIndexes({ indexes }: Facts): string[] {
  return indexes
    .filter(({ used, isKey }) => !used && !isKey)
    .map(
      ({ name, table }) =>
        `No statement of ours uses the index ${name} of ${table}: it takes space and slows writing down.`,
    )
}

function sizes({ file_bytes, free_bytes, isIncremental, log_bytes, maximum_mb }: Facts): string[] {
  const findings: string[] = []
  const used_bytes = file_bytes - free_bytes
  const fullness = maximum_mb === 0 ? 0 : used_bytes / (maximum_mb * MEGABYTE)
  if (fullness >= NEARLY_FULL) {
    findings.push(`The file is nearly full: ${inMegabytes(used_bytes)} of the ${maximum_mb} MB that it may have.`)
  }
  if (free_bytes >= FREE.bytes && free_bytes >= FREE.part * file_bytes) {
    const giver = isIncremental ? 'retention' : MAKE_INCREMENTAL
    findings.push(`${inMegabytes(free_bytes)} of the file are free and will be used again; ${giver} gives them back.`)
  }
  if (log_bytes >= LOG_BYTES) {
    findings.push(`The log has grown to ${inMegabytes(log_bytes)}: another program goes on reading the file.`)
  }
  return findings
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`
}
