import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { composed } from '../../../src/database/roll-up/composed'
import type { DeviceRow } from '../../../src/database/roll-up/rolling'
import type { Sample } from '../../../src/database/roll-up/sample'
import { ROLL_UP_VERSION, type FieldRollUp, type RollUp } from '../../../src/database/tiers/roll-up'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { buckets, HOUR, hours, MINUTE, rolled, sample } from './rolled'

const DAY = buckets(0, 24 * HOUR)

function ofDevice(rows: readonly DeviceRow[]): RollUp[] {
  return rows.map((row) => ({ device_id: 'plug', ...row }))
}

function aRow(values: Partial<RollUp>): RollUp {
  return {
    ...{ device_id: 'plug', timestamp: 0, duration_ms: HOUR, samples: 10, covered_s: 3600, completeness: 1 },
    ...{ resets: 0, version: ROLL_UP_VERSION, fields: {} },
    ...values,
  }
}

function even(value: number, held_s = 3600): FieldRollUp {
  return { mean: value, minimum: value, maximum: value, p50: value, p95: value, held_s }
}

/** A day with outages, switches, resets, suspect readings, and readings that lack this and that. */
function aDay(seed: number): Sample[] {
  const random = seededRandom(seed)
  const samples: Sample[] = []
  let energy_kwh = 3 * random()
  for (let now = -HOUR; now < 25 * HOUR;) {
    const luck = random()
    const step = luck < 0.01 ? 3 * HOUR * random() : luck < 0.5 ? 2000 : MINUTE * random()
    const power_w = Math.round(1e5 * random() ** 4) / 100
    energy_kwh = luck > 0.998 ? 0 : energy_kwh + (power_w * step) / 3.6e9
    now += Math.ceil(step)
    const values = {
      on: Number(power_w > 5),
      ...(random() < 0.95 && { power_w }),
      ...(random() < 0.9 && { energy_kwh: Math.floor(1000 * energy_kwh) / 1000 }),
      ...(random() < 0.2 && { temperature_c: Math.round(3000 * random()) / 100 }),
    }
    samples.push(sample(now, values, random() < 0.02))
  }
  return samples
}

