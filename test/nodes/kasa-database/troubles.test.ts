import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { ServiceStatus } from '../../../nodes/kasa-database/database-service'
import { Troubles } from '../../../nodes/kasa-database/troubles'
import type { ErrorCode } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { FakeDatabase } from '../../support/fake-database'

const HOUR_MS = 3_600_000

describe('The log of a kasa-database', () => {
  let clock: FakeClock
  let lines: string[]
  let status: ServiceStatus
  let troubles: Troubles

  const say = (given: Partial<ServiceStatus>) => {
    status = { ...status, ...given }
    troubles.follow(status)
  }
  const away = (code: ErrorCode, message: string): Partial<ServiceStatus> => ({ state: 'retrying', code, message })
  const well = () => {
    const { code: _code, message: _message, ...others } = status
    status = { ...others, state: 'ok' }
    troubles.follow(status)
  }

  beforeEach(() => {
    clock = new FakeClock()
    lines = []
    status = new FakeDatabase().status()
    const log = {
      fault: (error: Error) => lines.push(`fault ${error.message}`),
      wait: (error: Error) => lines.push(`wait ${error.message}`),
      warn: (text: string) => lines.push(`warn ${text}`),
      note: (text: string) => lines.push(`note ${text}`),
    }
    troubles = new Troubles('home', '/home.spool', log, clock)
  })

  it('says once when a trouble begins, once when it ends, and nothing while all is well', () => {
    well()
    for (let turn = 0; turn < 5; turn++) say(away('DATABASE_UNAVAILABLE', 'no server listens there'))
    well()
    well()
    assert.deepEqual(lines, ['wait no server listens there', 'note home: all is well again'])
  })

  it('says another cause of the same trouble', () => {
    say(away('DATABASE_UNAVAILABLE', 'away'))
    say({ ...away('DATABASE_LOGIN_REFUSED', 'wrong token'), state: 'failed' })
    assert.deepEqual(lines, ['wait away', 'fault wrong token'])
  })

  it('says what was lost at once, and what is lost after that once an hour', () => {
    say({ quarantined: 3 })
    for (let minute = 0; minute < 119; minute++) {
      clock.advance(HOUR_MS / 60)
      say({ quarantined: 4 + minute })
    }
    assert.deepEqual(
      lines.map((line) => line.replace(/ were .*/, '')),
      ['warn home: 3 points', 'warn home: 60 points'],
    )
  })

  it('tells of drops apart from the quarantine', () => {
    say({ quarantined: 1, quarantine_reason: 'type conflict' })
    say({ dropped: 2 })
    say({ expired: 3 })
    assert.match(lines[0] ?? '', /1 points were put into the quarantine: type conflict; see \/home\.spool$/)
    assert.match(lines[1] ?? '', /2 points were dropped/)
    assert.match(lines[2] ?? '', /3 points were left out/)
  })

  it('says once that the file of tiers was damaged', () => {
    for (let turn = 0; turn < 3; turn++) say({ tiers_trouble: 'tiers.json holds no tiers' })
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /^warn home: tiers.json holds no tiers; /)
  })

  it('does not take the end for the end of a trouble', () => {
    say(away('DATABASE_UNAVAILABLE', 'away'))
    const { code: _code, ...closed } = status
    say({ ...closed, state: 'closed' })
    assert.equal(lines.length, 1)
  })
})
