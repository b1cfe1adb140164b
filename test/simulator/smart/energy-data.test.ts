import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { PLUG_MAKERS } from '../../../src/simulator/models/makers'
import { tracePower } from '../../../src/simulator'
import { FakeClock } from '../../support/fake-clock'
import { asked, type Asked } from './party'

const HOUR_MS = 3_600_000

function energyData(plug: Asked, interval: number, start: Date, end_ms: number): number[] {
  const [start_timestamp, end_timestamp] = [start.getTime() / 1000, Math.floor(end_ms / 1000)]
  return plug.result('get_energy_data', { interval, start_timestamp, end_timestamp }).data as number[]
}

describe('the history that a simulated plug keeps', () => {
  it('has what was used in each hour, day and month that has begun', () => {
    const clock = new FakeClock(new Date(2026, 0, 30, 12, 30).getTime())
    const plug = asked(clock, PLUG_MAKERS['P110(EU)'], { power: 600 })
    clock.advance(2 * HOUR_MS)
    assert.deepEqual(energyData(plug, 60, new Date(2026, 0, 30, 11), clock.now()), [0, 300, 600, 300])
    clock.advance(36 * HOUR_MS)
    assert.deepEqual(energyData(plug, 1440, new Date(2026, 0, 1), clock.now()).slice(-4), [0, 6900, 14_400, 1500])
    assert.deepEqual(energyData(plug, 43_200, new Date(2026, 0, 1), clock.now()), [21_300, 1500])
  })

  it('refuses spans that devices refuse', () => {
    const clock = new FakeClock(new Date(2026, 1, 3, 12).getTime())
    const plug = asked(clock, PLUG_MAKERS['P110(EU)'], {})
    const day_s = 86_400
    const start_timestamp = new Date(2026, 1, 1).getTime() / 1000
    const refused = [
      { interval: 60, start_timestamp, end_timestamp: start_timestamp - 1 },
      { interval: 60, start_timestamp, end_timestamp: start_timestamp + 9 * day_s },
      { interval: 5, start_timestamp, end_timestamp: start_timestamp + day_s },
      { interval: 1440, start_timestamp, end_timestamp: start_timestamp + day_s },
      { interval: 43_200, start_timestamp, end_timestamp: start_timestamp + day_s },
      { interval: 60 },
    ]
    for (const asked of refused) assert.equal(plug.code('get_energy_data', asked), -1008, JSON.stringify(asked))
  })

  it('sums up to what flowed, whenever the plug was looked at or switched', () => {
    const steps = fc.array(fc.record({ advance_s: fc.nat(7200), toggle: fc.boolean() }), { maxLength: 20 })
    fc.assert(
      fc.property(steps, (walk) => {
        const begin = new Date(2026, 5, 10, 9, 59)
        const clock = new FakeClock(begin.getTime())
        const power = tracePower(
          [
            [0, 2000],
            [700, 90],
          ],
          1500,
        )
        const plug = asked(clock, PLUG_MAKERS['P110(EU)'], { power })
        for (const { advance_s, toggle } of walk) {
          clock.advance(advance_s * 1000)
          const on = plug.result('get_device_info').device_on === true
          if (toggle) plug.result('set_device_info', { device_on: !on })
        }
        const hours = energyData(plug, 60, begin, clock.now())
        const sum = hours.reduce((total, wh) => total + wh, 0)
        const used = plug.model.outlets[0]?.meter?.used_wh ?? 0
        assert.ok(used - sum >= -1e-6 && used - sum <= hours.length, `${used} ${sum}`)
      }),
      { numRuns: 100 },
    )
  })
})
