import assert from 'node:assert/strict'
import type { HistoryBucket } from '../../../src/database/database'
import type { TimeRange } from '../../../src/database/history/record-source'
import type { Store } from '../../../src/database/store'
import type { Reading } from '../../../src/domain/reading'
import { household } from '../../support/loads/household'
import { readingLines } from '../../support/sqlite'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** As kasa-database has it by default. */
const GAP_MS = 300_000
/** What a store takes in one go. */
const LINES = 5000
/** A row has energy in steps of 1e-6 kWh. */
const ROUNDING_KWH = 1e-5

/** Readings of some of the household, polled as ours are, up to the hour that goes on. */
export function months(
  names: readonly string[],
  days = 40,
): { readonly range: TimeRange; readonly readings: Reading[] } {
  const to = Math.floor(Date.now() / HOUR) * HOUR
  const range = { from: to - days * DAY, to }
  return { range, readings: household(names, range, 8, GAP_MS).flatMap(({ readings }) => [...readings]) }
}

export async function fill(store: Store, readings: readonly Reading[]): Promise<void> {
  for (let start = 0; start < readings.length; start += LINES) {
    await store.send(readingLines(...readings.slice(start, start + LINES)))
  }
  await store.stop()
}

/** Energy, and how many readings it is of. */
export function assertSame(rows: readonly HistoryBucket[], expected: readonly HistoryBucket[]): void {
  assert.deepEqual(rows.map(nameOf), expected.map(nameOf))
  for (const [index, { energy_kwh = 0, count }] of expected.entries()) {
    const row = rows[index] as HistoryBucket
    assert.equal(row.count, count, nameOf(row))
    const off = Math.abs((row.energy_kwh ?? 0) - energy_kwh)
    assert.ok(off < ROUNDING_KWH, `${nameOf(row)}: ${row.energy_kwh}, not ${energy_kwh} kWh`)
  }
}

export function energyOf(rows: readonly HistoryBucket[]): number {
  return rows.reduce((total, { energy_kwh = 0 }) => total + energy_kwh, 0)
}

function nameOf({ device_id, timestamp }: HistoryBucket): string {
  return `${device_id} ${new Date(timestamp).toISOString()}`
}
