import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { COLUMNS, columnOf } from '../../../src/database/sqlite/sqlite-columns'
import { openConnection } from '../../../src/database/sqlite/sqlite-connection'
import { parseSqliteOptions } from '../../../src/database/sqlite/sqlite-options'
import { encodeReadings } from '../../../src/database/sqlite/sqlite-rows'
import * as sql from '../../../src/database/sqlite/sqlite-statements'
import { SqliteWriter } from '../../../src/database/sqlite/sqlite-writer'
import { aReading, START, withFolder } from '../../support/database-samples'

const POWER = [columnOf('power_w'), columnOf('energy_kwh')]
const READ_BY_KEY = /^SEARCH reading USING PRIMARY KEY \(device=\?/
const DEVICE_BY_ID = /^SEARCH device USING (COVERING )?INDEX sqlite_autoindex_device_1 \(device_id=\?\)$/

const PLANS: [string, string, RegExp][] = [
  ['a range, oldest first', sql.selectRange(COLUMNS, 'ASC', false), READ_BY_KEY],
  ['a range of some fields, oldest first', sql.selectRange(POWER, 'ASC', true), READ_BY_KEY],
  ['a range, newest first', sql.selectRange(COLUMNS, 'DESC', false), READ_BY_KEY],
  ['a range of some fields, newest first', sql.selectRange(POWER, 'DESC', true), READ_BY_KEY],
  ['the newest reading', sql.NEWEST_READING, READ_BY_KEY],
  ['the last moment before another', sql.LAST_BEFORE, READ_BY_KEY],
  ['the first moment from another on', sql.FIRST_FROM, READ_BY_KEY],
  ['a device', sql.FIND_DEVICE, DEVICE_BY_ID],
  ['a description', sql.DESCRIBE_DEVICE, /^SEARCH device USING INTEGER PRIMARY KEY \(rowid=\?\)$/],
  // One row for each device, in the order of the index that stands for the table.
  ['all devices', sql.ALL_DEVICES, /^SCAN device USING COVERING INDEX sqlite_autoindex_device_1$/],
]

/** On a connection of its own: the binding leaves the plan of an update unfinished. */
function planOf(file: string, statement: string): string[] {
  const connection = new Libsql(file)
  const rows = connection.prepare(`EXPLAIN QUERY PLAN ${statement}`).raw().all([]) as unknown[][]
  connection.close()
  return rows.map((row) => String(row.at(-1)))
}

describe('the plan of each SQLite query', () => {
  for (const [name, statement, expected] of PLANS) {
    it(`goes by an index and sorts nothing: ${name}`, () =>
      withFolder((folder) => {
        const file = join(folder, 'readings.db')
        const connection = openConnection(parseSqliteOptions({ file }))
        const check = (): void => {
          const plan = planOf(file, statement)
          assert.equal(plan.length, 1, plan.join('; '))
          assert.match(plan[0] as string, expected)
        }
        check()
        // What SQLite has learnt about the tables must not lead it astray.
        const steps = Array.from({ length: 300 }, (_, step) => step)
        const readings = steps.map((step) =>
          aReading({ device_id: `plug-${step % 3}`, timestamp: START + step, power_w: 1 }),
        )
        new SqliteWriter(new sql.Statements(connection)).write([encodeReadings(readings)])
        connection.exec('ANALYZE')
        check()
        connection.close()
      }))
  }
})
