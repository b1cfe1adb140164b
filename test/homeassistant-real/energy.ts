import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { soon } from '../support/soon'
import type { Home } from './home'
import { HEATER } from './household'

/** That never falls, and the device's own, which falls to 0. */
const LIFETIME = 'sensor.heater_lifetime_energy'
const COUNTER = 'sensor.heater_total_consumption'
const COST = 'sensor.heater_energy_cost'
const PERIOD_MS = 300_000
const COMPILED_WITHIN_MS = 90_000
/** A meter of whole Wh, read every other second; what has flowed between the last reading and a reset is lost. */
const TOLERANCE_KWH = 0.02

interface Statistic {
  /** Of its five minutes. */
  readonly start: number
  readonly state: number
  readonly sum: number
}

export function energySuite(home: Home): void {
  describe('sums the energy of a device', () => {
    const since = new Date(Date.now() - PERIOD_MS).toISOString()
    const heater = () => home.device('Heater')
    const lifetime_kwh = () => (HEATER.counter_wh + heater().used_wh) / 1000

    async function statisticsOf(statistic_id: string): Promise<readonly Statistic[]> {
      const asked = { statistic_ids: [statistic_id], period: '5minute', types: ['state', 'sum'] }
      type Found = Record<string, Statistic[]>
      const all = await home.assistant.call<Found>('recorder/statistics_during_period', { start_time: since, ...asked })
      return all[statistic_id] ?? []
    }

    /** Of the five minutes in which it has started, as it compiles them itself at their end. */
    function compiled(statistic_id: string, started_at: number): Promise<Statistic> {
      return soon(async () => {
        const last = (await statisticsOf(statistic_id)).at(-1)
        assert.ok(last && last.start + PERIOD_MS > started_at, `no statistics of ${statistic_id} yet`)
        return last
      }, COMPILED_WITHIN_MS)
    }

    const first = new Map<string, Statistic>()
    const last = new Map<string, Statistic>()
    async function compile(into: Map<string, Statistic>): Promise<void> {
      const started_at = home.assistant.now()
      for (const id of [LIFETIME, COUNTER, COST]) into.set(id, await compiled(id, started_at))
    }
    const added = (id: string) => (last.get(id)?.sum ?? NaN) - (first.get(id)?.sum ?? NaN)

    before('statistics, a reset of the counter, a restart of everything, statistics again', async function () {
      this.timeout(5 * 60_000)
      await home.assistant.shutDown()
      await home.assistant.runBeforeStatistics()
      await compile(first)

      heater().resetCounter()
      await soon(async () => assert.ok(Number((await home.entity(COUNTER)).state) < HEATER.counter_wh / 1000))

      await Promise.all([home.nodeRed.shutDown(), home.assistant.shutDown(), home.broker.kill()])
      heater().resetCounter()
      await home.broker.run()
      await home.nodeRed.start()
      await home.assistant.runBeforeStatistics()
      await compile(last)
    })

    it('as much as it has used, through two resets of its counter and a restart of everything', () => {
      const used_kwh = (last.get(LIFETIME)?.state ?? NaN) - (first.get(LIFETIME)?.state ?? NaN)
      assert.ok(used_kwh > 0.02, `only ${used_kwh} kWh`)
      assertAbout(added(LIFETIME), used_kwh, 0.001)
      assertAbout(added(COUNTER), used_kwh, TOLERANCE_KWH)
      assertAbout(added(COST), used_kwh * 0.3, 0.01)
    })

    it('which is what has really flowed', async () => {
      await soon(async () => {
        assertAbout(Number((await home.entity(LIFETIME)).state), lifetime_kwh(), TOLERANCE_KWH)
      })
    })

    it('without a spike or a fall between', async () => {
      for (const id of [LIFETIME, COUNTER, COST]) {
        const sums = (await statisticsOf(id)).map(({ sum }) => sum)
        const steps = sums.slice(1).map((sum, index) => sum - (sums[index] ?? 0))
        assert.ok(
          steps.every((step) => step >= 0 && step < 1),
          `${id}: ${steps.join(', ')}`,
        )
      }
    })

    it('for the energy dashboard, which objects to nothing', async () => {
      const device_consumption = [LIFETIME, COUNTER].map((stat_consumption) => ({ stat_consumption }))
      await home.assistant.call('energy/save_prefs', { device_consumption })
      const objections = await home.assistant.call<{ device_consumption: object[][] }>('energy/validate')
      assert.deepEqual(objections.device_consumption.flat(), [])
    })
  })
}

function assertAbout(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} instead of about ${expected}`)
}
