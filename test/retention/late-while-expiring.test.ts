import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { withFolder } from '../support/database-samples'
import { FakeClock } from '../support/fake-clock'
import { reading } from '../support/readings'
import { retaining } from '../support/retaining'
import { makeStore, makeDatabase } from '../support/sqlite'

const [MINUTE, DAY] = [60_000, 86_400_000]
const START = Date.UTC(2026, 0, 5)
const PATIENCE_MS = 30_000

describe('a reading that comes late while those of its day are deleted', () => {
  it('is told to be too late, and not deleted as if it had been rolled up', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'readings.db')
      const settings = { batch_delay_ms: 0, durability: 'none' }
      const store = makeStore(file, settings)
      const database = makeDatabase(file, { settings, store })
      await database.start()
      const days = 9
      const readings = Array.from({ length: days * 144 }, (_, index) =>
        reading({ timestamp: START + index * 10 * MINUTE, power_w: 600 }),
      )
      await database.write(readings)
      assert.ok(await database.settle(PATIENCE_MS))
      const options = parseRetentionOptions({ time_zone: 'UTC' })
      const retention = retaining(database, options, new FakeClock(START + days * DAY + MINUTE))
      const late = reading({ timestamp: START + 90 * MINUTE + 1, power_w: 600 })
      // After they were counted, before they are deleted.
      const measure = store.tiers.measure.bind(store.tiers)
      let written: Promise<unknown> | undefined
      store.tiers.measure = async (source, range) => {
        written ??= database.write([late]).then(() => database.settle(500))
        await written
        return measure(source, range)
      }
      try {
        await retention.run(false)
        assert.ok(await database.settle(PATIENCE_MS))
        const report = await retention.run(false)
        assert.equal(report.tiers.find(({ name }) => name === 'hourly')?.kept, 1)
      } finally {
        await retention.stop()
        await database.stop()
      }
    }))
})
