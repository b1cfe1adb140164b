import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { ServiceStatus } from '../../../nodes/kasa-database/database-service'
import { WriteStatus } from '../../../nodes/kasa-write/write-status'
import { Status } from '../../../nodes/shared/status'
import { FakeNode } from '../../support/fake-node'

const NOTHING = {
  written: 0,
  skipped: 0,
  queued: 0,
  dropped: 0,
  refused: 0,
  quarantined: 0,
  expired: 0,
  damaged_bytes: 0,
  fullness: 0,
}

describe('The status of kasa-write', () => {
  let database: ServiceStatus
  let node: FakeNode
  let status: Status
  let writeStatus: WriteStatus

  beforeEach(() => {
    database = { ...NOTHING, state: 'ok' }
    node = new FakeNode()
    status = new Status(node.asNode())
    writeStatus = new WriteStatus({ status: () => database }, status)
  })

  it('counts what the database has written: at once, and where many messages come with the next look', () => {
    const shown = () => node.shown.map(({ text }) => text)
    for (const written of [3, 4, 5]) {
      database = { ...database, written }
      writeStatus.wrote()
    }
    assert.deepEqual(shown(), ['3 written'])
    writeStatus.look()
    assert.deepEqual(shown(), ['3 written', '5 written'])
  })

  const states: [Partial<ServiceStatus>, string, string][] = [
    [{ state: 'ok', queued: 12 }, 'green', '0 written, 12 queued'],
    [{ state: 'ok', written: 12_345, queued: 300 }, 'green', '12,345 written, 300 queued'],
    [{ state: 'ok', written: 5, quarantined: 3 }, 'yellow', '5 written, 3 quarantined'],
    [{ state: 'ok', written: 5, damaged_bytes: 80 }, 'yellow', '5 written, spool damaged'],
    [{ state: 'ok', refused: 3, dropped: 4 }, 'yellow', '0 written, 4 dropped, 3 refused'],
    [{ state: 'ok', queued: 9, fullness: 0.857 }, 'green', '0 written, 9 queued, 85 % full'],
    [{ state: 'retrying', code: 'DATABASE_UNAVAILABLE', queued: 300 }, 'yellow', 'database away, 300 queued'],
    [{ state: 'retrying', code: 'DATABASE_LOCKED', queued: 12 }, 'yellow', 'file locked, 12 queued'],
    [{ state: 'full', code: 'DATABASE_FULL', queued: 12 }, 'red', 'no space, 12 queued'],
    [{ state: 'failed', code: 'DATABASE_INVALID', message: 'a.sqlite is no database' }, 'red', 'no database file'],
    [{ state: 'failed', code: 'DATABASE_LOGIN_REFUSED', queued: 1 }, 'red', 'login refused, 1 queued'],
    [{ state: 'failed', code: 'INTERNAL', message: 'something else' }, 'red', 'something else'],
    [{ state: 'opening' }, 'yellow', 'opening'],
    [{ state: 'opening', code: 'SPOOL_LOCKED' }, 'red', 'spool locked'],
    [{ state: 'ok', written: 5, expired: 2 }, 'yellow', '5 written, 2 expired'],
    [{ state: 'full', code: 'DATABASE_UNAVAILABLE', queued: 4 }, 'red', 'spool fails, 4 queued'],
    [{ state: 'closed' }, 'grey', 'closed'],
  ]
  for (const [given, fill, text] of states) {
    it(`says '${text}'`, () => {
      database = { ...database, ...given }
      writeStatus.look()
      assert.equal(node.shown.at(-1)?.fill, fill)
      assert.equal(node.shown.at(-1)?.text, text)
    })
  }

  it('keeps the error of a message until something changes', () => {
    writeStatus.look()
    status.show('failed', 'reading.power_w: "x" is not allowed')
    writeStatus.look()
    assert.equal(node.shown.at(-1)?.fill, 'red')
    database = { ...database, written: 1 }
    writeStatus.look()
    assert.equal(node.shown.at(-1)?.text, '1 written')
  })

  it('takes the error of a message away with the next message that is written, although nothing is new', () => {
    writeStatus.wrote()
    status.show('failed', 'reading.power_w: "x" is not allowed')
    writeStatus.wrote()
    writeStatus.look()
    assert.equal(node.shown.at(-1)?.text, '0 written')
  })
})
