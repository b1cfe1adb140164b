import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { ServiceStatus } from '../../../nodes/kasa-database/database-service'
import { WriteStatus } from '../../../nodes/kasa-write/write-status'
import { Status } from '../../../nodes/shared/status'
import { FakeNode } from '../../support/fake-node'

const NOTHING = { written: 0, skipped: 0, queued: 0, dropped: 0, refused: 0 }

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

  it('counts what the database has written', () => {
    for (const written of [3, 5]) {
      database = { ...database, written }
      writeStatus.show()
    }
    assert.deepEqual(
      node.shown.map(({ text }) => text),
      ['3 written', '5 written'],
    )
  })

  const states: [Partial<ServiceStatus>, string, string][] = [
    [{ state: 'ok', queued: 12 }, 'green', '0 written, 12 queued'],
    [{ state: 'retrying', queued: 12 }, 'yellow', 'retrying, 12 queued'],
    [{ state: 'full', queued: 12 }, 'red', 'no space, 12 queued'],
    [{ state: 'failed', message: 'a.sqlite is no database' }, 'red', 'a.sqlite is no database'],
    [{ state: 'opening' }, 'yellow', 'opening'],
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
    writeStatus.look()
    status.show('failed', 'reading.power_w: "x" is not allowed')
    writeStatus.show()
    assert.equal(node.shown.at(-1)?.text, '0 written')
  })
})
