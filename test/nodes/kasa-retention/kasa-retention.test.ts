import assert from 'node:assert/strict'
import { join } from 'node:path'
import { beforeEach, it } from 'mocha'
import type { RetentionEvent } from '../../../nodes/kasa-retention/retention-events'
import type { HistoryBucket } from '../../../src/database/database'
import type { Reading } from '../../../src/domain/reading'
import type { RetentionReport, RetentionStatus } from '../../../src/retention/retention-report'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inEachNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'
import { assertNothingLeft, resources } from '../../support/resources'
import { soon } from '../../support/soon'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const STEP = HOUR / 6
const CLOSE_LIMIT = /Closing took longer/

let files = 0

inEachNodeRed('kasa-retention', (current, aboutUs) => {
  let nodeRed: NodeRed
  let file: string
  /** When the newest hour ended; what lies before is rolled up. */
  let end: number

  beforeEach(() => {
    nodeRed = current()
    file = `retention-${++files}.sqlite`
    end = Math.floor(Date.now() / HOUR) * HOUR
  })

  const database = (id: string, more: object = {}): FlowNode => {
    return { id, type: 'kasa-database', file, batch_delay_ms: 0, ...more }
  }
  const retention = (id: string, more: object = {}): FlowNode => {
    const by_message = { time_zone: 'UTC', delay_minutes: 0, runs: 'by_message' }
    return { id, type: 'kasa-retention', database: 'database', ...by_message, wires: [['report'], ['event']], ...more }
  }
  const write: FlowNode = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
  const history: FlowNode = { id: 'history', type: 'kasa-history', database: 'database', wires: [['rows']] }

  async function deploy(settings: object = {}): Promise<void> {
    await nodeRed.deploy([database('database'), retention('retention', settings), write, history, ARRIVAL])
  }

  /** What uses 1 kW, asked every ten minutes. */
  function readings(from: number, to: number, more: Partial<Reading> = {}): Reading[] {
    const count = Math.round((to - from) / STEP)
    return Array.from({ length: count }, (_, index) => {
      const energy_kwh = Number((1000 + index / 6).toFixed(4))
      return reading({ timestamp: from + index * STEP, power_w: 1000, energy_kwh, ...more })
    })
  }

  async function put(...groups: Reading[][]): Promise<void> {
    await nodeRed.send('write', { payload: groups.flat() })
    await arrival(nodeRed)
  }

  async function ask<Answer = RetentionReport>(payload: unknown = {}): Promise<Answer> {
    await nodeRed.send('retention', { payload })
    return (await nodeRed.receive('report')).payload as Answer
  }

  async function rows(query: object): Promise<HistoryBucket[]> {
    await nodeRed.send('history', { query: { order: 'oldest-first', limit: 10_000, to: end, ...query } })
    return (await nodeRed.receive('rows')).payload as HistoryBucket[]
  }

  const energyOf = (buckets: readonly HistoryBucket[]) =>
    buckets.reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)

  it('tells what it would do, changes nothing, and then does just that', async () => {
    await deploy()
    const start = end - 10 * DAY
    await put(readings(start, end))
    const dry = await ask({ operation: 'dry-run' })
    assert.equal(dry.dry, true)
    const [raw, hourly, daily] = dry.tiers
    const before = raw?.expired.before ?? 0
    assert.ok(before >= end - 7 * DAY - HOUR && before <= end - 7 * DAY, new Date(before).toISOString())
    assert.equal(raw?.expired.rows, (before - start) / STEP)
    assert.equal(hourly?.rolled_up, 240)
    assert.ok([9, 10].includes(daily?.rolled_up ?? 0))
    assert.equal((await rows({ from: start })).length, 1440)
    assert.match(nodeRed.statuses('retention').at(-1)?.text ?? '', /^dry run, would free \d+/)

    const done = await ask()
    assert.equal(done.dry, false)
    for (const [index, { expired, rolled_up, held_back }] of done.tiers.entries()) {
      assert.deepEqual([expired.rows, rolled_up], [dry.tiers[index]?.expired.rows, dry.tiers[index]?.rolled_up])
      assert.equal(held_back, 0)
    }
    assert.deepEqual(await rows({ from: start, to: before }), [])
    await nodeRed.status('retention', /^hourly up to \d\d:00, \d+ [kM]B freed$/)
    assert.deepEqual(nodeRed.received('event'), [])
    assert.deepEqual(nodeRed.errors, [])
  })

  aboutUs(() => {
    it('leaves the energy of every day as it was, and of every hour', async () => {
      await deploy()
      const from = end - 9 * DAY
      await put(readings(end - 10 * DAY, end))
      const queries = [
        { from, bucket: '1h', fields: 'power_w' },
        { from, bucket: 'day', time_zone: 'UTC', fields: 'power_w' },
      ]
      const before = []
      for (const query of queries) before.push(await rows(query))
      await ask()
      for (const [index, query] of queries.entries()) {
        const after = await rows(query)
        assert.ok(Math.abs(energyOf(after) - 9 * 24) < 0.5, `${energyOf(after)} kWh`)
        assert.deepEqual(
          after.map(({ timestamp }) => timestamp),
          before[index]?.map(({ timestamp }) => timestamp),
        )
      }
    })
  })

  it('answers with where it stands, and leaves the rest of the message alone', async () => {
    await deploy()
    assert.equal((await ask<RetentionStatus>('status')).state, 'waiting')
    await nodeRed.send('retention', { topic: 'mine', payload: { operation: 'run' }, extra: 1 })
    const answer: Message = await nodeRed.receive('report')
    assert.deepEqual([answer.topic, answer.extra], ['mine', 1])
    const first = await ask<RetentionStatus>('status')
    assert.deepEqual(first.last, answer.payload)
    // What a flow does to its answer is its own.
    delete (first as Partial<Record<keyof RetentionStatus, unknown>>).last
    assert.deepEqual((await ask<RetentionStatus>('status')).last, answer.payload)
  })

  it('refuses a word that it does not know, because a run deletes', async () => {
    await deploy()
    await assert.rejects(nodeRed.send('retention', { payload: 'dryrun' }), { code: 'INPUT_INVALID' })
    assert.deepEqual(nodeRed.received('report'), [])
  })

  it('runs by itself soon after its start, and tells of it where it is to', async function () {
    this.timeout(60_000)
    const other = database('other', { file: `other-${file}` })
    const silent = retention('silent', { database: 'other', runs: 'by_itself', wires: [['silence'], []] })
    const open = retention('retention', { runs: 'by_itself', reports: 'all' })
    await nodeRed.deploy([database('database'), other, open, silent])
    await soon(() => {
      for (const id of ['retention', 'silent']) {
        assert.equal(nodeRed.statuses(id).at(-1)?.text, 'nothing to roll up')
      }
    })
    assert.deepEqual(
      nodeRed.received('report').map(({ topic }) => topic),
      ['run'],
    )
    assert.deepEqual(nodeRed.received('silence'), [])
  })

  it('does nothing by itself where it is to wait for messages', async () => {
    await deploy()
    await put(readings(end - DAY, end))
    assert.deepEqual(
      nodeRed.statuses('retention').map(({ text }) => text),
      [],
    )
    assert.equal((await ask()).tiers[1]?.rolled_up, 24)
  })

  it('is one per database, also through another node for the same file; the other one is named', async () => {
    const absolute = join(nodeRed.userDir, file)
    const both = [database('database'), database('same', { file: absolute })]
    const second = retention('second', { database: 'same' })
    await nodeRed.deploy([...both, retention('retention', { name: 'Thin out' }), second])
    const [refused, other] = nodeRed.statuses('second').length > 0 ? ['second', 'retention'] : ['retention', 'second']
    await assert.rejects(nodeRed.send(refused, {}), {
      code: 'CONFIG_INVALID',
      message: other === 'second' ? /; second keeps this one$/ : /; 'Thin out' \(retention\) keeps this one$/,
    })
    await nodeRed.send(other, {})
    // Deployed anew without the other, it is the one.
    await nodeRed.deploy([...both, second])
    await nodeRed.send('second', {})
  })

  it('leaves nothing behind when it is deployed anew, also in the middle of its work', async () => {
    await deploy()
    await put(readings(end - 60 * DAY, end))
    const others = [database('database'), write, history, ARRIVAL]
    await nodeRed.deploy(others)
    const before = resources()
    for (let turn = 0; turn < 3; turn++) {
      await nodeRed.deploy([...others, retention('retention', { runs: 'by_itself' })])
      nodeRed.node('retention').receive({})
      await nodeRed.status('retention', /^(rolling up|catching up)/)
    }
    await nodeRed.deploy(others)
    await assertNothingLeft(before)
    assert.deepEqual(
      nodeRed.errors.filter((line) => CLOSE_LIMIT.test(line)),
      [],
    )
  })

  for (const [title, settings, message] of [
    ['no database', { database: '' }, /^database: /],
    ['a tier that does not nest', { tiers: [tier('a', '15m', 7), tier('b', '10m', 365)] }, /^tiers\[1\]\.bucket: /],
    ['a life that is too short', { raw_keep_days: 1, tiers: [tier('daily', '1d', 365)] }, /^raw_keep_days: /],
    ['a zone that does not exist', { time_zone: 'Berlin' }, /^time_zone: /],
  ] as const) {
    it(`is refused at its deploy with ${title}`, async () => {
      await deploy(settings)
      assert.match(nodeRed.errors.join('\n').replace(/^MonitorError: /, ''), message)
    })
  }

  // Each paragraph of the help.

  aboutUs(() => {
    it('deletes what is older than every tier, without rolling it up', async () => {
      await deploy()
      await put(readings(end - 900 * DAY, end - 899 * DAY), readings(end - 3 * DAY, end))
      assert.match((await ask('dry-run')).findings.join(), /Nothing more is deleted before 7 days have readings/)
      const [raw, hourly, daily] = (await ask('trust-clock')).tiers
      assert.equal(raw?.expired.rows, 144)
      assert.equal(hourly?.rolled_up, 72)
      assert.ok([2, 3].includes(daily?.rolled_up ?? 0))
      assert.deepEqual(await rows({ from: end - 901 * DAY, to: end - 4 * DAY }), [])
    })

    it('deletes nothing in an empty database, and gives no alarm', async () => {
      await deploy({ lag_hours: 1 })
      const report = await ask()
      assert.deepEqual(
        report.tiers.map(({ name, rolled_up, expired }) => [name, rolled_up, expired.rows]),
        [
          ['raw', 0, 0],
          ['hourly', 0, 0],
          ['daily', 0, 0],
        ],
      )
      assert.deepEqual([nodeRed.received('event'), nodeRed.errors], [[], []])
      await nodeRed.status('retention', /^nothing to roll up$/)
    })

    it('goes on with a device that is renamed', async () => {
      await deploy()
      const middle = end - 9 * DAY
      const all = readings(end - 10 * DAY, end)
      await put(all.map((each) => (each.timestamp < middle ? each : { ...each, alias: 'Oven' })))
      await ask()
      const days = await rows({ from: end - 10 * DAY, bucket: '1h', fields: 'power_w' })
      assert.deepEqual([...new Set(days.map(({ device_id }) => device_id))], ['plug-1'])
      assert.ok(Math.abs(energyOf(days) - 240) < 0.5, `${energyOf(days)} kWh`)
    })

    it('keeps a device that is replaced apart from its successor', async () => {
      await deploy()
      const middle = end - 9 * DAY
      const successor = readings(middle, end, { device_id: 'plug-2' })
      await put(readings(end - 10 * DAY, middle), successor)
      await ask()
      const hours = await rows({ from: end - 10 * DAY, bucket: '1h', fields: 'power_w' })
      const of = (id: string) => energyOf(hours.filter(({ device_id }) => device_id === id))
      assert.ok(Math.abs(of('plug-1') - 24) < 0.5, `${of('plug-1')} kWh`)
      assert.ok(Math.abs(of('plug-2') - 216) < 0.5, `${of('plug-2')} kWh`)
    })

    it('rolls up again what comes late, while the readings are there', async () => {
      await deploy()
      const all = readings(end - 2 * DAY, end)
      const late = all.filter(({ timestamp }) => timestamp >= end - 30 * HOUR && timestamp < end - 29 * HOUR)
      await put(all.filter((each) => !late.includes(each)))
      assert.equal((await ask()).tiers[1]?.rolled_again, 0)
      await put(late)
      const [, hourly] = (await ask()).tiers
      assert.ok((hourly?.rolled_again ?? 0) + (hourly?.rolled_up ?? 0) >= 1)
      assert.equal(hourly?.kept, 0)
      const [hour] = await rows({ from: end - 30 * HOUR, to: end - 29 * HOUR, bucket: '1h', fields: 'power_w' })
      assert.equal(hour?.count, 6)
    })

    it('leaves a row as it is when readings come too late, and tells so', async () => {
      await deploy()
      await put(readings(end - 10 * DAY, end))
      await ask()
      const from = end - 10 * DAY + 12 * HOUR
      await put([reading({ timestamp: from + 60_000, power_w: 9, energy_kwh: 1072.1 })])
      await ask()
      const event = (await nodeRed.receive('event')).payload as RetentionEvent
      assert.equal(event.event, 'too_late')
      const [hour] = await rows({ from, to: from + HOUR, bucket: '1h', fields: 'power_w' })
      assert.equal(hour?.count, 6)
      assert.equal(hour?.fields.power_w?.mean, 1000)
    })
  })
})

function tier(name: string, bucket: string, keep_days: number): object {
  return { name, bucket, keep_days, fields: '' }
}
