import assert from 'node:assert/strict'
import { isAbsolute } from 'node:path'
import { describe, it } from 'mocha'
import { parseSqliteOptions, SQLITE_OPTIONS } from '../../../src/database/sqlite/sqlite-options'

describe('settings of the SQLite database', () => {
  it('have a default inside their range each', () => {
    const options = parseSqliteOptions({ file: 'readings.db' })
    for (const [key, option] of Object.entries(SQLITE_OPTIONS)) {
      assert.equal(options[key as keyof typeof SQLITE_OPTIONS], option.default)
      if (option.type === 'integer')
        assert.ok(option.default >= option.minimum && option.default <= option.maximum, key)
      else assert.ok((option.enum as readonly string[]).includes(option.default))
    }
  })

  it('make the path absolute, so that no URL and no special name is left', () => {
    for (const file of ['readings.db', ':memory:', 'http://127.0.0.1/x', 'file:x?mode=memory']) {
      assert.ok(isAbsolute(parseSqliteOptions({ file }).file))
    }
  })

  const wrong: [string, unknown][] = [
    ['file', ''],
    ['file', 'a\0b'],
    ['cache_mb', 0],
    ['cache_mb', '16'],
    ['mmap_mb', 4096],
    ['synchronous', 'OFF'],
    ['journal_mode', 'WAL; DROP TABLE reading'],
    ['busy_timeout_ms', -1],
    ['maximum_mb', 1.5],
    ['maximum_mb', Number.NaN],
  ]
  for (const [key, value] of wrong) {
    it(`refuse ${key} = ${JSON.stringify(value)} by an error that names it and the range`, () => {
      assert.throws(
        () => parseSqliteOptions({ file: 'x.db', [key]: value }),
        (error: unknown) => {
          const { code, details } = error as { code: string; details: { field: string; value: unknown; range: string } }
          assert.equal(code, 'CONFIG_INVALID')
          assert.equal(details.field, key)
          assert.ok(details.range.length > 0)
          return Object.is(details.value, value)
        },
      )
    })
  }
})
