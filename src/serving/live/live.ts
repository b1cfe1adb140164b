import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Caller } from '../protection/caller'
import type { Route } from '../routing/route'

export interface LiveStatistics {
  /** Connected now. */
  readonly websocket_clients: number
  readonly event_clients: number
  /** Since the start. */
  readonly messages: number
  readonly frames: number
  readonly dropped_clients: number
}

/** Readings and incidents as they come. */
export interface Live {
  /** `/live/events`, `/live/ticket`. */
  readonly routes: readonly Route[]
  start(): void
  /** Ends every connection. May be called twice. */
  stop(): void
  /**
   * Takes an upgrade, and its socket in any case. Origin and rate are checked already.
   * @param path below the API's own, with the query: `/live?device_id=...`
   * @param caller undefined: without a ticket it may not
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, caller: Caller | undefined): void
  statistics(): LiveStatistics
}
