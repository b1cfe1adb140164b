import type { Reading } from '../../src/domain/reading'

/** Where a client writes to: a database of its own on the one server. */
export interface Target {
  readonly url: string
  readonly database: string
  /** For a spool. */
  readonly folder: string
}

/** A way to write readings one by one, as an application does that gets them from elsewhere and goes on. */
export interface Client {
  readonly name: string
  start(target: Target): Promise<void>
  write(reading: Reading): Promise<void>
  /** As an application ends that wants to lose nothing. */
  end(): Promise<void>
}
