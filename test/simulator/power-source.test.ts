import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { appliance, APPLIANCE_NAMES, Simulator, tracePower, type TracePoint } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'

const trace = fc
  .uniqueArray(fc.record({ second: fc.nat(500), watts: fc.integer({ min: 0, max: 3000 }) }), {
    minLength: 1,
    maxLength: 20,
    selector: (point) => point.second,
  })
  .map((points) => points.sort((a, b) => a.second - b.second).map(({ second, watts }): TracePoint => [second, watts]))

describe('power over time', () => {
  it('holds each value until the next and starts over', () => {
    const source = tracePower(
      [
        [2, 10],
        [5, 20],
      ],
      10,
    )
    assert.deepEqual(
      [0, 1.9, 2, 4.9, 5, 9.9, 10, 12].map((second) => source.power_w(second)),
      [20, 20, 10, 10, 20, 20, 20, 10],
    )
    assert.equal(source.energy_ws(0, 10), 2 * 20 + 3 * 10 + 5 * 20)
    assert.equal(source.energy_ws(9, 13), 20 + 2 * 20 + 10)
  })

  it('has the energy that summing it second by second gives', () => {
    fc.assert(
      fc.property(trace, fc.nat(2000), fc.nat(1500), (points, from_s, length_s) => {
        const source = tracePower(points)
        let sum = 0
        for (let second = from_s; second < from_s + length_s; second++) sum += source.power_w(second)
        assert.ok(Math.abs(source.energy_ws(from_s, from_s + length_s) - sum) < 1e-3)
      }),
    )
  })

  it('refuses seconds that do not rise and watts that are no number', () => {
    const refused: TracePoint[][] = [
      [],
      [
        [1, 1],
        [1, 2],
      ],
      [[-1, 5]],
      [[0, NaN]],
    ]
    for (const points of refused) assert.throws(() => tracePower(points), { code: 'INPUT_INVALID' })
    assert.throws(() => tracePower([[20, 1]], 10), { code: 'INPUT_INVALID' })
  })

  for (const name of APPLIANCE_NAMES) {
    it(`gives the same ${name} for the same seed, and a lively one`, () => {
      const [one, same, other] = [appliance(name, 7), appliance(name, 7), appliance(name, 8)]
      const seconds = Array.from({ length: 4000 }, (_, index) => index * 20)
      const watts = seconds.map((second) => one.power_w(second))
      assert.deepEqual(
        watts,
        seconds.map((second) => same.power_w(second)),
      )
      assert.notDeepEqual(
        watts,
        seconds.map((second) => other.power_w(second)),
      )
      assert.ok(Math.max(...watts) > 60 && Math.min(...watts) < 5)
    })
  }
})

describe('the meter of a simulated plug', () => {
  it('shows the energy of the time it was on, whenever it is looked at', () => {
    const steps = fc.array(fc.record({ advance_s: fc.nat(5000), look: fc.boolean(), toggle: fc.boolean() }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(trace, steps, (points, walk) => {
        const clock = new FakeClock()
        const source = tracePower(points)
        const device = new Simulator({ clock }).addPlug({ power: source, counter_wh: 10 })
        let expected_ws = 0
        for (const { advance_s, look, toggle } of walk) {
          const from_s = clock.monotonic() / 1000
          clock.advance(advance_s * 1000)
          if (device.on) expected_ws += source.energy_ws(from_s, from_s + advance_s)
          if (look) assert.ok(Math.abs(device.used_wh - expected_ws / 3600) < 1e-6)
          if (toggle) device.switch(!device.on)
        }
        assert.ok(Math.abs((device.outlets[0]?.meter?.counter_wh ?? 0) - 10 - expected_ws / 3600) < 1e-6)
      }),
      { numRuns: 200 },
    )
  })
})
