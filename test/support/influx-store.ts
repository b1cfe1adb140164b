import type { InfluxOptions } from '../../src/database/influx/influx-options'
import type { InfluxStore } from '../../src/database/influx/influx-store'
import { influxStore } from '../../src/database/influx-servers'
import type { Verdict } from '../../src/database/sending/verdict'
import type { Lines } from '../../src/database/store'
import { systemClock } from '../../src/domain/clock'

/** Runs with a store without a spool, which is stopped afterwards. */
export async function withStore<Result>(
  options: InfluxOptions,
  run: (store: InfluxStore) => Promise<Result>,
): Promise<Result> {
  const store = influxStore({ options, slow_ms: 1000, maximum_gap_ms: 300_000, clock: systemClock })
  try {
    return await run(store)
  } finally {
    await store.stop()
  }
}

export function linesOf(...lines: readonly string[]): Lines {
  return { text: Buffer.from(lines.map((line) => `${line}\n`).join('')), count: lines.length }
}

/** `count` lines of one series, a second apart. */
export function manyLines(count: number, start = Date.UTC(2026, 0, 5)): Lines {
  return linesOf(
    ...Array.from({ length: count }, (_, index) => `reading,device_id=plug-1 power_w=${index} ${start + index * 1000}`),
  )
}

/** The kind of a verdict, with what a sender goes by. */
export function outlineOf(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { kind } = verdict
  if (kind === 'held') return { kind, code: verdict.error.code }
  if (kind === 'stored') return { kind, ...(verdict.bad && { bad: verdict.bad.map(({ index }) => index) }) }
  if (kind !== 'retry') return { kind }
  const { error, lost_connection = false, timed_out = false } = verdict
  return { kind, code: error.code, lost_connection, timed_out }
}
