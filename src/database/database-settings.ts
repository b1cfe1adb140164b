import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { invalid } from '../domain/errors'
import { Secret } from '../domain/secret'
import {
  parseInflux1Options,
  parseInflux2Options,
  parseInflux3Options,
  type InfluxOptions,
} from './influx/influx-options'
import { parseSqliteOptions, type SqliteOptions } from './sqlite/sqlite-options'
import { parseWriterOptions, type WriterOptions } from './writer-options'

export const DATABASE_KINDS = ['sqlite', 'influx1', 'influx2', 'influx3'] as const
export type DatabaseKind = (typeof DATABASE_KINDS)[number]

export type StoreSettings = (SqliteOptions & { readonly kind: 'sqlite' }) | InfluxOptions

/** Everything about one database, checked. */
export interface DatabaseSettings {
  readonly store: StoreSettings
  readonly writer: WriterOptions
  /**
   * Spool and quarantine; absolute. Whoever names the same target gets the same folder, and finds what another has left in
   * it: a file by its path, a server by address and place, whatever login and options are given.
   */
  readonly folder: string
}

type Given = Readonly<Record<string, unknown>>

/**
 * Settings as given, the rest by default.
 * @param given `kind`, the settings of that kind, and those of `WRITER_OPTIONS`
 * @param base absolute; relative paths, and the spools of servers, are below it
 * @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it
 */
export function parseDatabaseSettings(given: Given, base: string): DatabaseSettings {
  const store = parseStore(given, base)
  return { store, writer: parseWriterOptions(given), folder: folderOf(store, base) }
}

function parseStore(given: Given, base: string): StoreSettings {
  switch (given.kind) {
    case 'sqlite':
      return { kind: 'sqlite', ...parseSqliteOptions({ ...given, file: pathBelow(base, given.file) }) }
    case 'influx1':
      return parseInflux1Options(given)
    case 'influx2':
      return parseInflux2Options(given)
    case 'influx3':
      return parseInflux3Options(given)
    default:
      throw invalid('CONFIG_INVALID', 'kind', given.kind, `one of ${DATABASE_KINDS.join(', ')}`)
  }
}

// What is no path is refused where all of them are checked.
function pathBelow(base: string, file: unknown): string {
  return typeof file === 'string' && file.trim() !== '' ? resolve(base, file.trim()) : (file as string)
}

function folderOf(store: StoreSettings, base: string): string {
  if (store.kind === 'sqlite') return `${store.file}.spool`
  const hash = createHash('sha256').update(JSON.stringify([store.url, ...placeOf(store)]))
  return join(base, 'kasa-monitor-spool', `${store.kind}-${hash.digest('hex').slice(0, 12)}`)
}

/** Where on the server. */
function placeOf(store: InfluxOptions): readonly string[] {
  if (store.kind === 'influx2') return [store.organization, store.bucket]
  return [store.database, ...(store.kind === 'influx1' ? [store.retention_policy ?? ''] : [])]
}

/** What people call it: the path of the file, or address and place. */
export function nameOf({ store }: DatabaseSettings): string {
  return store.kind === 'sqlite' ? store.file : [store.url, ...placeOf(store).filter(Boolean)].join(' ')
}

/** Equal where no setting differs, logins included; it gives none of them away. */
export function fingerprintOf({ store, writer }: DatabaseSettings): string {
  const reveal = function (this: Given, key: string, value: unknown): unknown {
    const own = this[key]
    return own instanceof Secret ? own.reveal() : value
  }
  return createHash('sha256').update(JSON.stringify({ store, writer }, reveal)).digest('hex')
}
