import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InfluxOptions } from '../../src/database/influx/influx-options'
import { influxStore } from '../../src/database/influx-servers'
import { SpooledDatabase } from '../../src/database/spooled-database'
import { parseWriterOptions } from '../../src/database/writer-options'
import { systemClock } from '../../src/domain/clock'

/** A database on a server, with a spool in a folder of its own, started, and how to be rid of it. */
export async function startInfluxDatabase(options: InfluxOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  const writer = parseWriterOptions({ batch_delay_ms: 0, durability: 'none' })
  const { slow_ms, maximum_gap_ms } = writer
  const store = influxStore({ options, slow_ms, maximum_gap_ms, clock: systemClock })
  const database = new SpooledDatabase({ store, folder, options: writer, clock: systemClock, random: Math.random })
  await database.start()
  const end = async () => {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { database, end }
}
