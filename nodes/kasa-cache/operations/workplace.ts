import type { Cache } from '../../../src/cache/cache'
import type { Message } from '../../shared/input'
import type { SettingsOf } from '../../shared/schema'
import type { schema } from '../kasa-cache.schema'
import type { Waiting } from '../waiting'

/** What an operation works with; how to get at a message's property is Node-RED's business. */
export interface Workplace {
  readonly cache: Cache
  readonly settings: SettingsOf<typeof schema>
  readonly waiting: Waiting
  readonly read: (message: Message) => unknown
  readonly write: (message: Message, value: unknown) => void
  /** Values of the cache are shared, and whoever gets a message may change it. */
  readonly copy: <Value>(value: Value) => Value
}

/** How an operation ended, for the status. */
export type Outcome = 'hit' | 'miss' | 'kept' | 'not kept' | 'failed' | { readonly deleted: number } | 'done'
