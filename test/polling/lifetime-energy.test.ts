import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Reading } from '../../src/domain/reading'
import { type EnergyVerdict, LifetimeEnergy } from '../../src/polling/lifetime-energy'

const START_MS = 1_767_571_200_000
const MINUTE_MS = 60_000

function reading(values: Partial<Reading>): Reading {
  return {
    device_id: 'plug',
    alias: 'plug',
    model: 'S1',
    host: 'h',
    timestamp: START_MS,
    source: 'poll',
    quality: 'good',
    ...values,
  }
}

/** Observes a minute later each time. */
class Meter {
  energy = new LifetimeEnergy()
  private at_ms = START_MS

  say(values: Partial<Reading>, after_ms = MINUTE_MS): EnergyVerdict {
    this.at_ms += after_ms
    return this.energy.observe(reading(values), this.at_ms, 3 * MINUTE_MS)
  }

  total(energy_total_kwh: number, after_ms = MINUTE_MS): EnergyVerdict {
    return this.say({ energy_total_kwh }, after_ms)
  }

  restart(): void {
    const state = this.energy.state()
    this.energy = new LifetimeEnergy()
    if (state !== undefined) this.energy.restore(JSON.parse(JSON.stringify(state)) as typeof state)
  }

  assertTotal(expected_kwh: number): void {
    const total_kwh = this.energy.total_kwh as number
    assert.ok(Math.abs(total_kwh - expected_kwh) < 1e-9, `${total_kwh} kWh instead of ${expected_kwh}`)
  }
}

