import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { TimeRange } from '../../../src/database/history/record-source'
import { restoredWatermarks } from '../../../src/database/tiers/restored-watermarks'
import { nameOfSource } from '../../../src/retention/retention-report'
import { parseRetentionOptions } from '../../../src/retention/retention-options'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PLAN = parseRetentionOptions({ time_zone: 'UTC' })
/** A midnight. */
const NOW = 20_000 * DAY

const last = (from: number) => from + 1

describe('how far tiers reach in a file that was put back', () => {
  const watermarks = async (extents: Readonly<Record<string, TimeRange>>) => {
    const store = {
      extent: (source: Parameters<typeof nameOfSource>[0]) => Promise.resolve(extents[nameOfSource(source)]),
    }
    return [...(await restoredWatermarks(store, PLAN))]
  }

  it('is nowhere where nothing is rolled up, or where there is no plan', async () => {
    assert.deepEqual(await watermarks({ raw: { from: NOW - 9 * DAY, to: NOW } }), [])
    assert.deepEqual([...(await restoredWatermarks({ extent: () => assert.fail() }, undefined))], [])
  })

  it('is a day before the newest hour, and two days before the newest day: rows of some devices may be missing', async () => {
    const found = await watermarks({
      raw: { from: NOW - 7 * DAY, to: NOW },
      hourly: { from: NOW - 30 * DAY, to: last(NOW - HOUR) },
      daily: { from: NOW - 90 * DAY, to: last(NOW - DAY) },
    })
    assert.deepEqual(found, [
      ['hourly', NOW - HOUR - DAY],
      ['daily', NOW - 2 * DAY],
    ])
  })

  it('is where the readings begin that are left, because none goes before its row is there', async () => {
    const found = await watermarks({
      raw: { from: NOW - 2 * HOUR - 1, to: NOW },
      hourly: { from: NOW - 30 * DAY, to: last(NOW - HOUR) },
    })
    assert.deepEqual(found, [['hourly', NOW - 3 * HOUR]])
  })

  it('is nowhere where the rows are too few to tell', async () => {
    const rows = { from: NOW - 5 * HOUR, to: last(NOW - HOUR) }
    assert.deepEqual(await watermarks({ raw: { from: NOW - 5 * HOUR, to: NOW }, hourly: rows }), [])
  })
})
