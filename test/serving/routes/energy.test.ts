import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import type { EnergyReport } from '../../../src/energy/report'
import { BEGIN, HOUR, NOW, useStoredHome, serve } from './stored-home'

const PRICE = 0.5
const tariff = parseTariff({
  ...{ name: 'Home', currency: 'EUR', time_zone: 'UTC' },
  versions: [{ rows: [{ name: 'all day', price_per_kwh: PRICE }] }],
})
const RANGE = `from=${BEGIN}&to=${NOW}&time_zone=UTC`

describe('GET /energy', () => {
  const home = useStoredHome()

  it('tells what was used in each hour, of all and of each', async () => {
    const report = (await home().server.ask(`/energy?${RANGE}`)).json<EnergyReport>()
    assert.deepEqual([report.period, report.time_zone, report.currency], ['hour', 'UTC', undefined])
    const ofAll = report.rows.filter(({ device_id }) => device_id === undefined)
    assert.deepEqual(
      ofAll.map(({ timestamp }) => timestamp),
      [BEGIN, BEGIN + HOUR, BEGIN + 2 * HOUR],
    )
    assert.ok(Math.abs((report.total.energy_kwh ?? 0) - 0.2685) < 0.001, `${report.total.energy_kwh}`)
    assert.deepEqual(
      report.devices.map(({ device_id }) => device_id),
      ['fridge', 'kettle'],
    )
    assert.equal(report.total.cost, undefined)
  })

  it('tells what it cost where there is a tariff', async () => {
    const { database } = home()
    const server = await serve({ database: () => Promise.resolve(database), tariff })
    try {
      const report = (await server.ask(`/energy?${RANGE}&period=day&device_id=kettle`)).json<EnergyReport>()
      assert.equal(report.currency, 'EUR')
      const { energy_kwh = 0, cost } = report.total
      assert.ok(Math.abs((cost?.total ?? 0) - energy_kwh * PRICE) < 1e-6, JSON.stringify(report.total))
    } finally {
      await server.stop()
    }
  })

  for (const [query, field] of [
    ['period=billing', 'period'],
    ['from=tomorrow', 'from'],
    ['from=today&to=yesterday', 'to'],
    ['from=2020-01-01T00:00:00Z&to=now&period=hour', 'period'],
    ['time_zone=Mars/Olympus', 'time_zone'],
  ] as const) {
    it(`refuses '${query}', and names ${field}`, async () => {
      const reply = await home().server.ask(`/energy?${query}`)
      assert.deepEqual([reply.status, reply.json().field], [400, field], reply.body)
    })
  }
})

describe('What needs a database', () => {
  for (const target of ['/readings', '/statistics?device_id=kettle', '/energy']) {
    it(`answers 501 without one: ${target}`, async () => {
      const server = await serve({})
      try {
        const reply = await server.ask(target)
        assert.deepEqual([reply.status, reply.json().code], [501, 'DATABASE_UNSUPPORTED'])
      } finally {
        await server.stop()
      }
    })
  }
})
