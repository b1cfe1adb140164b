import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { TimeRange } from '../../../src/database/history/record-source'
import type { DeviceRow } from '../../../src/database/roll-up/rolling'
import { rollUpFields } from '../../../src/database/roll-up/roll-up-fields'
import type { FieldRollUp } from '../../../src/database/tiers/roll-up'
import type { MeasuredKey } from '../../../src/domain/reading'
import { MOST_SUSPECTS } from '../../../src/database/roll-up/sample'
import { referenceRow, type ReferenceField, type ReferenceRow } from './reference'
import { buckets, needed, rolled, sample, type Values } from './rolled'

const KEYS = rollUpFields([])
const placeOf = (key: MeasuredKey) => KEYS.indexOf(key)
const PLACES = {
  on: placeOf('on'),
  power_w: placeOf('power_w'),
  energy_kwh: placeOf('energy_kwh'),
  energy_total_kwh: placeOf('energy_total_kwh'),
}

const steps = (maximum: number) => fc.integer({ min: 0, max: maximum }).map((count) => count / 1000)
const counter = fc.oneof(steps(50), steps(500), fc.constantFrom(3, 100))
// Megawatts, so that a millisecond of them can be told.
const power = fc.integer({ min: -50, max: 4000 }).map((kilowatts) => kilowatts * 1000)
const someValues = fc.record(
  {
    power_w: fc.oneof(power, fc.constantFrom(2000, 120_000)),
    on: fc.integer({ min: 0, max: 1 }),
    energy_kwh: counter,
    energy_total_kwh: counter,
    temperature_c: fc.integer({ min: -10, max: 30 }),
  },
  { requiredKeys: [] },
)
const LAST = 250
const someSamples = fc
  .array(fc.tuple(fc.integer({ min: 0, max: LAST }), someValues, fc.integer({ min: 0, max: 9 })), { maxLength: 30 })
  .map((drafts) => {
    const byTime = new Map(drafts.map((draft) => [draft[0], draft]))
    const inOrder = [...byTime.values()].sort((one, other) => one[0] - other[0])
    return inOrder.map(([timestamp, values, luck]) => sample(timestamp, values as Values, luck === 0))
  })
const someBuckets = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }))
  .map(([from, lengths]) => buckets(from, ...lengths))
const someGap = fc.integer({ min: 1, max: 40 })

function assertNear(actual: number | undefined, expected: number | undefined, within: number, name: string): void {
  if (actual === undefined || expected === undefined) assert.equal(actual, expected, name)
  else assert.ok(Math.abs(actual - expected) <= within, `${name}: ${actual} is not ${expected}`)
}

function assertRow(row: DeviceRow, expected: ReferenceRow): void {
  for (const key of [
    ...(['timestamp', 'samples', 'first_timestamp', 'last_timestamp'] as const),
    ...(['energy_source', 'resets', 'switches'] as const),
  ]) {
    assert.equal(row[key], expected[key], key)
  }
  for (const key of ['covered_s', 'on_s'] as const) assertNear(row[key], expected[key], 1e-9, key)
  for (const key of ['energy_kwh', 'energy_integral_kwh'] as const) assertNear(row[key], expected[key], 5.1e-7, key)
  assertNear(row.completeness, (expected.covered_s * 1000) / row.duration_ms, 5.1e-5, 'completeness')
  assert.deepEqual(
    Object.keys(row.fields).map((key) => placeOf(key as MeasuredKey)),
    [...expected.fields.keys()],
  )
  for (const [place, field] of expected.fields)
    assertField(row.fields[KEYS[place] as MeasuredKey] as FieldRollUp, field)
}

function assertField(field: FieldRollUp, expected: ReferenceField): void {
  assertNear(field.mean, expected.mean, 5.1e-4, 'mean')
  for (const key of ['minimum', 'maximum', 'p50', 'p95', 'held_s'] as const) {
    assertNear(field[key], expected[key], 5.1e-4, key)
  }
}

describe('rolling up any readings', () => {
  it('agrees with a look at every single millisecond', () => {
    fc.assert(
      fc.property(someSamples, someBuckets, someGap, (samples, of, gap) => {
        const places = KEYS.map((_, place) => place)
        const expected = of
          .map((bucket) => referenceRow(samples, bucket, gap, PLACES, places))
          .filter((row) => row !== undefined)
        const rows = rolled(samples, of, gap)
        assert.deepEqual(
          rows.map(({ timestamp }) => timestamp),
          expected.map(({ timestamp }) => timestamp),
        )
        rows.forEach((row, index) => assertRow(row, expected[index] as ReferenceRow))
      }),
      { numRuns: 150 },
    )
  })

  it('gives the same rows bucket by bucket as in one go, from what each needs', () => {
    fc.assert(
      fc.property(someSamples, someBuckets, someGap, (samples, of, gap) => {
        const whole = rolled(samples, of, gap)
        const alone = of.flatMap((bucket) => rolled(needed(samples, [bucket], gap), [bucket], gap))
        assert.deepEqual(alone, whole)
        const half = Math.floor(of.length / 2)
        const parts: TimeRange[][] = [of.slice(0, half), of.slice(half)]
        assert.deepEqual(
          parts.flatMap((part) => rolled(needed(samples, part, gap), part, gap)),
          whole,
        )
      }),
      { numRuns: 1000 },
    )
  })

  it('gives them as well where a meter says nonsense for long, and counts over little of it alone', () => {
    const nonsense = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => sample(from + 1 + index, { energy_kwh: 9000 }, true))
    for (const [count, used_kwh] of [
      [MOST_SUSPECTS, 0.5],
      [MOST_SUSPECTS + 1, undefined],
    ] as const) {
      const samples = [
        sample(10, { energy_kwh: 1 }),
        ...nonsense(10, count),
        ...[480, 490].map((now) => sample(now, { energy_kwh: 1.5 })),
      ]
      for (const of of [buckets(0, 500), buckets(0, 60, 200, 220, 20), buckets(100, 400), buckets(475, 10, 10)]) {
        const rows = rolled(samples, of, 20)
        assert.deepEqual(
          of.flatMap((bucket) => rolled(needed(samples, [bucket], 20), [bucket], 20)),
          rows,
        )
        const told = rows.find(({ timestamp, duration_ms }) => timestamp <= 480 && timestamp + duration_ms > 480)
        assert.equal(told?.energy_kwh || undefined, used_kwh)
      }
    }
  })

  it('loses no energy at edges: the rows of any buckets sum up to those of one', () => {
    const rising = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), steps(30)), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(rising, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (drafts, lengths) => {
        let at = 0
        let energy_kwh = 1
        const samples = drafts.map(([after, more_kwh]) => {
          at += after
          energy_kwh += more_kwh
          return sample(at, { energy_kwh })
        })
        const cut = buckets(0, ...lengths.filter((_, index) => index < 20))
        const end = cut.at(-1)?.to as number
        const total = (of: readonly TimeRange[]) =>
          rolled(samples, of, 1000).reduce((sum, row) => sum + (row.energy_kwh ?? 0), 0)
        assertNear(total(cut), total([{ from: 0, to: end }]), 1e-6 * cut.length, 'energy_kwh')
        const all = total([{ from: 0, to: at + 1 }])
        assertNear(all, energy_kwh - (samples[0]?.values[PLACES.energy_kwh] as number), 1e-6, 'all of it')
      }),
    )
  })
})
