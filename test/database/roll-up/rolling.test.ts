import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Rolling } from '../../../src/database/roll-up/rolling'
import { rollUpFields } from '../../../src/database/roll-up/roll-up-fields'
import type { Sample } from '../../../src/database/roll-up/sample'
import { ROLL_UP_VERSION } from '../../../src/database/tiers/roll-up'
import type { MeasuredKey } from '../../../src/domain/reading'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { buckets, GAP, HOUR, hours, MINUTE, rolled, sample, SECOND, type Values } from './rolled'

const MS_W_PER_KWH = 3.6e9

function near(actual: number | undefined, expected: number, share: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= share * Math.abs(expected),
    `${actual} is not near ${expected}`,
  )
}

/** A fridge: 120 W for 20 minutes of each hour, 2 W else; asked every 2 s while it runs, and every 60 s else. */
function* fridge(of_hours: number, counter: MeasuredKey | undefined, forgetsAt = Number.POSITIVE_INFINITY) {
  let counted_kwh = 0.4
  for (let now = -MINUTE; now <= of_hours * HOUR;) {
    const runs = (now + 2 * HOUR) % HOUR < 20 * MINUTE
    const power_w = runs ? 120 : 2
    const shown = Math.floor(counted_kwh * 1000) / 1000
    yield sample(now, { on: 1, power_w, ...(counter && { [counter]: shown }) })
    const step = runs ? 2 * SECOND : MINUTE
    if (now < forgetsAt && now + step >= forgetsAt) counted_kwh = 0
    counted_kwh += (power_w * step) / MS_W_PER_KWH
    now += step
  }
}
const FRIDGE_W = (120 * 20 + 2 * 40) / 60

/** One reading a minute, all hour long unless said otherwise. */
function minutes(values: (minute: number) => Values | undefined, from = 0, to = 61): Sample[] {
  const found: Sample[] = []
  for (let minute = from; minute < to; minute += 1) {
    const said = values(minute)
    if (said !== undefined) found.push(sample(minute * MINUTE, said))
  }
  return found
}

