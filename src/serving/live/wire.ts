import type { Frame } from './frame'

/** One connection to a client. */
export interface Wire {
  readonly transport: 'websocket' | 'events'
  /** What the client has not taken yet. */
  readonly buffered_bytes: number
  send(frame: Frame): void
  /** Shows that somebody is there. False: the client did not answer the last time. */
  beat(): boolean
  /** @param code of WebSocket */
  close(code: number, reason: string): void
}
