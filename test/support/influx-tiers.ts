import assert from 'node:assert/strict'
import type { InfluxOptions } from '../../src/database/influx/influx-options'
import type { InfluxStore } from '../../src/database/influx/influx-store'
import { influxStore } from '../../src/database/influx-servers'
import type { Lines } from '../../src/database/store'
import { systemClock } from '../../src/domain/clock'

const MAXIMUM_GAP_MS = 300_000

/** A store on a server, without a spool, as contracts of tiers take it. */
export function tierStoreOn(options: InfluxOptions) {
  const store = influxStore({ options, slow_ms: 1000, maximum_gap_ms: MAXIMUM_GAP_MS, clock: systemClock })
  const put = (lines: Lines) => putAll(store, lines)
  return { store, tiers: store.tiers, put, maximum_gap_ms: MAXIMUM_GAP_MS, end: () => store.stop() }
}

async function putAll(store: InfluxStore, lines: Lines): Promise<void> {
  assert.deepEqual(await store.send(lines), { kind: 'stored' })
}
