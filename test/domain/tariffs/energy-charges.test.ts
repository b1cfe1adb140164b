import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { EnergyCharges, type UsedEnergy } from '../../../src/domain/tariffs/energy-charges'
import { HouseholdCosts } from '../../../src/domain/tariffs/household-costs'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { parsePeriodUse } from '../../../src/domain/tariffs/period-use'
import { Pricing } from '../../../src/domain/tariffs/pricing'
import { BLOCKS, GERMAN_DAY_AND_NIGHT, REAL_TARIFFS } from './real-tariffs'

const DAY_MS = 86_400_000
const chargesOf = (tariff: object) => new EnergyCharges(new Pricing(parseTariff(tariff)))
const used = (from: string, to: string, energy_kwh: number) => {
  return { from: Date.parse(from), to: Date.parse(to), energy_kwh }
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`)
}

/** What the bill of a household with one device says of its energy, with the tax on it. */
function billed(tariff: object, use: UsedEnergy): number {
  let sum = 0
  const pricing = new Pricing(parseTariff(tariff))
  const take = ({ kind, amount, tax }: { kind: string; amount: number; tax: number }) => {
    if (kind === 'energy') sum += amount + tax
  }
  const costs = new HouseholdCosts({ pricing, from: use.from, to: use.to, device_ids: ['a'], take })
  costs.take({ ...use, energy_kwh: new Map([['a', use.energy_kwh]]) })
  costs.finish()
  return sum
}

const uses = fc
  .record({
    from: fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2026, 11) }),
    long_ms: fc.integer({ min: 1, max: 31 * DAY_MS }),
    energy_kwh: fc.double({ min: 0.001, max: 900, noNaN: true }),
  })
  .map(({ from, long_ms, energy_kwh }) => ({ from, to: from + long_ms, energy_kwh }))
const anyTariff = fc.constantFrom(...REAL_TARIFFS)

describe('What energy costs while it is used', () => {
  it('is split by time where the price changes, with the tax on it and no service charge', () => {
    near(
      chargesOf(GERMAN_DAY_AND_NIGHT).take(used('2025-11-20T21:00+01:00', '2025-11-20T23:00+01:00', 1)),
      ((0.29 + 0.22) / 2) * 1.19,
    )
  })

  it('is by the new price from the first day that this holds', () => {
    // Weekdays, from ten o'clock to ten o'clock; the year begins between.
    near(
      chargesOf(GERMAN_DAY_AND_NIGHT).take(used('2025-12-31T22:00+01:00', '2026-01-01T02:00+01:00', 4)),
      (2 * 0.22 + 2 * 0.24) * 1.19,
    )
  })

  it('is that of the moment where no time has passed, or a clock was set back', () => {
    const [evening, night] = ['2025-11-20T21:00+01:00', '2025-11-20T23:00+01:00']
    near(chargesOf(GERMAN_DAY_AND_NIGHT).take(used(night, night, 1)), 0.22 * 1.19)
    near(chargesOf(GERMAN_DAY_AND_NIGHT).take(used(night, evening, 1)), 0.29 * 1.19)
  })

  it('is nothing before the tariff begins', () => {
    const tariff = { ...BLOCKS, versions: [{ valid_from: '2026-01-01', rows: [{ name: 'all', price_per_kwh: 2 }] }] }
    near(chargesOf(tariff).take(used('2025-12-31T00:00+05:30', '2026-01-02T00:00+05:30', 6)), 6)
    assert.equal(chargesOf(tariff).take(used('2025-12-30T00:00Z', '2025-12-30T00:00Z', 6)), 0)
  })

  it('is spread over the last month where somebody was silent for longer', () => {
    const rows = [{ name: 'all', price_per_kwh: 2 }]
    const versions = [{ rows }, { rows: [{ name: 'all', price_per_kwh: 3 }], valid_from: '2025-12-17' }]
    near(
      chargesOf({ ...BLOCKS, versions }).take(used('1975-01-01T00:00Z', '2026-01-01T00:00+05:30', 31)),
      16 * 2 + 15 * 3,
    )
  })

  it('goes up by blocks with what was taken in the billing period, and begins anew with the next', () => {
    const charges = chargesOf(BLOCKS)
    const [one, other] = ['2026-01-10T00:00+05:30', '2026-01-20T00:00+05:30']
    near(charges.take(used(one, other, 90)), 360)
    near(charges.costOf(used(one, other, 20)), 40 + 60)
    near(charges.take(used(one, other, 20)), 40 + 60)
    near(charges.take(used('2026-02-01T00:00+05:30', '2026-02-02T00:00+05:30', 10)), 40)
    near(charges.take(used(one, other, 10)), 60)
  })

  it('goes on in its block after a restart, unless the file is damaged', () => {
    const charges = chargesOf(BLOCKS)
    const use = used('2026-01-10T00:00+05:30', '2026-01-20T00:00+05:30', 100)
    charges.take(use)
    const saved = JSON.parse(JSON.stringify(charges.save())) as object[]
    const later = chargesOf(BLOCKS)
    later.restore(parsePeriodUse([null, { from: 'x' }, ...saved]) ?? [])
    near(later.take({ ...use, energy_kwh: 1 }), 6)
    assert.equal(parsePeriodUse({}), undefined)
    assert.deepEqual(parsePeriodUse([{ from: 0, used_kwh: -1 }, { from: 0, used_kwh: null }, 7]), [])
  })

  it('is the same however its time is cut', () => {
    fc.assert(
      fc.property(
        anyTariff,
        uses,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        (...given) => {
          const [tariff, { from, to, energy_kwh }, cuts] = given
          const [whole, parts] = [chargesOf(tariff), chargesOf(tariff)]
          const edges = [...new Set([from, ...cuts.map((cut) => Math.round(from + cut * (to - from))), to])].sort()
          const sum = edges.slice(1).reduce((total, edge, index) => {
            const start = edges[index] as number
            const part = { from: start, to: edge, energy_kwh: (energy_kwh * (edge - start)) / (to - from) }
            return total + parts.take(part)
          }, 0)
          near(sum, whole.take({ from, to, energy_kwh }))
        },
      ),
      { numRuns: 20 },
    )
  })

  it('is what the bill says of the energy', () => {
    fc.assert(
      fc.property(anyTariff, uses, (tariff, use) => near(chargesOf(tariff).take(use), billed(tariff, use))),
      { numRuns: 15 },
    )
  })
})
