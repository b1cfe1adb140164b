import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { COLUMNS } from '../../../src/database/sqlite/sqlite-columns'
import { openConnection } from '../../../src/database/sqlite/sqlite-connection'
import { parseSqliteOptions } from '../../../src/database/sqlite/sqlite-options'
import { firstValue } from '../../../src/database/sqlite/sqlite-schema'
import { READING_SCHEMA } from '../../../src/domain/reading'
import { aPoint, aReading, aRecord, START, withFolder } from '../../support/database-samples'
import { openFile, pointLines, readingLines, recordedLines } from '../../support/sqlite'

function options(file: string): ReturnType<typeof parseSqliteOptions> {
  return parseSqliteOptions({ file })
}

function codeOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return (error as { code: unknown }).code
  }
  return undefined
}

describe('the SQLite file', () => {
  // A changed name would hide what is stored under the old one: that takes a migration, not an edit of this list.
  it('keeps the columns that files out there have', () => {
    assert.deepEqual(
      COLUMNS.map(({ name }) => name),
      [
        ...['on', 'power_w_e3', 'voltage_v_e3', 'current_a_e3', 'energy_kwh_e4', 'energy_today_kwh_e3'],
        ...[
          'energy_month_kwh_e3',
          'energy_total_kwh_e3',
          'brightness_pct',
          'color_temp_k',
          'hue_deg',
          'saturation_pct',
        ],
        ...[
          'temperature_c_e2',
          'target_temperature_c_e2',
          'humidity_pct_e2',
          'battery_pct',
          'battery_low',
          'overheated',
          'overloaded',
          'motion',
          'contact_open',
        ],
        ...['water_leak', 'rssi_dbm', 'latency_ms_e1'],
      ],
    )
  })

  const withoutTiers = ['tier', 'field', 'roll_up', 'roll_up_field'].map((table) => `DROP TABLE ${table}`).join('; ')
  for (const [version, undo] of [
    [1, `${withoutTiers}; DROP TABLE recorded_energy; DROP TABLE point`],
    [2, `${withoutTiers}; DROP TABLE point`],
    [3, withoutTiers],
    [4, 'ALTER TABLE roll_up DROP COLUMN energy_step_kwh_e6'],
  ] as const) {
    it(`of version ${version} gets what has been added since, once, and keeps its readings`, () =>
      withFolder((folder) => {
        const file = join(folder, 'readings.db')
        const first = openFile(file)
        first.write(readingLines(aReading({ power_w: 5 })).text)
        first.close()
        const old = new Libsql(file)
        old.exec(`${undo}; PRAGMA user_version = ${version}`)
        old.close()
        for (const _opening of ['first', 'second']) {
          const again = openFile(file)
          again.write(recordedLines(aRecord()).text)
          again.write(pointLines(aPoint()).text)
          const all = { from: START, to: START + 1, device_ids: [], order: 'oldest-first', limit: 9 } as const
          assert.deepEqual(again.recorded(all), [aRecord()])
          assert.equal(again.latest(['plug-1'])[0]?.power_w, 5)
          again.close()
        }
        const later = new Libsql(file)
        assert.equal(firstValue(later, 'SELECT count(*) FROM point'), 1)
        assert.equal(firstValue(later, 'SELECT count(*) FROM field'), COLUMNS.length)
        assert.equal(firstValue(later, 'SELECT count(*) FROM roll_up'), 0)
        later.close()
      }))
  }

  it('shows the readings to any tool with the keys and units that everything else uses', () =>
    withFolder((folder) => {
      const file = join(folder, 'readings.db')
      const open = openFile(file)
      open.write(readingLines(aReading({ on: true, power_w: 12.345, energy_kwh: 1.0001 })).text)
      open.close()
      const other = new Libsql(file)
      const row = other.prepare('SELECT * FROM readings').get([]) as Record<string, unknown>
      assert.deepEqual(
        Object.keys(row)
          .filter((key) => key !== '_metadata')
          .sort(),
        Object.keys(READING_SCHEMA.properties as object).sort(),
      )
      assert.deepEqual(
        [row.device_id, row.timestamp, row.on, row.power_w, row.energy_kwh, row.voltage_v, row.source, row.quality],
        ['plug-1', START, 1, 12.345, 1.0001, null, 'poll', 'good'],
      )
      const types = other
        .prepare('SELECT typeof(power_w_e3), typeof(timestamp), typeof("on") FROM reading')
        .raw()
        .get([])
      assert.deepEqual(types, ['integer', 'integer', 'integer'])
      other.close()
    }))

  it('gains the columns that a later version measures, and keeps its readings', () =>
    withFolder((folder) => {
      const file = join(folder, 'readings.db')
      const open = openFile(file)
      open.write(readingLines(aReading({ power_w: 5 })).text)
      open.close()
      const older = new Libsql(file)
      older.exec('DROP VIEW readings; ALTER TABLE reading DROP COLUMN "latency_ms_e1"')
      older.close()
      const again = openFile(file)
      again.write(readingLines(aReading({ timestamp: START + 1, power_w: 6, latency_ms: 7.5 })).text)
      assert.deepEqual(again.latest(['plug-1']), [aReading({ timestamp: START + 1, power_w: 6, latency_ms: 7.5 })])
      again.close()
    }))

  it('is opened again without being changed', () =>
    withFolder((folder) => {
      const file = join(folder, 'readings.db')
      openFile(file).close()
      const version = (): unknown => {
        const connection = new Libsql(file)
        const value = firstValue(connection, 'PRAGMA schema_version')
        connection.close()
        return value
      }
      const before = version()
      openFile(file).close()
      assert.equal(version(), before)
    }))

  it('is refused and left as it is where it is no database', () =>
    withFolder((folder) => {
      const file = join(folder, 'notes.txt')
      writeFileSync(file, 'Milk, eggs, and everything else that must not be lost.')
      assert.equal(
        codeOf(() => openConnection(options(file))),
        'DATABASE_INVALID',
      )
      assert.match(readFileSync(file, 'utf8'), /^Milk/)
    }))

  it('is refused and left as it is where it is damaged behind a good beginning', () =>
    withFolder((folder) => {
      const file = join(folder, 'damaged.db')
      writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 0x55)]))
      assert.equal(
        codeOf(() => openConnection(options(file))),
        'DATABASE_INVALID',
      )
    }))

  it('is refused and left as it is where it belongs to another program', () =>
    withFolder((folder) => {
      const file = join(folder, 'other.db')
      const other = new Libsql(file)
      other.exec('CREATE TABLE reading (precious TEXT)')
      other.close()
      const before = readFileSync(file)
      assert.equal(
        codeOf(() => openConnection(options(file))),
        'DATABASE_INVALID',
      )
      assert.deepEqual(readFileSync(file), before)
    }))

  it('is refused where a newer version of this pack made it', () =>
    withFolder((folder) => {
      const file = join(folder, 'readings.db')
      openFile(file).close()
      const newer = new Libsql(file)
      newer.exec('PRAGMA user_version = 99')
      newer.close()
      assert.equal(
        codeOf(() => openConnection(options(file))),
        'DATABASE_INVALID',
      )
    }))

  it('is made together with its folder', () =>
    withFolder((folder) => {
      const file = join(folder, 'a', 'b', 'readings.db')
      openFile(file).close()
      assert.ok(existsSync(file))
    }))

  it('cannot be made below a file, nor in place of a folder, and the error names the path', () =>
    withFolder((folder) => {
      writeFileSync(join(folder, 'file'), '')
      mkdirSync(join(folder, 'folder'))
      for (const file of [join(folder, 'file', 'readings.db'), join(folder, 'folder')]) {
        assert.throws(
          () => openConnection(options(file)),
          (error: unknown) => {
            const { code, message, details } = error as { code: string; message: string; details: { value: unknown } }
            assert.equal(code, 'DATABASE_UNAVAILABLE')
            assert.ok(message.includes(file))
            return details.value === file
          },
        )
      }
    }))

  it('has the settings that were asked for', () =>
    withFolder((folder) => {
      const given = {
        cache_mb: 3,
        mmap_mb: 2,
        synchronous: 'FULL',
        temp_store: 'FILE',
        busy_timeout_ms: 77,
        maximum_mb: 9,
      }
      const connection = openConnection(parseSqliteOptions({ file: join(folder, 'readings.db'), ...given }))
      const pragmas = [
        'cache_size',
        'mmap_size',
        'synchronous',
        'temp_store',
        'busy_timeout',
        'max_page_count',
        'journal_mode',
      ]
      const values = pragmas.map((pragma) => firstValue(connection, `PRAGMA ${pragma}`))
      connection.close()
      assert.deepEqual(values, [-3072, 2 * 1024 * 1024, 2, 1, 77, (9 * 1024 * 1024) / 4096, 'wal'])
    }))
})
