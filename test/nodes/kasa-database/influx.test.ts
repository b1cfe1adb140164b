import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, it } from 'mocha'
import type { DatabaseHealth } from '../../../src/database/database'
import { ADMINISTRATOR, startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'
import { inOneNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

const PATIENCE_MS = 60_000

inOneNodeRed('kasa-write and kasa-history with InfluxDB 1.x', (current) => {
  const missing = whyNoInfluxd()
  if (missing !== undefined) {
    it.skip(`not run: ${missing}`)
    return
  }

  let influxd: Influxd
  let nodeRed: NodeRed
  let database: FlowNode
  let count = 0

  before(async function () {
    this.timeout(PATIENCE_MS)
    influxd = await startInfluxd({ auth: true })
  })
  after(() => influxd?.stop())
  beforeEach(() => {
    nodeRed = current()
    const place = { kind: 'influx1', url: influxd.url, database: `home_${++count}`, batch_delay_ms: 0 }
    database = { id: 'database', type: 'kasa-database', ...place }
  })

  const ask = (operation: string): FlowNode => {
    return { id: operation, type: 'kasa-history', database: 'database', operation, wires: [['answer']] }
  }
  const deploy = (login: Record<string, string> = ADMINISTRATOR, write: object = {}) =>
    nodeRed.deploy(
      [
        database,
        { id: 'write', type: 'kasa-write', database: 'database', wires: [], ...write },
        ask('latest'),
        ask('health'),
      ],
      { database: login },
    )
  const create = () => influxd.query(`CREATE DATABASE "${String(database.database)}"`)
  const latest = async () => {
    await nodeRed.send('latest', {})
    return (await nodeRed.receive('answer')).payload
  }

  it('keeps readings while the database is missing, says so, and stores them once it is there', async function () {
    this.timeout(PATIENCE_MS)
    await deploy()
    await nodeRed.send('write', { payload: reading() })
    assert.equal((await nodeRed.status('write', /^database missing, 1 queued$/)).fill, 'red')
    await create()
    await deploy()
    await nodeRed.status('write', /^1 written$/)
    assert.deepEqual(await latest(), [reading()])
  })

  it('keeps readings while the password is wrong, and repeats it nowhere', async () => {
    await create()
    await deploy({ ...ADMINISTRATOR, password: 'CANARY-1' })
    await nodeRed.send('write', { payload: reading() })
    await nodeRed.status('write', /^login refused, 1 queued$/)
    assert.doesNotMatch(JSON.stringify([nodeRed.log, nodeRed.statuses('database')]), /CANARY/)
    await deploy()
    await nodeRed.status('write', /^1 written$/)
  })

  it('keeps readings while the server is away, and stores them when it is back', async function () {
    this.timeout(PATIENCE_MS)
    await create()
    await deploy()
    await nodeRed.send('write', { payload: reading() })
    await nodeRed.status('write', /^1 written$/)
    await influxd.kill()
    const later = reading({ timestamp: reading().timestamp + 1000 })
    await nodeRed.send('write', { payload: later })
    assert.equal((await nodeRed.status('write', /^database away, 1 queued$/)).fill, 'yellow')
    await influxd.run()
    await nodeRed.status('write', /^2 written$/)
    assert.deepEqual(await latest(), [later])
  })

  it('stores any measurement that a message or the dialog names', async () => {
    await create()
    await deploy(ADMINISTRATOR, { measurement: 'weather' })
    await nodeRed.send('write', { payload: 21.5 })
    await nodeRed.send('write', { measurement: 'water', payload: [{ litres: 3 }, { room: 'bath' }] })
    await nodeRed.status('write', /^2 written$/)
    const name = String(database.database)
    assert.deepEqual(
      (await influxd.query('SELECT "value" FROM "weather"', name)).map((row) => row[1]),
      [21.5],
    )
    assert.deepEqual(
      (await influxd.query('SELECT "litres", "room" FROM "water"', name)).map((row) => row.slice(1)),
      [[3, 'bath']],
    )
  })

  it('puts a field that has changed its type into the quarantine, and stores the rest', async () => {
    await create()
    await deploy(ADMINISTRATOR, { measurement: 'weather' })
    await nodeRed.send('write', { payload: 21.5 })
    await nodeRed.status('write', /^1 written$/)
    await nodeRed.send('write', {
      payload: [
        [{ value: 'warm' }, { room: 'a' }],
        [{ value: 22 }, { room: 'b' }],
      ],
    })
    assert.equal((await nodeRed.status('write', /^2 written, 1 quarantined$/)).fill, 'yellow')
    await nodeRed.send('health', {})
    const health = (await nodeRed.receive('answer')).payload as DatabaseHealth
    assert.equal(health.spool.quarantined, 1)
    const [file = ''] = readdirSync(health.spool.quarantine)
    assert.match(readFileSync(join(health.spool.quarantine, file), 'utf8'), /field type conflict[^]*value="warm"/)
    assert.match(health.name, /^InfluxDB 1\./)
  })

  it('refuses to make a backup of a server', async () => {
    await create()
    await nodeRed.deploy([database, ask('backup')], { database: ADMINISTRATOR })
    await assert.rejects(nodeRed.send('backup', {}), { code: 'DATABASE_UNSUPPORTED' })
  })
})
