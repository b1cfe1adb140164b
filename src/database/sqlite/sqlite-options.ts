import { resolve } from 'node:path'
import { invalid } from '../../domain/errors'

interface NumberOption {
  readonly type: 'integer'
  readonly minimum: number
  readonly maximum: number
  readonly default: number
  readonly description: string
}
interface ChoiceOption<Choice extends string = string> {
  readonly type: 'string'
  readonly enum: readonly Choice[]
  readonly default: Choice
  readonly description: string
}

function whole(minimum: number, maximum: number, value: number, description: string): NumberOption {
  return { type: 'integer', minimum, maximum, default: value, description }
}
function choice<Choice extends string>(choices: readonly Choice[], description: string): ChoiceOption<Choice> {
  return { type: 'string', enum: choices, default: choices[0] as Choice, description }
}

/** Every setting with its range and default; usable as the `properties` of a JSON Schema. */
export const SQLITE_OPTIONS = {
  journal_mode: choice(['WAL', 'DELETE'], 'WAL lets readers and the writer work at once; DELETE is for network shares'),
  synchronous: choice(['NORMAL', 'FULL'], 'NORMAL survives a crash of Node-RED; FULL survives a loss of power as well'),
  temp_store: choice(['MEMORY', 'FILE'], 'Where SQLite sorts'),
  cache_mb: whole(1, 1024, 16, 'Page cache, MB'),
  // A mapped page that cannot be read ends the process by SIGBUS, and cards in small computers do fail.
  mmap_mb: whole(0, 2047, 0, 'Memory map, MB; 0: none'),
  busy_timeout_ms: whole(0, 10_000, 2000, 'How long to wait for another program that holds the file'),
  maximum_mb: whole(0, 1_000_000, 0, 'Largest size of the file, MB; 0: as large as the disk allows'),
  batch_readings: whole(1, 10_000, 1000, 'Readings in one transaction, at most'),
  batch_delay_ms: whole(0, 10_000, 50, 'How long a reading waits for others to share its transaction'),
  queue_readings: whole(1, 1_000_000, 50_000, 'Readings that may wait to be written'),
  queue_mb: whole(1, 1024, 32, 'Memory that they may take, MB'),
  maximum_gap_ms: whole(1000, 86_400_000, 300_000, 'How long a value holds in means: at least the slowest interval'),
} as const

type Options = typeof SQLITE_OPTIONS
export type SqliteOptions = {
  readonly [Key in keyof Options]: Options[Key] extends ChoiceOption<infer Choice> ? Choice : number
} & {
  /** Absolute. */
  readonly file: string
}

/**
 * Settings as given, the rest by default. @throws MonitorError `CONFIG_INVALID` naming the setting, its value and range
 */
export function parseSqliteOptions(
  given: { readonly file: string } & Readonly<Record<string, unknown>>,
): SqliteOptions {
  const entries = Object.entries(SQLITE_OPTIONS).map(([key, option]) => [key, valueOf(key, option, given[key])])
  return { ...(Object.fromEntries(entries) as Omit<SqliteOptions, 'file'>), file: parseFile(given.file) }
}

// Absolute, so that neither a URL nor `:memory:` means anything special.
function parseFile(file: unknown): string {
  if (typeof file === 'string' && file.trim() !== '' && !file.includes('\0')) return resolve(file.trim())
  throw invalid('CONFIG_INVALID', 'file', file, 'the path of a file')
}

function valueOf(key: string, option: NumberOption | ChoiceOption, value: unknown): number | string {
  if (value === undefined) return option.default
  if (option.type === 'string') {
    if (typeof value === 'string' && option.enum.includes(value)) return value
    throw invalid('CONFIG_INVALID', key, value, `one of ${option.enum.join(', ')}`)
  }
  const { minimum, maximum } = option
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid('CONFIG_INVALID', key, value, `a whole number from ${minimum} to ${maximum}`)
}
