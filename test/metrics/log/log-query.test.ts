import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseLogQuery } from '../../../src/metrics/log/log-query'

const NOW_MS = Date.UTC(2026, 6, 1)

describe('A question to the log', () => {
  it('is for the last 100 lines where it says nothing', () => {
    assert.deepEqual(parseLogQuery({}, NOW_MS), { level: 'info', limit: 100 })
  })

  it('may name level, number, time and part', () => {
    const asked = parseLogQuery({ level: 'warn', limit: 5, since: '-1h', part: 'kasa-fleet' }, NOW_MS)
    assert.deepEqual(asked, { level: 'warn', limit: 5, since: NOW_MS - 3_600_000, part: 'kasa-fleet' })
  })

  for (const [given, field] of [
    [true, 'log'],
    [[], 'log'],
    [{ level: 'debug' }, 'log.level'],
    [{ limit: 0 }, 'log.limit'],
    [{ limit: 1001 }, 'log.limit'],
    [{ limit: '10' }, 'log.limit'],
    [{ since: 'yesterday' }, 'log.since'],
    [{ part: '' }, 'log.part'],
    [{ until: 1 }, 'log.until'],
  ] as const) {
    it(`is refused where it is ${JSON.stringify(given)}`, () => {
      assert.throws(() => parseLogQuery(given, NOW_MS), { code: 'INPUT_INVALID', message: new RegExp(`^${field}: `) })
    })
  }
})
