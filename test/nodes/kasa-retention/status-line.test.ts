import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { reportLine, sizeText, statusLine } from '../../../nodes/kasa-retention/status-line'
import { TimeZone } from '../../../src/domain/time-zone'
import type { RetentionReport, RetentionStatus } from '../../../src/retention/retention-report'
import { retentionReport, tierReport } from '../../support/retention-reports'

const ZONE = new TimeZone('Europe/Berlin')
/** 14:07 in Berlin. */
const NOW = Date.UTC(2026, 10, 20, 13, 7)
const HOUR_MS = 3_600_000

describe('The status of kasa-retention', () => {
  const shown = (status: RetentionStatus) => statusLine(status, ZONE, NOW)
  const hourly = (watermark: number, expired = { rows: 0, bytes: 0 }): RetentionReport => {
    return retentionReport({ tiers: [tierReport('raw', { expired }), tierReport('hourly', { watermark })] })
  }

  it('says how far the finest tier reaches by the clocks of the zone, and what was freed', () => {
    const last = hourly(Date.UTC(2026, 10, 20, 13), { rows: 60_000, bytes: 3_200_000 })
    assert.deepEqual(shown({ state: 'waiting', last }), ['ready', 'hourly up to 14:00, 3 MB freed'])
  })

  it('names the day where that is another one', () => {
    assert.deepEqual(shown({ state: 'waiting', last: hourly(NOW - 30 * HOUR_MS) }), ['ready', 'hourly up to Nov 19'])
  })

  it('says what was rolled up by the zone also where UTC has another day', () => {
    const late = Date.UTC(2026, 10, 20, 23, 30)
    assert.equal(reportLine(hourly(Date.UTC(2026, 10, 20, 23)), ZONE, late), 'hourly up to 00:00')
  })

  it('counts rows where the database cannot tell bytes', () => {
    const tiers = [tierReport('raw', { expired: { rows: 12_345 } }), tierReport('hourly', { watermark: NOW })]
    assert.equal(reportLine(retentionReport({ tiers }), ZONE, NOW), 'hourly up to 14:07, 12,345 rows freed')
  })

  it('says how much is past its life and stays', () => {
    const tiers = [tierReport('raw', { held_back: 1234 }), tierReport('hourly', { watermark: NOW, held_back: 1 })]
    assert.equal(reportLine(retentionReport({ tiers }), ZONE, NOW), 'hourly up to 14:07, 1,235 rows held back')
  })

  it('says of a dry run what would be', () => {
    const { tiers } = hourly(NOW, { rows: 5, bytes: 5000 })
    assert.equal(reportLine(retentionReport({ dry: true, tiers }), ZONE, NOW), 'dry run, would free 5 kB')
    assert.equal(reportLine(retentionReport({ dry: true }), ZONE, NOW), 'dry run, nothing to free')
  })

  it('says that there is nothing where the database is empty', () => {
    const last = retentionReport({ tiers: [tierReport('raw'), tierReport('hourly')] })
    assert.deepEqual(shown({ state: 'waiting', last }), ['ready', 'nothing to roll up'])
  })

  for (const [status, kind, text] of [
    [{ state: 'waiting' }, 'idle', 'waiting'],
    [{ state: 'running' }, 'busy', 'rolling up'],
    [{ state: 'running', progress: 0.4 }, 'busy', 'catching up 40 %'],
    [{ state: 'running', progress: 0.999 }, 'busy', 'catching up 99 %'],
    [{ state: 'lagging', code: 'DATABASE_UNAVAILABLE', message: 'x' }, 'failed', 'lagging: database away'],
    [{ state: 'lagging', code: 'RETENTION_LAGGING', message: 'x' }, 'failed', 'lagging: what is due waits'],
    [{ state: 'retrying', code: 'DATABASE_LOCKED' }, 'waiting', 'file locked, tries again'],
    [{ state: 'failed', code: 'ROLL_UP_UNVERIFIED', message: 'x' }, 'failed', 'not read back as written'],
    [{ state: 'failed', message: 'a fault' }, 'failed', 'a fault'],
    [{ state: 'stopped' }, 'idle', 'stopped'],
  ] as const) {
    it(`is "${text}" where it is ${JSON.stringify(status)}`, () => assert.deepEqual(shown(status), [kind, text]))
  }

  it('has sizes of a word', () => {
    const sizes = [0, 1023, 1024, 1024 ** 2, 5.6 * 1024 ** 2, 3 * 1024 ** 3].map(sizeText)
    assert.deepEqual(sizes, ['0 B', '1023 B', '1 kB', '1 MB', '6 MB', '3 GB'])
  })
})