describe('composing rows', () => {
  it('gives what rolling up the readings gives, percentiles nearly', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const samples = aDay(seed)
      const [whole] = ofDevice(rolled(samples, DAY)) as [RollUp]
      const [made] = composed(ofDevice(rolled(samples, hours(24))), DAY) as [RollUp]
      const close = (actual: number | undefined, expected: number, by: number) =>
        assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= by, `${actual} is not ${expected}`)
      const { fields, energy_kwh = 0, energy_integral_kwh = 0 } = whole
      assert.deepEqual({ ...made, fields, energy_kwh, energy_integral_kwh }, whole)
      close(made.energy_kwh, energy_kwh, 24e-6)
      close(made.energy_integral_kwh, energy_integral_kwh, 24e-6)
      for (const key of ['power_w', 'temperature_c', 'on', 'energy_kwh'] as const) {
        const expected = fields[key] as FieldRollUp
        const found = made.fields[key] as FieldRollUp
        assert.deepEqual([found.minimum, found.maximum], [expected.minimum, expected.maximum])
        close(found.held_s, expected.held_s, 1e-9)
        close(found.mean, expected.mean, 1e-3 * Math.abs(expected.mean) + 1e-4)
        const range = expected.maximum - expected.minimum
        if (key === 'energy_kwh') continue
        close(found.p50, expected.p50, key === 'on' ? 0 : 0.15 * range)
        close(found.p95, expected.p95, key === 'on' ? 0 : 0.15 * range)
      }
    }
  })

  it('weighs means by the time that they are known for', () => {
    const rows = [
      aRow({ fields: { power_w: even(10, 3600) } }),
      aRow({ timestamp: HOUR, fields: { power_w: even(100, 900) } }),
      aRow({ timestamp: 2 * HOUR, fields: {} }),
    ]
    const [made] = composed(rows, DAY)
    assert.deepEqual(made?.fields.power_w, { mean: 28, minimum: 10, maximum: 100, p50: 10, p95: 100, held_s: 4500 })
  })

  it('takes values of a row to lie evenly between its percentiles', () => {
    const linear = { mean: 50, minimum: 0, p50: 50, p95: 95, maximum: 100, held_s: 3600 }
    const rows = [aRow({ fields: { power_w: linear } }), aRow({ timestamp: HOUR, fields: { power_w: linear } })]
    const found = composed(rows, DAY)[0]?.fields.power_w
    assert.deepEqual([found?.p50, found?.p95], [50, 95])
    const shifted = { ...linear, mean: 150, minimum: 100, p50: 150, p95: 195, maximum: 200 }
    const both = [rows[0] as RollUp, aRow({ timestamp: HOUR, fields: { power_w: shifted } })]
    const apart = composed(both, DAY)[0]?.fields.power_w
    assert.deepEqual([apart?.p50, apart?.p95], [100, 190])
  })

  it('knows from shares whether something was on for half of the time', () => {
    const share = (mean: number) => ({
      ...even(0),
      maximum: 1,
      mean,
      p50: Number(mean > 0.5),
      p95: Number(mean > 0.05),
    })
    const of = (...means: number[]) =>
      composed(
        means.map((mean, hour) => aRow({ timestamp: hour * HOUR, fields: { on: share(mean) } })),
        DAY,
      )[0]?.fields.on
    assert.deepEqual([of(0.4, 0.4)?.p50, of(0.4, 0.7)?.p50, of(0.04, 0.02)?.p95, of(0.04, 0.07)?.p95], [0, 1, 0, 1])
  })

  it('says where energy comes from', () => {
    const of = (...sources: (RollUp['energy_source'] | undefined)[]) => {
      const rows = sources.map((energy_source, hour) =>
        aRow({ timestamp: hour * HOUR, ...(energy_source && { energy_source, energy_kwh: 0.1 }) }),
      )
      const [made] = composed(rows, DAY)
      return [made?.energy_source, made?.energy_kwh]
    }
    assert.deepEqual(of('counter', 'counter', undefined), ['counter', 0.2])
    assert.deepEqual(of('integral'), ['integral', 0.1])
    assert.deepEqual(of('counter', 'integral', 'counter'), ['mixed', 0.3])
    assert.deepEqual(of('mixed', undefined), ['mixed', 0.1])
    assert.deepEqual(of(undefined), [undefined, undefined])
  })

  it('lets unknown stay unknown', () => {
    const [made] = composed([aRow({ samples: 0 })], DAY)
    assert.deepEqual(made, aRow({ samples: 0, duration_ms: 24 * HOUR, completeness: 0.0417 }))
  })

  it('counts a row once, in the bucket that it begins in, also where it goes beyond its end', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(lengths, lengths, (finer, coarser) => {
        const rows = buckets(0, ...finer).map(({ from, to }) =>
          aRow({ timestamp: from, duration_ms: to - from, samples: 1, covered_s: (to - from) / 1000 }),
        )
        const cut = buckets(0, ...coarser, 10_000)
        const made = composed(rows, cut)
        assert.equal(
          made.reduce((sum, { samples }) => sum + samples, 0),
          rows.length,
        )
        for (const { timestamp, duration_ms, samples, completeness } of made) {
          const begun = rows.filter((row) => row.timestamp >= timestamp && row.timestamp < timestamp + duration_ms)
          assert.equal(samples, begun.length)
          assert.ok(completeness <= 1)
        }
      }),
    )
  })

  it('leaves out rows that begin outside, and buckets in which none begins', () => {
    const rows = [-1, 0, 30, 48].map((hour) => aRow({ timestamp: hour * HOUR }))
    const days = buckets(0, 24 * HOUR, HOUR, 23 * HOUR)
    assert.deepEqual(
      composed(rows, days).map(({ timestamp, samples }) => [timestamp / HOUR, samples]),
      [
        [0, 10],
        [25, 10],
      ],
    )
    assert.deepEqual(composed([], days), [])
    assert.deepEqual(composed(rows, []), [])
  })

  it('gives the same by way of a tier between', () => {
    const samples = aDay(77)
    const finest = ofDevice(rolled(samples, buckets(0, ...Array<number>(96).fill(15 * MINUTE))))
    const direct = composed(finest, DAY)[0] as RollUp
    const stepwise = composed(composed(finest, hours(24)), DAY)[0] as RollUp
    assert.deepEqual({ ...stepwise, fields: {} }, { ...direct, fields: {} })
  })
})
