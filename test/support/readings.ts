import type { Reading } from '../../src/domain/reading'

/** A reading with nothing remarkable in it, but for what a test gives. */
export function reading(given: Partial<Reading> = {}): Reading {
  return {
    device_id: 'plug-1',
    alias: 'Kettle',
    model: 'HS110(EU)',
    host: '127.0.0.1',
    timestamp: Date.UTC(2026, 0, 5),
    on: true,
    power_w: 1800,
    source: 'poll',
    quality: 'good',
    ...given,
  }
}
