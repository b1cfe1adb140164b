import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { Point } from '../../../src/database/database'
import { describeDatabase } from '../../contract/database.contract'
import { makeDatabase } from '../../support/sqlite'

describeDatabase('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  const file = join(folder, 'new', 'readings.db')
  const database = makeDatabase(file, { settings: { batch_delay_ms: 0 } })
  await database.start()
  return {
    database,
    fieldsAt: (place) => Promise.resolve(fieldsAt(file, place)),
    end: async () => {
      await database.stop()
      rmSync(folder, { recursive: true })
    },
  }
})

type Place = Pick<Point, 'measurement' | 'tags' | 'timestamp'>

/** With the tools that anybody has: SQLite's own JSON functions. */
function fieldsAt(file: string, { measurement, tags, timestamp }: Place): Point['fields'] | undefined {
  const connection = new Libsql(file)
  const conditions = Object.keys(tags).map((name) => ` AND json_extract(tags, '$.${name}') = ?`)
  const rows = connection
    .prepare(
      `SELECT f.key, f.type, CAST(f.value AS TEXT) FROM point, json_each(fields) AS f
WHERE measurement = ? AND timestamp = ? AND (SELECT count(*) FROM json_each(tags)) = ?${conditions.join('')}`,
    )
    .raw()
    .all([measurement, timestamp, conditions.length, ...Object.values(tags)]) as [string, string, string][]
  connection.close()
  const fields = rows.map(([name, type, text]) => [name, valueOf(type, text)] as const)
  return rows.length > 0 ? Object.fromEntries(fields) : undefined
}

function valueOf(type: string, text: string): number | bigint | boolean | string {
  if (type === 'integer') return BigInt(text)
  if (type === 'real') return Number(text)
  return type === 'text' ? text : type === 'true'
}
