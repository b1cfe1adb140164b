import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { SlowOperations } from '../../../src/database/operations'
import { OUR_STATEMENTS, planOf, scannedTable, type OurStatement } from '../../../src/database/sqlite/sqlite-plans'
import { NEWEST_READING, Statements } from '../../../src/database/sqlite/sqlite-statements'
import { MonitorError } from '../../../src/domain/errors'
import { aPoint, aReading, aRecord, START, withFolder } from '../../support/database-samples'
import { openFile, pointLines, readingLines, recordedLines } from '../../support/sqlite'

/** What records are sorted by beyond their start, among those of one moment. */
const SORTS_REST = /^USE TEMP B-TREE FOR (LAST TERM|RIGHT PART|LAST \d TERMS) OF ORDER BY$/

/** Fails where a statement reads or sorts more than it needs. */
function checkPlan(file: string, { sql, isScan, purpose }: OurStatement): void {
  const connection = new Libsql(file)
  const plan = planOf(connection, sql)
  connection.close()
  assert.ok(plan.length > 0)
  if (!isScan) assert.equal(scannedTable(plan), undefined, plan.join('; '))
  const others = plan.filter((step) => !/^(SEARCH|SCAN|CO-ROUTINE) /.test(step))
  for (const step of others) assert.ok(purpose.includes('recorded') && SORTS_REST.test(step), plan.join('; '))
}

describe('the plan of each SQLite query', () => {
  for (const statement of OUR_STATEMENTS) {
    it(`goes by an index and sorts no whole table: ${statement.purpose}`, () =>
      withFolder((folder) => {
        const file = join(folder, 'readings.db')
        const open = openFile(file)
        checkPlan(file, statement)
        // What SQLite has learnt about the tables must not lead it astray.
        const steps = Array.from({ length: 300 }, (_, step) => step)
        const device = (step: number) => ({ device_id: `plug-${step % 3}`, timestamp: START + step })
        open.write(readingLines(...steps.map((step) => aReading({ ...device(step), power_w: 1 }))).text)
        open.write(recordedLines(...steps.map((step) => aRecord(device(step)))).text)
        open.write(pointLines(...steps.map((step) => aPoint({ timestamp: START + step }))).text)
        const other = new Libsql(file)
        other.exec('ANALYZE')
        other.close()
        checkPlan(file, statement)
        open.close()
      }))
  }
})

describe('a SQLite statement', () => {
  it('is never given what would end the process', () =>
    withFolder((folder) => {
      const file = join(folder, 'readings.db')
      openFile(file).close()
      const connection = new Libsql(file)
      const statements = new Statements(connection, new SlowOperations(1000))
      for (const value of [true, undefined, {}, 5n]) {
        const isRefused = (error: unknown) => error instanceof MonitorError && error.code === 'INTERNAL'
        for (const run of ['all', 'first', 'run'] as const) {
          assert.throws(() => statements[run](NEWEST_READING, [value as never]), isRefused)
        }
      }
      connection.close()
    }))
})
