import { MonitorError } from '../../domain/errors'
import type { TierStore } from './tier-store'

/** Of a store that has none. */
export function unsupportedTiers(name: () => string): TierStore {
  const refuse = () => Promise.reject(new MonitorError('DATABASE_UNSUPPORTED', `${name()} has no tiers`))
  return {
    expiry: 'us',
    prepare: refuse,
    examine: refuse,
    extent: refuse,
    devices: refuse,
    rollUp: refuse,
    write: refuse,
    read: refuse,
    count: refuse,
    measure: refuse,
    expire: refuse,
    undeletable: refuse,
    size: refuse,
    shrink: refuse,
  }
}
