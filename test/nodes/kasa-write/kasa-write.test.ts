import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { beforeEach, it } from 'mocha'
import type { Reading } from '../../../src/domain/reading'
import type { RecordedEnergy } from '../../../src/domain/recorded-energy'
import { aRecord } from '../../support/database-samples'
import { systemClock } from '../../../src/domain/clock'
import { Spool, type SpoolOptions } from '../../../src/database/spool/spool'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'
import { assertNothingLeft, resources } from '../../support/resources'

const write: FlowNode = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
const latest: FlowNode = {
  id: 'latest',
  type: 'kasa-history',
  database: 'database',
  operation: 'latest',
  wires: [['answer']],
}
const caught: FlowNode = { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }

const SPOOL: Omit<SpoolOptions, 'folder'> = {
  maximum_bytes: 1_000_000,
  maximum_age_days: 1,
  durability: 'none',
  when_full: 'refuse',
  clock: systemClock,
  onLines: () => undefined,
  onChange: () => undefined,
}

let files = 0

inEachNodeRed('kasa-write', (current, aboutUs) => {
  let nodeRed: NodeRed
  let database: FlowNode
  let file: string

  beforeEach(() => {
    nodeRed = current()
    const name = `write-${++files}.sqlite`
    file = join(nodeRed.userDir, name)
    database = { id: 'database', type: 'kasa-database', file: name, busy_timeout_ms: 100 }
  })

  const deploy = (...more: FlowNode[]) => nodeRed.deploy([database, write, latest, ARRIVAL, ...more])

  async function stored(): Promise<Reading[]> {
    await arrival(nodeRed)
    await nodeRed.send('latest', {})
    return (await nodeRed.receive('answer')).payload as Reading[]
  }

  it('stores a reading before it is done, in a file of the user directory', async () => {
    await deploy()
    const given = reading({ voltage_v: 229.9 })
    await nodeRed.send('write', { payload: given })
    assert.deepEqual(await stored(), [given])
    assert.equal(readFileSync(file).toString('latin1', 0, 15), 'SQLite format 3')
    assert.equal((await nodeRed.status('write', /^1 written$/)).fill, 'green')
  })

  it('stores an array of readings, and takes an empty one', async () => {
    await deploy()
    await nodeRed.send('write', { payload: [reading(), reading({ device_id: 'plug-2', power_w: 0 })] })
    await nodeRed.send('write', { payload: [] })
    assert.deepEqual(
      (await stored()).map(({ device_id, power_w }) => [device_id, power_w]),
      [
        ['plug-1', 1800],
        ['plug-2', 0],
      ],
    )
    await nodeRed.status('write', /^2 written$/)
  })

  aboutUs(() => {
    it('stores what devices have recorded beside readings, for history to read it apart', async () => {
      const recorded: FlowNode = { id: 'recorded', type: 'kasa-history', database: 'database', operation: 'recorded' }
      await deploy({ ...recorded, from: '2026-01-01', to: '2026-02-01', wires: [['hours']] })
      const hour = aRecord()
      for (const payload of [hour, [hour, reading()], [aRecord({ timestamp: hour.timestamp + 1000, used_kwh: 2 })]]) {
        await nodeRed.send('write', { payload })
      }
      await arrival(nodeRed)
      await nodeRed.send('recorded', {})
      const { payload } = await nodeRed.receive('hours')
      assert.deepEqual(
        (payload as RecordedEnergy[]).map(({ used_kwh }) => used_kwh),
        [2, 0.125],
      )
      assert.equal((await stored()).length, 1)
      await nodeRed.status('write', /^4 written$/)
      await assert.rejects(nodeRed.send('write', { payload: { used_kwh: 1 } }), /record\.device_id/)
    })

    it('stores the same reading once, however often it comes', async () => {
      await deploy()
      for (let turn = 0; turn < 3; turn++) await nodeRed.send('write', { payload: reading() })
      assert.equal((await stored()).length, 1)
      await nodeRed.status('write', /^3 written$/)
    })

    it('leaves cached readings out and keeps suspect ones marked', async () => {
      await deploy()
      await nodeRed.send('write', {
        payload: [reading({ source: 'cache' }), reading({ device_id: 'b', quality: 'suspect' })],
      })
      assert.deepEqual(
        (await stored()).map(({ device_id, quality }) => [device_id, quality]),
        [['b', 'suspect']],
      )
    })
  })

  it('hands a reading that is not one to a Catch node, naming field, value and range, and stores none of its message', async () => {
    await deploy(caught)
    const bad = { ...reading(), power_w: 'much' }
    await assert.rejects(nodeRed.send('write', { payload: [reading(), bad] }), {
      code: 'INPUT_INVALID',
      message: /power_w: "much" .* number/,
    })
    const { message, code } = (await nodeRed.receive('caught')).error as { message: string; code: string }
    assert.match(message, /power_w: "much"/)
    assert.equal(code, 'INPUT_INVALID')
    assert.equal(nodeRed.statuses('write').at(-1)?.fill, 'red')
    assert.deepEqual(await stored(), [])
  })

  for (const payload of [1700000000000, 'on', true, undefined, null]) {
    it(`refuses ${JSON.stringify(payload)} as a payload`, async () => {
      await deploy()
      await assert.rejects(nodeRed.send('write', { payload }), { code: 'INPUT_INVALID', message: /^payload: / })
    })
  }

  it('says that it needs a database', async () => {
    await nodeRed.deploy([{ ...write, database: '' }])
    await assert.rejects(nodeRed.send('write', { payload: reading() }), {
      code: 'CONFIG_INVALID',
      message: /^database: /,
    })
    assert.match(nodeRed.errors[0] ?? '', /kasa-database node/)
  })

  it('keeps what it has answered with done through a redeploy', async () => {
    await deploy()
    await nodeRed.send('write', { payload: reading() })
    await deploy()
    assert.equal((await stored()).length, 1)
  })

  it('writes what is still on its way when the flow is closed', async () => {
    database.batch_delay_ms = 10_000
    await deploy()
    const done = nodeRed.send('write', { payload: reading() })
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([done, nodeRed.deployAsIs([])])
    const connection = new Libsql(file)
    const { count } = connection.prepare('SELECT count(*) AS count FROM readings').get() as { count: number }
    assert.equal(count, 1)
    connection.close()
  })

  aboutUs(() => {
    it('leaves a file that is no database as it is, says so, and keeps the readings', async () => {
      writeFileSync(file, 'Dear diary,\n')
      await deploy()
      await nodeRed.send('write', { payload: reading() })
      assert.equal((await nodeRed.status('write', /^no database file, 1 queued$/)).fill, 'red')
      assert.equal((await nodeRed.status('database', /no database/)).fill, 'red')
      assert.equal(readFileSync(file, 'utf8'), 'Dear diary,\n')
      assert.equal(nodeRed.errors.length, 1, nodeRed.errors.join('\n'))
    })

    it('takes readings for a file that another program holds, saying so once, and stores them by itself', async () => {
      const holder = new Libsql(file)
      holder.exec(
        'PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE held (a); BEGIN EXCLUSIVE; INSERT INTO held VALUES (1)',
      )
      await deploy()
      await nodeRed.send('write', { payload: reading() })
      assert.equal((await nodeRed.status('write', /^file locked, 1 queued$/)).fill, 'yellow')
      assert.equal((await nodeRed.status('database', /locked/i)).fill, 'yellow')
      holder.exec('ROLLBACK; DROP TABLE held')
      holder.close()
      await nodeRed.status('write', /^1 written$/)
      await nodeRed.status('database', /^open$/)
      assert.deepEqual(nodeRed.errors, [])
      for (const line of [/database is locked/, /all is well again/]) {
        assert.equal(nodeRed.log.filter(({ msg }) => line.test(String(msg))).length, 1)
      }
    })

    it('keeps readings while another program writes, and stores them afterwards', async () => {
      await deploy()
      await nodeRed.send('write', { payload: reading() })
      await nodeRed.status('write', /^1 written$/)
      const holder = new Libsql(file)
      holder.exec('BEGIN IMMEDIATE')
      const next = reading({ timestamp: reading().timestamp + 1 })
      await nodeRed.send('write', { payload: next })
      await nodeRed.status('write', /^file locked, 1 queued$/)
      holder.exec('ROLLBACK')
      holder.close()
      await nodeRed.status('write', /^2 written$/)
      assert.deepEqual(await stored(), [next])
    })

    it('keeps readings that no longer fit the disk, and says so', async () => {
      database.maximum_mb = 1
      await deploy()
      const many = Array.from({ length: 40_000 }, (_, index) => reading({ timestamp: reading().timestamp + index }))
      await nodeRed.send('write', { payload: many })
      assert.equal((await nodeRed.status('write', /^no space, [\d,]+ queued$/)).fill, 'yellow')
    })

    it('finds what it had accepted when it is closed before the database took it', async () => {
      const holder = new Libsql(file)
      holder.exec(
        'PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE held (a); BEGIN EXCLUSIVE; INSERT INTO held VALUES (1)',
      )
      await deploy()
      await nodeRed.send('write', { payload: reading() })
      await nodeRed.deploy([])
      holder.exec('ROLLBACK; DROP TABLE held')
      holder.close()
      await deploy()
      await nodeRed.status('write', /^1 written$/)
      assert.equal((await stored()).length, 1)
    })

    it('refuses messages while another process has the spool, and goes on by itself', async () => {
      const folder = `${file}.spool`
      const holder = new Spool({ ...SPOOL, folder })
      await holder.start()
      await deploy()
      await assert.rejects(nodeRed.send('write', { payload: reading() }), { code: 'SPOOL_LOCKED' })
      await nodeRed.status('write', /^spool locked$/)
      await holder.stop()
      await nodeRed.status('write', /^0 written$/)
      await nodeRed.send('write', { payload: reading() })
      await nodeRed.status('write', /^1 written$/)
    })
  })

  it('leaves no thread, timer or port behind after 20 redeploys', async function () {
    this.timeout(60_000)
    await nodeRed.deploy([])
    const before = resources()
    for (let turn = 0; turn < 20; turn++) {
      await deploy()
      await nodeRed.send('write', { payload: reading({ timestamp: reading().timestamp + turn }) })
    }
    await nodeRed.deploy([])
    await assertNothingLeft(before)
  })
})
