import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { HistoryBucket } from '../../../src/database/database'
import type { EnergyReport, EnergyRow } from '../../../src/energy/report'
import type { RetentionReport, RetentionStatus, TierReport } from '../../../src/retention/retention-report'
import { skipWithout } from '../../support/skipping'
import { soon } from '../../support/soon'
import { makeStore } from '../../support/sqlite'
import { AskedNodeRed, askedFlow, whyNotBuilt, type Answer, type LoopDelay } from './asked-node-red'
import { assertSame, DAY, energyOf, fill, HOUR, months } from './months'

const WITHIN_MS = 120_000
const ZONE = 'Europe/Berlin'
const DEVICES = ['fridge', 'kettle', 'standby']
/** Of sums of many rows. */
const ROUNDING_KWH = 1e-3
const PRICE = 0.3
const REDEPLOYS = 6

describe('a home with forty days of readings', function () {
  this.timeout(WITHIN_MS)
  const nodeRed = new AskedNodeRed()
  const { range, readings } = months(DEVICES)
  const ofFridge = readings.filter(({ device_id }) => device_id === 'fridge')
  /** Come late: all that was said in some hours, whose readings are kept; and some of it, when the rest is gone. */
  const recent = { from: range.to - 3 * DAY, to: range.to - 3 * DAY + 3 * HOUR }
  const old = { from: range.to - 12 * DAY, to: range.to - 12 * DAY + 3 * HOUR }
  const lateRecent = ofFridge.filter(({ timestamp }) => timestamp >= recent.from && timestamp < recent.to)
  const lateOld = ofFridge.filter(
    ({ timestamp }, index) => index % 3 === 0 && timestamp >= old.from && timestamp < old.to,
  )
  let file: string
  /** Before anything was rolled up. */
  let days: HistoryBucket[]
  let backup: string

  const flow = (settings: Readonly<Record<string, object>> = {}, more: readonly object[] = []) => [
    ...askedFlow([
      { id: 'database', type: 'kasa-database', file },
      { id: 'tariff', type: 'kasa-tariff', name: 'Home', time_zone: ZONE, ...settings.tariff },
      { id: 'write', type: 'kasa-write', database: 'database' },
      { id: 'history', type: 'kasa-history', database: 'database' },
      { id: 'energy', type: 'kasa-history', database: 'database', operation: 'energy', tariff: 'tariff' },
      { id: 'backup', type: 'kasa-history', database: 'database', operation: 'backup' },
      { id: 'restore', type: 'kasa-history', database: 'database', operation: 'restore' },
      { id: 'retention', type: 'kasa-retention', database: 'database', time_zone: ZONE, ...settings.retention },
    ]),
    ...more,
  ]
  const history = (bucket: string, more: object = {}) =>
    nodeRed.ask<HistoryBucket[]>('history', {
      ...{ ...range, device_ids: DEVICES, bucket, time_zone: ZONE, fields: 'power_w' },
      ...{ order: 'oldest-first', limit: 10_000, ...more },
    })
  const hoursOfFridge = (hours: object) => history('hour', { ...hours, device_ids: 'fridge' })
  const run = () => nodeRed.ask<RetentionReport>('retention')

  before(async function () {
    skipWithout(whyNotBuilt(), this)
    file = join(nodeRed.process.userDir, 'home.sqlite')
    const late = new Set([...lateRecent, ...lateOld])
    await fill(
      makeStore(file),
      readings.filter((reading) => !late.has(reading)),
    )
    await nodeRed.process.start()
    await nodeRed.process.deploy(flow({ retention: { runs: 'by_message' } }))
  })

  after(() => nodeRed.process.stop())

  it('has the same energy when all is rolled up and what is old is gone, takes readings meanwhile, and needs less space', async () => {
    days = await history('day')
    const whole = await history('month')
    backup = await nodeRed.ask('backup')
    const bytes = statSync(file).size
    await nodeRed.ask('live', true)
    await nodeRed.process.deploy(flow(), 'nodes')
    await nodeRed.ask('loop')
    await nodeRed.shows(/^hourly up to \d\d:\d\d, \d+ MB freed$/)
    const { p99, maximum } = await nodeRed.ask<LoopDelay>('loop')
    console.log(`      the event loop was held for ${p99.toFixed()} ms (p99), ${maximum.toFixed()} ms at most`)
    await nodeRed.ask('live', false)

    const { last } = await nodeRed.ask<RetentionStatus>('retention', 'status')
    assert.ok(tierOf(last, 'raw').expired.rows > readings.length / 2)
    assertSame(await history('day'), days)
    assertSame(await history('month'), whole)
    for (const bucket of ['auto', 'hour', '1d']) {
      const off = energyOf(await history(bucket)) - energyOf(days)
      assert.ok(Math.abs(off) < ROUNDING_KWH, `by ${bucket}: ${off} kWh more`)
    }
    await soon(() => assert.ok(statSync(file).size < bytes / 2, `${statSync(file).size} of ${bytes} bytes`))
    await nodeRed.assertHasAll()
    assert.deepEqual((await nodeRed.noted()).errors, [])
  })

  it('costs what the tariff said on each day, also where readings are gone', async () => {
    const from = days[0]?.timestamp ?? 0
    const report = () => nodeRed.ask<EnergyReport>('energy', { from, to: range.to, period: 'day', device_ids: DEVICES })
    const before = await report()
    assert.ok(Math.abs((before.total.energy_kwh ?? 0) - energyOf(days)) < ROUNDING_KWH)
    const change = days[60]?.timestamp ?? 0
    const dearer = {
      valid_from: new Date(change + 12 * HOUR).toISOString().slice(0, 10),
      rows: [{ name: 'all day', price_per_kwh: 2 * PRICE }],
    }
    const versions = [{ rows: [{ name: 'all day', price_per_kwh: PRICE }] }, dearer]
    await nodeRed.process.deploy(flow({ tariff: { versions } }), 'nodes')
    const after = await report()
    assert.deepEqual(after.rows.map(withoutCost), before.rows.map(withoutCost))
    assert.equal(before.rows.length, after.rows.length)
    for (const [index, { timestamp, energy_kwh = 0, cost }] of after.rows.entries()) {
      const price = timestamp < change ? PRICE : 2 * PRICE
      assert.ok(Math.abs((cost?.total ?? 0) - price * energy_kwh) < ROUNDING_KWH, new Date(timestamp).toISOString())
      if (timestamp < change) assert.deepEqual(cost, before.rows[index]?.cost)
    }
  })

  it('rolls hours up again that readings come late for, and leaves a row as it is that they come too late for', async () => {
    const rows = await hoursOfFridge(old)
    await nodeRed.ask('write', [...lateRecent, ...lateOld])
    const hourly = tierOf(await run(), 'hourly')
    assert.ok(hourly.rolled_again > 0 && hourly.kept > 0, JSON.stringify(hourly))
    const counts = (await hoursOfFridge(recent)).map(({ count }) => count)
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      lateRecent.length,
    )
    assert.deepEqual(await hoursOfFridge(old), rows)
    assert.ok(Math.abs(energyOf(await history('month')) - energyOf(days)) < ROUNDING_KWH)
    assert.deepEqual(
      (await nodeRed.noted()).events.map(({ event }) => event),
      ['too_late'],
    )
  })

  it('is put back as it was, with what was rolled up, while readings come and while it is rolled up', async () => {
    await nodeRed.ask('live', true)
    const rolledUp = await nodeRed.ask('backup')
    const before = await history('day')
    await nodeRed.ask('restore', rolledUp)
    assertSame(await history('day'), before)

    await nodeRed.ask('restore', backup)
    const { answer } = await begin()
    await nodeRed.ask('restore', backup)
    assert.equal((await answer)?.error?.code, 'DATABASE_UNAVAILABLE')
    assertSame(await history('day'), days)
    await run()
    assertSame(await history('day'), days)
    await nodeRed.ask('live', false)
  })

  it(`goes on where it was when it is deployed anew ${REDEPLOYS} times, leaves nothing behind, and is one`, async () => {
    await nodeRed.process.deploy(flow())
    await nodeRed.ask('restore', backup)
    const before = await remains()
    for (let turn = 0; turn < REDEPLOYS; turn++) {
      await begin()
      const settings = { retention: { name: `turn ${turn}` } }
      await nodeRed.process.deploy(flow(settings), turn < 2 ? 'nodes' : turn < 4 ? 'flows' : 'full')
    }
    const second = { id: 'second', type: 'kasa-retention', z: 'tab', x: 0, y: 0, database: 'database', wires: [[], []] }
    await nodeRed.process.deploy(flow({}, [second]))
    await soon(() => assert.match(nodeRed.process.log, /\[kasa-retention:\w+\].*; (second|retention) keeps this one/))
    await nodeRed.process.deploy(flow())
    assert.deepEqual((await run()).findings, [])
    assertSame(await history('day'), days)
    await soon(async () => {
      const more = [...(await remains())].filter(([kind, count]) => count > (before.get(kind) ?? 0))
      assert.deepEqual(more, [], `there were ${JSON.stringify([...before])}`)
    })
    assert.doesNotMatch(nodeRed.process.log, /Error stopping node|Close timed out|Uncaught/)
  })

  /** Asks for a run, and waits until it is under way; where little is left to do it may be over before that is seen. */
  async function begin(): Promise<{ readonly answer: Promise<Answer<RetentionReport> | undefined> }> {
    let isOver = false
    // Who is deployed anew hears no answer.
    const answer = nodeRed.answer<RetentionReport>('retention').catch(() => undefined)
    void answer.then(() => (isOver = true))
    for (;;) {
      const { state } = await nodeRed.ask<RetentionStatus>('retention', 'status')
      if (isOver || state === 'running') return { answer }
    }
  }

  /** What may be left behind, and how many there are of each. */
  async function remains(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map(Object.entries(nodeRed.process.held(file)))
    for (const kind of await nodeRed.ask<string[]>('resources')) {
      if (/Worker|Port|Timeout/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    return counts
  }
})

function tierOf(report: RetentionReport | undefined, name: string): TierReport {
  const found = report?.tiers.find((tier) => tier.name === name)
  assert.ok(found)
  return found
}

function withoutCost({ cost: _, ...rest }: EnergyRow): object {
  return rest
}
