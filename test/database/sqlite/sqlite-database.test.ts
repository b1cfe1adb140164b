import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteDatabase } from '../../../src/database/sqlite/sqlite-database'
import { describeDatabase } from '../../contract/database.contract'

describeDatabase('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  const database = new SqliteDatabase({ settings: { file: join(folder, 'new', 'readings.db'), batch_delay_ms: 0 } })
  await database.start()
  return {
    database,
    end: async () => {
      await database.stop()
      rmSync(folder, { recursive: true })
    },
  }
})
