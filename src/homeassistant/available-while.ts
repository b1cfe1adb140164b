/** Of one topic that has to say `online`, and says `offline` otherwise. */
export interface AvailabilityItem {
  readonly topic: string
  readonly payload_available: string
  readonly payload_not_available: string
  readonly [key: string]: string
}

/**
 * What Home Assistant takes for `availability`. Both words are its defaults and written out all the same: versions before
 * 2026 lose defaults in lists while they load a platform in another thread, and with them the entity (a validator that
 * schemas share is compiled anew: 5,633 of 20,000 announcements under a test of that, 2025.4.4).
 */
export function availableWhile(...topics: readonly string[]): AvailabilityItem[] {
  return topics.map((topic) => ({ topic, payload_available: 'online', payload_not_available: 'offline' }))
}
