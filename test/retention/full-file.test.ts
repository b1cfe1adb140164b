import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { systemClock } from '../../src/domain/clock'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { START, withFolder } from '../support/database-samples'
import { makeDatabase, makeStore } from '../support/sqlite'
import { retaining } from '../support/retaining'

const MEGABYTE = 1024 * 1024
const DAY = 86_400_000
const STEP_MS = 25_000
const READINGS = 40_000

/** 11 days of one device, put there quickly: all but as much as the file may hold. */
async function fill(file: string): Promise<void> {
  // In a thread of its own, whose end lets go of the file.
  const store = makeStore(file)
  await store.probe()
  await store.stop()
  const other = new Libsql(file)
  other.exec("INSERT INTO device VALUES (1, 'plug-1', NULL, 'Kettle', 'HS110(EU)', '127.0.0.1', 0)")
  other.exec(`WITH RECURSIVE step(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n < ${READINGS - 1})
INSERT INTO reading (device, timestamp, suspect, power_w_e3) SELECT 1, ${START} + ${STEP_MS} * n, 0, 41000 + n FROM step`)
  other.close()
}

describe('a SQLite file that may not grow', () => {
  it('gets room from raw readings that are rolled up, however long they are to live', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'home.db')
      await fill(file)
      const database = makeDatabase(file, { settings: { maximum_mb: 2 } })
      await database.start()
      const options = parseRetentionOptions({
        raw_keep_days: 365,
        time_zone: 'UTC',
        tiers: [{ name: 'hourly', bucket: '1h', keep_days: 0, fields: '' }],
      })
      const now = () => START + READINGS * STEP_MS
      const retention = retaining(database, options, { ...systemClock, now })
      try {
        const { size, raw_shortened_to_days = Infinity } = await retention.run(false)
        const { size_bytes = 0, free_bytes = 0, maximum_bytes } = size?.after ?? {}
        assert.equal(maximum_bytes, 2 * MEGABYTE)
        assert.ok((size?.before.size_bytes ?? 0) > 1.8 * MEGABYTE, 'it was nearly full')
        assert.ok(size_bytes - free_bytes <= 1.8 * MEGABYTE, 'there is room')
        assert.ok(raw_shortened_to_days > 1 && raw_shortened_to_days < (READINGS * STEP_MS) / DAY)
      } finally {
        await retention.stop()
        await database.stop()
      }
    }))
})
