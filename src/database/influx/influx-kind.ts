import type { RecordSource } from '../history/record-source'
import type { Operations } from '../operations'
import type { InfluxConnection } from './influx-connection'
import type { WriteTarget } from './influx-writer'
import type { TierPlaces } from './tiers/tier-place'

/** What a server tells of its own size. */
export interface ServerSize {
  readonly size_bytes?: number
  readonly rows?: number
  readonly series?: number
  /** What a person may want to do something about, in sentences. */
  readonly findings?: readonly string[]
}

/** What each generation of InfluxDB has of its own. */
export interface InfluxKind {
  /** For people: `database "kasa"`. */
  readonly place: string
  readonly target: WriteTarget
  /** The value of the header, in clear: asked for just before it is sent. */
  readonly authorization: () => string | undefined
  readonly source: (connection: InfluxConnection, operations: Operations) => RecordSource
  readonly size: (connection: InfluxConnection, ended: AbortSignal) => Promise<ServerSize>
  /** How long the place keeps data; undefined: for ever, or the server does not tell. */
  readonly retention: (connection: InfluxConnection, ended: AbortSignal) => Promise<number | undefined>
  /** Whether the place is there, where writing does not show it, because it would make it; undefined: it cannot be told. */
  readonly isThere?: (connection: InfluxConnection) => Promise<boolean | undefined>
  /** Makes the place where it is not there. @throws MonitorError */
  readonly create: (connection: InfluxConnection, ended: AbortSignal) => Promise<void>
  /** Who deletes what is past its life: see `TierStore`. */
  readonly expiry: 'us' | 'server'
  readonly places: (means: TierMeans) => TierPlaces
}

/** What tiers have to ask a server with. */
export interface TierMeans {
  readonly connection: InfluxConnection
  readonly operations: Operations
  /** Ends what is under way. */
  readonly ended: AbortSignal
}
