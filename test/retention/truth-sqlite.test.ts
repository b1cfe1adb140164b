import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUSEHOLD } from '../support/loads/household'
import { makeDatabase } from '../support/sqlite'
import { describeTruth } from './truth'

describeTruth(
  'SQLite',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
    const database = makeDatabase(join(folder, 'readings.db'), { settings: { batch_delay_ms: 0, durability: 'none' } })
    await database.start()
    return {
      database,
      end: async () => {
        await database.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
  { devices: HOUSEHOLD, days: 10 },
)
