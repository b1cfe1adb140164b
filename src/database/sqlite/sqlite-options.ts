import { resolve } from 'node:path'
import { invalid } from '../../domain/errors'
import { choice, parseOptions, whole, type ValuesOf } from '../../domain/options'

/** Every setting of the file, with its range and default. */
export const SQLITE_OPTIONS = {
  journal_mode: choice(['WAL', 'DELETE'], 'WAL lets readers and the writer work at once; DELETE is for network shares'),
  // FULL, because the spool forgets what is committed.
  synchronous: choice(['FULL', 'NORMAL'], 'FULL survives a loss of power; NORMAL a crash of Node-RED alone'),
  temp_store: choice(['MEMORY', 'FILE'], 'Where SQLite sorts'),
  cache_mb: whole(1, 1024, 16, 'Page cache, MB'),
  // A mapped page that cannot be read ends the process by SIGBUS, and cards in small computers do fail.
  mmap_mb: whole(0, 2047, 0, 'Memory map, MB; 0: none'),
  busy_timeout_ms: whole(0, 10_000, 2000, 'How long to wait for another program that holds the file'),
  maximum_mb: whole(0, 1_000_000, 0, 'Largest size of the file, MB; 0: as large as the disk allows'),
} as const

export type SqliteOptions = ValuesOf<typeof SQLITE_OPTIONS> & {
  /** Absolute. */
  readonly file: string
}

/**
 * Settings as given, the rest by default. @throws MonitorError `CONFIG_INVALID` naming the setting, its value and range
 */
export function parseSqliteOptions(
  given: { readonly file: string } & Readonly<Record<string, unknown>>,
): SqliteOptions {
  return { ...parseOptions(SQLITE_OPTIONS, given), file: parseFile(given.file) }
}

// Absolute, so that neither a URL nor `:memory:` means anything special.
function parseFile(file: unknown): string {
  if (typeof file === 'string' && file.trim() !== '' && !file.includes('\0')) return resolve(file.trim())
  throw invalid('CONFIG_INVALID', 'file', file, 'the path of a file')
}
