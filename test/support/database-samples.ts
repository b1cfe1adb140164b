import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Point } from '../../src/database/database'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'

export const START = Date.UTC(2026, 0, 5)

/** A reading of one plug, without any measured value; what a test is about stands in `own`. */
export function aReading(own: Partial<Reading> = {}): Reading {
  return {
    device_id: 'plug-1',
    alias: 'Kettle',
    model: 'HS110(EU)',
    host: '127.0.0.1',
    timestamp: START,
    source: 'poll',
    quality: 'good',
    ...own,
  }
}

/** What a device has recorded of one hour. */
export function aRecord(own: Partial<RecordedEnergy> = {}): RecordedEnergy {
  const { device_id, alias, model, host, timestamp } = aReading()
  return { device_id, alias, model, host, timestamp, duration_ms: 3_600_000, used_kwh: 0.125, ...own }
}

/** A measurement of the user's own. */
export function aPoint(own: Partial<Point> = {}): Point {
  return { measurement: 'water', tags: { meter: 'cellar' }, fields: { litres: 12.5 }, timestamp: START, ...own }
}

/** Runs with a new folder that is gone afterwards. */
export async function withFolder(run: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