describe('LifetimeEnergy', () => {
  it('is unknown until the device has said anything about energy', () => {
    const meter = new Meter()
    meter.say({ on: true })
    assert.equal(meter.energy.total_kwh, undefined)
    assert.equal(meter.energy.state(), undefined)
  })

  it('begins with the counter of the device and follows it', () => {
    const meter = new Meter()
    meter.total(12.5)
    meter.total(12.53)
    meter.assertTotal(12.53)
  })

  it('goes on after a reset, counting from zero, once a second reading agrees', () => {
    const meter = new Meter()
    meter.total(12.5)
    assert.equal(meter.total(0), 'counted')
    assert.equal(meter.total(0.02), 'reset')
    assert.equal(meter.total(0.05), 'counted')
    meter.assertTotal(12.55)
  })

  it('is not misled by a single false value, high or low', () => {
    const meter = new Meter()
    meter.total(12.5)
    assert.equal(meter.total(900), 'suspect')
    meter.total(12.51)
    meter.total(0)
    meter.total(12.52)
    meter.assertTotal(12.52)
  })

  it('takes a level that three readings agree on as new, without adding the way to it', () => {
    const meter = new Meter()
    meter.total(12.5)
    assert.deepEqual([meter.total(900), meter.total(900.01), meter.total(900.02)], ['suspect', 'suspect', 'reset'])
    meter.total(900.05)
    meter.assertTotal(12.53)
  })

  it('holds over small dips', () => {
    const meter = new Meter()
    meter.total(12.5)
    meter.total(12.2)
    meter.assertTotal(12.5)
    meter.total(12.53)
    meter.assertTotal(12.53)
  })

  it('leaves suspect readings out', () => {
    const meter = new Meter()
    meter.total(12.5)
    meter.say({ energy_total_kwh: 12.55, quality: 'suspect' })
    meter.assertTotal(12.5)
  })

  it('counts what was used while nobody looked, across a restart too', () => {
    const meter = new Meter()
    meter.total(12.5)
    meter.restart()
    assert.equal(meter.total(40, 8 * 3_600_000), 'counted')
    meter.assertTotal(40)
  })

  it('follows the counter of the day across midnights where there is no other', () => {
    const meter = new Meter()
    meter.say({ energy_today_kwh: 2, power_w: 50 })
    meter.say({ energy_today_kwh: 2.03, power_w: 50 })
    assert.deepEqual(
      [meter.say({ energy_today_kwh: 0 }), meter.say({ energy_today_kwh: 0.01 })],
      ['counted', 'counted'],
    )
    meter.assertTotal(0.04)
    meter.say({ power_w: 3000 })
    meter.say({ power_w: 3000 })
    meter.assertTotal(0.04)
  })

  it('integrates power where there is no counter, but not across an outage', () => {
    const meter = new Meter()
    meter.say({ power_w: 600 })
    meter.say({ power_w: 600 })
    meter.assertTotal(0.01)
    meter.say({ power_w: 0 }, 3_600_000)
    meter.assertTotal(0.04)
    meter.say({ power_w: 600 })
    meter.assertTotal(0.04)
  })

  describe('where the counter of a light has come to its end', () => {
    const lit = (values: Partial<Reading> = {}) => ({ energy_total_kwh: 1.193, power_w: 600, ...values })

    /** For eleven minutes: 0.11 kWh that the counter does not know of. */
    function lightUp(meter: Meter, values: Partial<Reading> = {}): void {
      for (let minute = 0; minute <= 11; minute++) meter.say(lit(values))
    }

    it('goes on by the counter of the day, with what was used meanwhile', () => {
      const meter = new Meter()
      lightUp(meter, { energy_today_kwh: 0.3 })
      meter.assertTotal(1.303)
      meter.say(lit({ energy_today_kwh: 0.31 }))
      meter.assertTotal(1.313)
    })

    it('goes on by power where there is no counter of the day', () => {
      const meter = new Meter()
      lightUp(meter)
      meter.say(lit())
      meter.assertTotal(1.313)
    })

    it('goes on likewise after a restart', () => {
      const meter = new Meter()
      lightUp(meter)
      meter.restart()
      meter.say(lit())
      meter.say(lit())
      meter.assertTotal(1.313)
    })

    it('follows the counter again once it begins anew', () => {
      const meter = new Meter()
      lightUp(meter)
      meter.say(lit({ energy_total_kwh: 0 }))
      meter.say(lit({ energy_total_kwh: 0.01 }))
      meter.assertTotal(1.313)
    })

    it('trusts a counter that stands still while little is used, or none at all', () => {
      const meter = new Meter()
      for (let step = 0; step < 20; step++) {
        meter.say(lit({ energy_total_kwh: 1 + step / 100 }))
        meter.say(lit({ energy_total_kwh: 1 + step / 100, power_w: 0 }))
      }
      meter.assertTotal(1.19)
      for (let minute = 0; minute < 1000; minute++) meter.say({ energy_total_kwh: 1.19, power_w: 0 })
      meter.say({ energy_total_kwh: 1.2, power_w: 0 })
      meter.assertTotal(1.2)
    })
  })

  it('never falls, whatever a device says and however often we restart', () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 2000, noNaN: true }),
      fc.constantFrom(0, 1e6, 100, 100.001, 99.99, 95, 50),
    )
    const step = fc.record({
      said: fc.record(
        { energy_total_kwh: value, energy_today_kwh: value, power_w: fc.double({ min: -10, max: 4000, noNaN: true }) },
        { requiredKeys: [] },
      ),
      after_ms: fc.integer({ min: -3_600_000, max: 90_000_000 }),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const meter = new Meter()
        let last_kwh = 0
        for (const { said, after_ms, restart } of steps) {
          meter.say(said, after_ms)
          if (restart) meter.restart()
          const total_kwh = meter.energy.total_kwh ?? 0
          assert.ok(Number.isFinite(total_kwh) && total_kwh >= last_kwh, `${total_kwh} after ${last_kwh}`)
          last_kwh = total_kwh
        }
      }),
      { numRuns: 500 },
    )
  })

  it('equals what was really used, through resets, power cuts, false values, dips and restarts', () => {
    const use = fc.record({
      kind: fc.constant('use' as const),
      kwh: fc.integer({ min: 0, max: 60 }).map((n) => n / 1000),
    })
    const event = fc.constantFrom(
      { kind: 'reset' as const },
      { kind: 'false high' as const },
      { kind: 'false zero' as const },
      { kind: 'dip' as const },
      { kind: 'restart' as const },
      { kind: 'suspect' as const },
      { kind: 'silent' as const },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: use }, event), { maxLength: 80 }), (steps) => {
        const meter = new Meter()
        let counter = 50
        let used = 50
        meter.total(counter)
        for (const step of steps) {
          if (step.kind === 'use') {
            counter += step.kwh
            used += step.kwh
            meter.total(counter)
          } else if (step.kind === 'reset') {
            counter = 0
            meter.total(counter)
          } else if (step.kind === 'restart') meter.restart()
          else if (step.kind === 'silent') continue
          else if (step.kind === 'suspect') meter.say({ energy_total_kwh: counter + 1, quality: 'suspect' })
          else meter.total(step.kind === 'dip' ? counter * 0.95 : step.kind === 'false zero' ? 0 : counter + 500)
          // A false value comes alone, and a reset is seen by two readings.
          meter.total(counter)
          meter.total(counter)
        }
        assert.ok(Math.abs((meter.energy.total_kwh as number) - used) <= 0.0101 * (1 + steps.length))
        assert.ok((meter.energy.total_kwh as number) <= used + 1e-6)
      }),
      { numRuns: 500 },
    )
  })
})
