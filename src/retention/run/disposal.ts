import type { Source } from '../../database/tiers/tier'

/** `held`: what stands for it is not sure. */
export type Expiry = 'expired' | 'held' | 'nothing'

/** How what is old goes: really, or in a dry run. */
export interface Disposal {
  /** What the store does not know to be gone. */
  readonly freed_bytes: number
  /** The last edge at which a source may be cut. */
  edge(source: Source, moment: number): number
  /** The oldest day, or less. */
  expireOldest(source: Source, until: number): Promise<Expiry>
}
