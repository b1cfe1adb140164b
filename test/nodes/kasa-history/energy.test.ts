import assert from 'node:assert/strict'
import { join } from 'node:path'
import { beforeEach, it } from 'mocha'
import type { EnergyReport } from '../../../src/energy/report'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inOneNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

/** A Monday. */
const START = Date.parse('2026-01-05T00:00+01:00')
const MINUTE = 60_000

let files = 0

inOneNodeRed('The energy of kasa-history', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))

  const tariff: FlowNode = {
    ...{ id: 'tariff', type: 'kasa-tariff', name: 'HT/NT', time_zone: 'Europe/Berlin' },
    versions: [
      {
        rows: [
          { name: 'HT', days: 'mon,tue,wed,thu,fri', from: '06:00', to: '22:00', price_per_kwh: 0.3 },
          { name: 'NT', price_per_kwh: 0.2 },
        ],
        service_charge: 31,
      },
    ],
  }
  const cache: FlowNode = { id: 'cache', type: 'kasa-cache-store' }

  /** A day of a heater of 1 kW that has a counter, and of a lamp of 60 W that has none. */
  async function deploy(settings: Record<string, unknown> = {}): Promise<void> {
    const file = join(`energy-${++files}`, 'home.sqlite')
    const database = { id: 'database', type: 'kasa-database', file, batch_delay_ms: 0 }
    const write: FlowNode = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
    const history: FlowNode = {
      ...{ id: 'history', type: 'kasa-history', database: 'database', operation: 'energy', wires: [['answer']] },
      ...{ from: '2026-01-05T00:00+01:00', to: '2026-01-06T00:00+01:00', time_zone: 'Europe/Berlin', ...settings },
    }
    await nodeRed.deploy([database, write, tariff, cache, history, ARRIVAL])
    const readings = Array.from({ length: 24 * 60 + 1 }, (_, minute) => {
      const timestamp = START + minute * MINUTE
      const heater = reading({ device_id: 'heater', timestamp, power_w: 1000, energy_kwh: 100 + minute / 60 })
      return [heater, reading({ device_id: 'lamp', timestamp, power_w: 60 })]
    })
    await nodeRed.send('write', { payload: readings.flat() })
    await arrival(nodeRed)
  }

  async function ask(message: Message = {}): Promise<Message> {
    await nodeRed.send('history', message)
    return nodeRed.receive('answer')
  }
  const reportOf = async (message: Message = {}) => (await ask(message)).payload as EnergyReport

  it('is what each device has used in each hour, and where that comes from', async () => {
    await deploy()
    const { rows, total, currency } = await reportOf({ topic: 'kept' })
    assert.equal(rows.length, 24 * 3)
    assert.deepEqual(
      rows
        .slice(0, 3)
        .map(({ device_id, energy_kwh, energy_source, completeness }) => [
          ...[device_id, energy_kwh, energy_source, completeness],
        ]),
      [
        [undefined, 1.06, 'mixed', 1],
        ['heater', 1, 'counter', 1],
        ['lamp', 0.06, 'integral', 1],
      ],
    )
    assert.equal(total.energy_kwh, 25.44)
    assert.equal(currency, undefined)
    assert.equal(nodeRed.statuses('history').at(-1)?.text, '25.44 kWh')
  })

  it('costs what the tariff says', async () => {
    await deploy({ tariff: 'tariff', period: 'day' })
    const { rows, devices, total } = await reportOf()
    assert.equal(rows.length, 3)
    const energy = 1.06 * (16 * 0.3 + 8 * 0.2)
    assert.ok(Math.abs((total.cost?.energy ?? 0) - energy) < 1e-5)
    assert.equal(total.cost?.service, 1)
    assert.deepEqual(total.cost?.by_price.map(({ name }) => name).sort(), ['HT', 'NT'])
    const together = devices.reduce((sum, { cost }) => sum + (cost?.total ?? 0), 0)
    assert.ok(Math.abs(together - (total.cost?.total ?? 0)) < 1e-5)
    assert.equal(nodeRed.statuses('history').at(-1)?.text, `25.44 kWh, ${(energy + 1).toFixed(2)} EUR`)
  })

  it('is asked for by a message instead of the dialog', async () => {
    await deploy()
    const query = { from: START, to: START + 120 * MINUTE, device_ids: ['lamp'], period: 'hour' }
    const answer = await ask({ query })
    assert.deepEqual(
      (answer.payload as EnergyReport).devices.map(({ device_id, energy_kwh }) => [device_id, energy_kwh]),
      [['lamp', 0.12]],
    )
    assert.deepEqual(answer.query, query)
    await assert.rejects(nodeRed.send('history', { query: { period: 'week' } }), {
      code: 'INPUT_INVALID',
      message: /^period: /,
    })
    await assert.rejects(nodeRed.send('history', { query: { fields: 'on' } }), {
      code: 'INPUT_INVALID',
      message: /only the keys/,
    })
  })

  it('is one answer for all who ask the same, where there is a cache', async () => {
    await deploy({ cache: 'cache', tariff: 'tariff' })
    const first = await ask()
    const second = await ask()
    const hits = [first, second].map(({ cache }) => (cache as { hit: unknown }).hit)
    assert.deepEqual(hits, [false, 'memory'])
    assert.deepEqual(second.payload, first.payload)
    const other = await ask({ query: { period: 'day' } })
    assert.equal((other.cache as { hit: unknown }).hit, false)
  })

  it('names what is wrong in the dialog at deploy', async () => {
    await nodeRed.deploy([
      { id: 'database', type: 'kasa-database', file: 'energy-wrong.sqlite' },
      { id: 'history', type: 'kasa-history', database: 'database', operation: 'energy', from: 'tomorrow', wires: [[]] },
    ])
    assert.match(nodeRed.errors[0] ?? '', /from: "tomorrow"/)
  })
})
