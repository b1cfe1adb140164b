import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { firstValue } from '../../../src/database/sqlite/sqlite-schema'
import { parseWriterOptions } from '../../../src/database/writer-options'
import { describeTierStore } from '../../contract/tier-store.contract'
import { makeStore } from '../../support/sqlite'

describeTierStore('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  const file = join(folder, 'readings.db')
  const store = makeStore(file)
  return Promise.resolve({
    tiers: store.tiers,
    put: async (lines) => void (await store.send(lines)),
    maximum_gap_ms: parseWriterOptions({}).maximum_gap_ms,
    countOthers: () => {
      const other = new Libsql(file)
      const count = firstValue(other, 'SELECT (SELECT count(*) FROM point) + (SELECT count(*) FROM recorded_energy)')
      other.close()
      return Promise.resolve(Number(count))
    },
    end: async () => {
      await store.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  })
})
