import type { RedisSettings } from './redis-settings'

/** A command of Redis, with its arguments. */
export type Command = readonly string[]
/** Whatever came; errors of Redis reject. */
export type Reply = unknown

export interface SessionEvents {
  /** Somebody else has changed what has this name; without one: anything. */
  changed(name: string | undefined): void
  /** It is over, and will not come back. At most once, and not after `end`. */
  lost(thrown: unknown): void
}

/** Connections to a Redis from beginning to end; a new one is made for every attempt to have them. */
export interface RedisSession {
  /** Whether commands may name several keys only where these share a place. */
  readonly is_cluster: boolean
  /** Once changes are told. Rejects with what the client or Redis said. */
  open(): Promise<void>
  /** In the order of the calls, all that are made in one turn together. `key` decides where to. */
  send(key: string, command: Command): Promise<Reply>
  /** All at once; the replies hold the errors. */
  transaction(key: string, commands: readonly Command[]): Promise<readonly Reply[]>
  /** Every server that has a part of the keys. */
  nodes(): readonly RedisNode[]
  end(): void
}

export interface RedisNode {
  send(command: Command): Promise<Reply>
}

export interface SessionOptions {
  readonly settings: RedisSettings
  /** Beginnings of the names whose changes are told. */
  readonly tracked: readonly string[]
  readonly events: SessionEvents
}

export type OpenSession = (options: SessionOptions) => RedisSession
