import type { Clock } from '../../domain/clock'
import { toMonitorError, type ErrorCode } from '../../domain/errors'
import { InfluxConnection } from './influx-connection'
import type { InfluxKind } from './influx-kind'
import type { InfluxOptions } from './influx-options'
import { InfluxWriter } from './influx-writer'
import { retentionAdvice } from './retention-advice'

/** What a person who has typed the settings of a server wants to know. */
export interface Examination {
  readonly reachable: boolean
  /** As it names itself: `InfluxDB 1.6.7`. */
  readonly name?: string
  /** `database "kasa"` */
  readonly place: string
  /** Whether the place is there; absent where that cannot be told. */
  readonly found?: boolean
  readonly may_write: boolean
  /** How long the place keeps data; absent: for ever, or the server does not tell. */
  readonly retention_ms?: number
  /** What stands in the way. */
  readonly code?: ErrorCode
  /** What to do, in sentences. */
  readonly advice: readonly string[]
}

/** Looks at a server and leaves nothing behind. Never rejects. */
export async function examineServer(options: InfluxOptions, kind: InfluxKind, clock: Clock): Promise<Examination> {
  return withConnection(options, kind, clock, async (connection, ended) => {
    const writer = new InfluxWriter(connection, kind.target, clock)
    const { place } = kind
    try {
      const found = await look(writer, connection, kind)
      const retention_ms = await retentionOf(writer, connection, kind, ended)
      const advice = [
        ...(found ? [] : [`There is no ${place} yet: the server makes it with the first lines`]),
        ...retentionAdvice(retention_ms),
      ]
      const kept = retention_ms === undefined ? {} : { retention_ms }
      return { reachable: true, ...named(writer), place, found, may_write: true, ...kept, advice }
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      const found = code === 'DATABASE_MISSING' ? { found: false } : {}
      const reachable = code !== 'DATABASE_UNAVAILABLE'
      return { reachable, ...named(writer), place, ...found, may_write: false, code, advice: [message] }
    }
  })
}

/**
 * Makes the database or bucket where it is not there.
 * @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_LOGIN_REFUSED`, `DATABASE_MISSING`, `DATABASE_UNSUPPORTED`
 */
export async function createPlace(options: InfluxOptions, kind: InfluxKind, clock: Clock): Promise<void> {
  await withConnection(options, kind, clock, async (connection, ended) => {
    const server = await new InfluxWriter(connection, kind.target, clock).recognise()
    // There is nothing to make: it keeps the name as a label.
    if (server.product !== 'VictoriaMetrics') await kind.create(connection, ended)
  })
}

async function look(writer: InfluxWriter, connection: InfluxConnection, kind: InfluxKind): Promise<boolean> {
  const server = await writer.recognise()
  const isThere = server.product === 'InfluxDB' ? await kind.isThere?.(connection) : undefined
  if (isThere === false) return false
  await writer.probe()
  return true
}

/** Those who may write need not be allowed to ask this. */
async function retentionOf(
  { server }: InfluxWriter,
  connection: InfluxConnection,
  kind: InfluxKind,
  ended: AbortSignal,
): Promise<number | undefined> {
  if (server?.product !== 'InfluxDB') return undefined
  return kind.retention(connection, ended).catch(() => undefined)
}

function named({ server }: InfluxWriter): { readonly name?: string } {
  return server ? { name: server.name } : {}
}

async function withConnection<Result>(
  options: InfluxOptions,
  { authorization }: InfluxKind,
  clock: Clock,
  work: (connection: InfluxConnection, ended: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController()
  const connection = new InfluxConnection({ ...options, authorization, clock })
  try {
    return await work(connection, ended.signal)
  } finally {
    ended.abort()
    connection.stop()
  }
}