describe('rolling up', () => {
  it('tells all of an hour', () => {
    const rows = rolled(
      minutes((minute) => ({ power_w: minute < 30 ? 100 : 200, on: 1, energy_kwh: 7 + minute / 400 }), -1),
      hours(1),
    )
    assert.deepEqual(rows, [
      {
        ...{ timestamp: 0, duration_ms: HOUR, samples: 60, covered_s: 3600, completeness: 1 },
        ...{ first_timestamp: 0, last_timestamp: 59 * MINUTE },
        ...{ energy_kwh: 0.15, energy_source: 'counter', energy_integral_kwh: 0.15, energy_step_kwh: 0.001, resets: 0 },
        ...{ on_s: 3600, switches: 0, version: ROLL_UP_VERSION },
        fields: {
          on: { mean: 1, minimum: 1, maximum: 1, p50: 1, p95: 1, held_s: 3600 },
          power_w: { mean: 150, minimum: 100, maximum: 200, p50: 100, p95: 200, held_s: 3600 },
          energy_kwh: { mean: 7.07375, minimum: 7, maximum: 7.1475, p50: 7.0725, p95: 7.14, held_s: 3600 },
        },
      },
    ])
  })

  it('gives the true mean and energy of a fridge that is polled at changing intervals', () => {
    for (const counter of ['energy_kwh', 'energy_total_kwh', undefined] as const) {
      const rows = rolled(fridge(6, counter), hours(6))
      assert.equal(rows.length, 6)
      for (const row of rows) {
        near(row.fields.power_w?.mean, FRIDGE_W, 0.01)
        near(row.energy_integral_kwh, FRIDGE_W / 1000, 0.01)
        assert.deepEqual([row.covered_s, row.completeness], [3600, 1])
        assert.equal(row.energy_source, counter ? 'counter' : 'integral')
        // A third of the time at 120 W.
        assert.deepEqual([row.fields.power_w?.p50, row.fields.power_w?.p95], [2, 120])
      }
      const energy_kwh = rows.reduce((sum, row) => sum + (row.energy_kwh ?? 0), 0)
      near(energy_kwh, (6 * FRIDGE_W) / 1000, 0.005)
    }
  })

  describe('a counter that begins anew', () => {
    // In the middle of an hour, at its edge, just before and behind.
    for (const at of [2.5 * HOUR, 3 * HOUR, 3 * HOUR - 1, 3 * HOUR + 1, 3 * HOUR - MINUTE]) {
      it(`loses nothing where it does so after ${at / MINUTE} minutes`, () => {
        const rows = rolled(fridge(6, 'energy_kwh', at), hours(6))
        assert.equal(
          rows.reduce((sum, row) => sum + row.resets, 0),
          1,
        )
        const energy_kwh = rows.reduce((sum, row) => sum + (row.energy_kwh ?? 0), 0)
        // It shows whole watt-hours: one may be lost with the reset, and one at each end.
        assert.ok(Math.abs(energy_kwh - (6 * FRIDGE_W) / 1000) < 0.003, `${energy_kwh}`)
        for (const row of rows) assert.ok(Math.abs((row.energy_kwh ?? 0) - FRIDGE_W / 1000) < 0.003)
      })
    }

    it('counts what it shows after an outage, as far as that can have been used', () => {
      const before = minutes(() => ({ power_w: 60, energy_kwh: 50 }), 0, 30)
      const possible = [...before, sample(5.5 * HOUR, { power_w: 60, energy_kwh: 0.3 })]
      const [, seen] = rolled(possible, hours(6))
      assert.deepEqual([seen?.timestamp, seen?.energy_kwh, seen?.resets], [5 * HOUR, 0.3, 1])
      const impossible = [...before, sample(5.5 * HOUR, { power_w: 60, energy_kwh: 40 })]
      const [first, again] = rolled(impossible, hours(6))
      assert.deepEqual([first?.energy_kwh, again?.energy_kwh, again?.resets], [0, undefined, 1])
    })
  })

  it('takes power where a false low value of the counter makes it useless for a moment', () => {
    const dips = minutes((minute) => ({ power_w: 600, energy_total_kwh: minute === 30 ? 3 : 1000 + minute / 100 }), -1)
    const [row] = rolled(dips, hours(1))
    assert.deepEqual([row?.energy_kwh, row?.energy_source, row?.resets], [0.6, 'mixed', 1])
  })

  it('takes noise of the counter back', () => {
    const noisy = minutes(
      (minute) => ({ power_w: 600, energy_total_kwh: 100 + minute / 100 - (minute % 7 === 3 ? 0.015 : 0) }),
      -1,
    )
    const [row] = rolled(noisy, hours(1))
    assert.deepEqual([row?.energy_kwh, row?.energy_source, row?.resets], [0.6, 'counter', 0])
  })

  it('counts whole kilowatt-hours of a meter that shows no less', () => {
    const meter = minutes((minute) => ({ power_w: 2000, energy_kwh: Math.floor(5.5 + minute / 30) }), -1)
    assert.equal(rolled(meter, hours(1))[0]?.energy_kwh, 2)
  })

  it('does not count a device by its own counter as well where ours is missing in some readings', () => {
    const both = minutes((minute) => ({
      ...(minute % 5 !== 2 && { energy_kwh: minute / 100 }),
      energy_total_kwh: 20 + minute / 100,
    }))
    assert.equal(rolled(both, hours(1))[0]?.energy_kwh, 0.6)
  })

  it('goes on by power where a counter comes late or is lost', () => {
    const late = minutes((minute) => ({ power_w: 600, ...(minute >= 30 && { energy_kwh: minute / 100 }) }), -1)
    const [row] = rolled(late, hours(1))
    assert.deepEqual([row?.energy_kwh, row?.energy_source], [0.6, 'mixed'])
    const lost = minutes((minute) => ({ power_w: 600, ...(minute <= 30 && { energy_kwh: minute / 100 }) }), -1)
    // For as long as the gap it may still come again.
    near(rolled(lost, hours(1))[0]?.energy_kwh, 0.6 - (0.6 * GAP) / HOUR, 1e-6)
  })

  it('covers neither an outage nor what lasts longer than the gap', () => {
    const rows = rolled(
      minutes((minute) => (minute >= 20 && minute < 40 ? undefined : { power_w: 60, on: 1 }), -1),
      hours(1),
    )
    // From 19 to 24 the last value holds.
    const expected = 3600 - 16 * 60
    assert.deepEqual(
      [rows[0]?.covered_s, rows[0]?.on_s, rows[0]?.fields.power_w?.held_s],
      [expected, expected, expected],
    )
    assert.equal(rows[0]?.completeness, 0.7333)
    assert.equal(rows[0]?.fields.power_w?.mean, 60)
    near(rows[0]?.energy_kwh, (0.06 * expected) / 3600, 1e-5)
  })

  it('leaves suspect readings out of everything', () => {
    const good = minutes((minute) => ({ power_w: 60, on: 1, energy_kwh: minute / 1000 }), -1)
    const suspects = [0.5, 12.3, 59.9].map((minute) =>
      sample(minute * MINUTE, { power_w: 9e5, on: 0, energy_kwh: 4 }, true),
    )
    const all = [...good, ...suspects].sort((one, other) => one.timestamp - other.timestamp)
    const [row] = rolled(all, hours(1))
    const [clean] = rolled(good, hours(1))
    assert.deepEqual(row, clean)
    assert.deepEqual(rolled(suspects, hours(1)), [])
  })

  it('counts switches where they are seen, over edges too', () => {
    const states = [1, 1, 0, 0, 1, 0]
    const samples = states.map((on, index) => sample((index * 30 - 15) * MINUTE, { on, power_w: 5 }))
    const rows = rolled(samples, hours(3), HOUR)
    assert.deepEqual(
      rows.map(({ switches, on_s }) => [switches, on_s]),
      [
        [1, 2700],
        [1, 900],
        [1, 900],
      ],
    )
    const withoutSwitch = rolled([sample(0, { temperature_c: 20 })], hours(1))
    assert.ok(withoutSwitch[0] && !('on_s' in withoutSwitch[0]) && !('switches' in withoutSwitch[0]))
  })

  it('takes what a switch does beyond on and off for the share of time', () => {
    const [row] = rolled([sample(0, { motion: 1 }), sample(MINUTE, { motion: 0 })], buckets(0, 4 * MINUTE))
    assert.deepEqual(row?.fields.motion, { mean: 0.25, minimum: 0, maximum: 1, p50: 0, p95: 1, held_s: 240 })
  })

  it('gives only the fields that were asked for, and energy and switching all the same', () => {
    const fields: MeasuredKey[] = ['temperature_c', 'power_w']
    const keys = rollUpFields(fields)
    const rolling = new Rolling({ buckets: hours(1), maximum_gap_ms: GAP, fields })
    const said: Values = { temperature_c: 21, power_w: 60, on: 1, voltage_v: 230 }
    for (let minute = 0; minute < 60; minute += 1) {
      rolling.push({ timestamp: minute * MINUTE, suspect: false, values: keys.map((key) => said[key] ?? Number.NaN) })
    }
    const [row] = rolling.finish()
    assert.deepEqual(Object.keys(row?.fields ?? {}), fields)
    assert.deepEqual([row?.on_s, row?.energy_kwh], [3600, 0.06])
  })

  it('rounds values to what every database keeps', () => {
    const random = seededRandom(8)
    const samples = minutes(() => ({ power_w: 100 * random(), temperature_c: 20 + random(), rssi_dbm: -60.4 }))
    const [row] = rolled(samples, hours(1))
    const digits = (value: number | undefined) => String(value).split('.')[1]?.length ?? 0
    const { power_w, temperature_c, rssi_dbm } = row?.fields ?? {}
    assert.ok(digits(power_w?.mean) <= 4 && digits(power_w?.minimum) <= 3 && digits(power_w?.p95) <= 3)
    assert.ok(digits(temperature_c?.mean) <= 3 && digits(temperature_c?.p50) <= 2)
    assert.deepEqual([rssi_dbm?.mean, rssi_dbm?.p50], [-60, -60])
    assert.ok(digits(row?.energy_kwh) <= 6)
  })

  it('gives no row of a bucket in which nothing is known, however many there are', () => {
    const far = 20_000
    const rows = rolled([sample(1, { power_w: 1 }), sample(far * HOUR, { power_w: 1 })], hours(far + 1))
    assert.deepEqual(
      rows.map(({ timestamp }) => timestamp),
      [0, far * HOUR],
    )
    assert.deepEqual(rolled([], hours(24)), [])
    assert.deepEqual(rolled([sample(0, { power_w: 1 })], []), [])
  })

  it('takes few megabytes for a bucket of a month, however often its power changes', () => {
    const month = 31 * 24 * HOUR
    const rolling = new Rolling({ buckets: buckets(0, month), maximum_gap_ms: GAP, fields: [] })
    const random = seededRandom(31)
    const values = Float64Array.from(rollUpFields([]), () => Number.NaN)
    const at = rollUpFields([]).indexOf('power_w')
    const said = new Float64Array(month / (10 * SECOND))
    const before = process.memoryUsage().arrayBuffers
    said.forEach((_, index) => {
      said[index] = values[at] = Math.round(1e6 * random() ** 3) / 1000
      rolling.push({ timestamp: index * 10 * SECOND, suspect: false, values })
    })
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 * 2 ** 20)
    const power_w = rolling.finish()[0]?.fields.power_w
    said.sort()
    near(power_w?.p50, said[said.length / 2] as number, 0.01)
    near(power_w?.p95, said[said.length * 0.95] as number, 0.01)
  })
})
