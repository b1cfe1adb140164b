import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { beforeEach, it } from 'mocha'
import { inOneNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

const PATIENCE_MS = 30_000
const START = Date.UTC(2026, 0, 5)

inOneNodeRed('A database whose spool fills up', (current) => {
  let nodeRed: NodeRed
  let holder: Libsql.Database
  let files = 0
  let database: FlowNode

  beforeEach(() => {
    nodeRed = current()
    const file = `pressure-${++files}.sqlite`
    database = { id: 'database', type: 'kasa-database', file, spool_mb: 1, busy_timeout_ms: 0 }
    holder = new Libsql(join(nodeRed.userDir, file))
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE held (a); BEGIN EXCLUSIVE; INSERT INTO held VALUES (1)')
  })

  const deploy = (more: object) =>
    nodeRed.deploy([
      { ...database, ...more },
      { id: 'write', type: 'kasa-write', database: 'database', wires: [] },
      { id: 'fleet', type: 'kasa-fleet' },
      { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [[], [], []] },
    ])
  const readings = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => reading({ timestamp: START + first + index }))
  /** Some 110 bytes each: until the bound of 1 MB is near, or reached. */
  const fill = async (parts: number) => {
    for (let part = 0; part < parts; part++) await nodeRed.send('write', { payload: readings(part * 1000, 1000) })
  }
  const release = () => {
    holder.exec('ROLLBACK; DROP TABLE held')
    holder.close()
  }

  it('slows the fleets down where it is to refuse, and lets them go when it has room again', async function () {
    this.timeout(PATIENCE_MS)
    await deploy({ when_full: 'refuse' })
    await assert.rejects(fill(30), { code: 'QUEUE_FULL' })
    await nodeRed.status('fleet', /^polls \d+(\.\d)? times slower$/)
    await nodeRed.status('write', /^file locked, [\d,]+ queued, \d+ % full, /)
    release()
    await nodeRed.status('write', /^[\d,]+ written, [\d,]+ refused$/)
    await nodeRed.status('fleet', /^$/)
    const lines = nodeRed.log.map(({ msg }) => String(msg)).filter((line) => line.includes('slowed down'))
    assert.deepEqual(lines, [
      'Polls are slowed down, because the spool of a database is nearly full',
      'Polls are no longer slowed down',
    ])
  })

  it('drops the oldest and leaves the fleets alone where it is to drop', async function () {
    this.timeout(PATIENCE_MS)
    await deploy({ when_full: 'drop-oldest' })
    await fill(15)
    await nodeRed.status('write', /^file locked, [\d,]+ queued, [\d,]+ dropped/)
    assert.deepEqual(
      nodeRed.statuses('fleet').filter(({ text }) => text),
      [],
    )
    release()
    await nodeRed.status('write', /^[\d,]+ written, [\d,]+ dropped$/)
  })
})
