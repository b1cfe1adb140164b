import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { HouseholdCosts, type CostShare, type HouseholdUse } from '../../../src/domain/tariffs/household-costs'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { Pricing } from '../../../src/domain/tariffs/pricing'
import type { CostKind } from '../../../src/domain/tariffs/tariff'
import {
  AUSTRALIAN_DEMAND,
  BLOCKS,
  CALIFORNIAN_TIME_OF_USE,
  GERMAN_DAY_AND_NIGHT,
  REAL_TARIFFS,
  SPANISH_THREE_PERIODS,
} from './real-tariffs'

const HOUR_MS = 3_600_000

interface Range {
  readonly from: number
  readonly to: number
}

function range(from: string, to: string): Range {
  return { from: Date.parse(from), to: Date.parse(to) }
}

function sharesOf(
  tariff: object,
  uses: readonly HouseholdUse[],
  time: Range,
  device_ids = ['fridge', 'oven'],
): CostShare[] {
  const shares: CostShare[] = []
  const pricing = new Pricing(parseTariff(tariff))
  const costs = new HouseholdCosts({ pricing, ...time, device_ids, take: (share) => void shares.push(share) })
  for (const use of uses) costs.take(use)
  costs.finish()
  return shares
}

function total(shares: readonly CostShare[], kind?: CostKind, device_id?: string): number {
  return shares
    .filter((share) => (kind ?? share.kind) === share.kind && (device_id ?? share.device_id) === share.device_id)
    .reduce((sum, { amount }) => sum + amount, 0)
}

const taxOf = (shares: readonly CostShare[]) => shares.reduce((sum, { tax }) => sum + tax, 0)

function assertNear(actual: number, expected: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what} ${actual}, not ${expected}`)
}

/** A fridge of 100 W, hour by hour, and an oven of 2 kW from 17 to 18 UTC. */
function hoursOf({ from, to }: Range): HouseholdUse[] {
  const uses: HouseholdUse[] = []
  for (let at = from; at < to; at += HOUR_MS) {
    const oven_kwh = new Date(at).getUTCHours() === 17 ? 2 : 0
    const energy_kwh = new Map([
      ['fridge', 0.1],
      ['oven', oven_kwh],
    ])
    uses.push({ from: at, to: at + HOUR_MS, energy_kwh })
  }
  return uses
}

describe('What a household pays', () => {
  it('in Germany: by day and night, with the old price in the old year, the basic price, and VAT on both', () => {
    // From Wednesday to Friday.
    const time = range('2025-12-31T00:00+01:00', '2026-01-03T00:00+01:00')
    const shares = sharesOf(GERMAN_DAY_AND_NIGHT, hoursOf(time), time)
    // Each day: 16 hours of the fridge and the oven in HT, 8 hours of the fridge in NT.
    assertNear(total(shares, 'energy'), 3.6 * 0.29 + 0.8 * 0.22 + 2 * (3.6 * 0.31 + 0.8 * 0.24))
    assertNear(total(shares, 'service'), 11.9 / 31 + (2 * 12.5) / 31)
    assertNear(taxOf(shares), total(shares) * 0.19)
  })

  it('as much on a day of 23 or 25 hours, but for the hour', () => {
    for (const [day, hours] of [
      [range('2025-03-30T00:00+01:00', '2025-03-31T00:00+02:00'), 23],
      [range('2025-10-26T00:00+02:00', '2025-10-27T00:00+01:00'), 25],
    ] as const) {
      const shares = sharesOf(GERMAN_DAY_AND_NIGHT, hoursOf(day), day)
      assertNear(total(shares, 'energy'), (2 + hours * 0.1) * 0.22, 'a Sunday')
      assertNear(total(shares, 'service'), 11.9 / 31)
    }
  })

  it('in blocks: what the household has used before in the billing period decides, for all devices alike', () => {
    const time = range('2025-03-01T00:00+05:30', '2025-04-01T00:00+05:30')
    const day = { from: time.from, to: time.from + 24 * HOUR_MS }
    const use = (fridge: number, oven: number) => new Map(Object.entries({ fridge, oven }))
    const uses = [
      { ...day, energy_kwh: use(40, 40) },
      { from: day.to, to: day.to + HOUR_MS, energy_kwh: use(90, 270) },
    ]
    const shares = sharesOf(BLOCKS, uses, time)
    // 100 at 4, 200 at 6, 140 at 8; of what the second hour costs, the fridge has a quarter.
    assertNear(total(shares), 100 * 4 + 200 * 6 + 140 * 8)
    assertNear(total(shares, 'energy', 'fridge'), 40 * 4 + (20 * 4 + 200 * 6 + 140 * 8) / 4)
  })

  it('in blocks that begin anew with each billing period', () => {
    const time = range('2025-03-01T00:00+05:30', '2025-05-01T00:00+05:30')
    const energy_kwh = new Map([['fridge', 80]])
    const april = Date.parse('2025-04-01T00:00+05:30')
    const shares = sharesOf(
      BLOCKS,
      [
        { from: april - HOUR_MS, to: april + HOUR_MS, energy_kwh: new Map([['fridge', 160]]) },
        { from: april + HOUR_MS, to: april + 2 * HOUR_MS, energy_kwh },
      ],
      time,
    )
    assertNear(total(shares), 80 * 4 + 100 * 4 + 60 * 6)
  })

  it('in Australia: for the highest half hour of the month within the window, each device by its part in it', () => {
    const time = range('2025-12-01T00:00+11:00', '2026-01-01T00:00+11:00')
    const at = (text: string, kwh: number, device_id: string): HouseholdUse => ({
      from: Date.parse(text),
      to: Date.parse(text) + HOUR_MS / 4,
      energy_kwh: new Map([[device_id, kwh]]),
    })
    const uses = [
      at('2025-12-03T12:00+11:00', 9, 'oven'),
      at('2025-12-04T16:30+11:00', 0.5, 'oven'),
      at('2025-12-04T16:45+11:00', 1.5, 'fridge'),
      at('2025-12-05T17:15+11:00', 1, 'oven'),
      at('2025-12-05T17:30+11:00', 1, 'oven'),
    ]
    const shares = sharesOf(AUSTRALIAN_DEMAND, uses, time)
    assertNear(total(shares, 'demand'), 4 * 0.35 * 31)
    assertNear(total(shares, 'demand', 'fridge'), 3 * 0.35 * 31)
    assertNear(total(shares, 'service'), 0.95 * 31)
    assertNear(taxOf(shares), total(shares) / 10)
  })

  it('in Spain: a tax on a tax', () => {
    const time = range('2025-10-01T00:00+02:00', '2025-10-02T00:00+02:00')
    const shares = sharesOf(SPANISH_THREE_PERIODS, hoursOf(time), time)
    assertNear(taxOf(shares), total(shares) * (0.0511269632 + 1.0511269632 * 0.21))
  })

  it('in California: the minimum, once the billing period has ended', () => {
    const time = range('2025-03-14T00:00-07:00', '2025-04-14T00:00-07:00')
    const use = [{ from: time.from, to: time.from + HOUR_MS, energy_kwh: new Map([['fridge', 1]]) }]
    assertNear(total(sharesOf(CALIFORNIAN_TIME_OF_USE, use, time)), 11.1)
    const part = sharesOf(CALIFORNIAN_TIME_OF_USE, use, { from: time.from, to: time.to - 24 * HOUR_MS })
    assert.equal(total(part, 'minimum'), 0)
  })

  it('and shares evenly where nothing was used', () => {
    const time = range('2025-01-01T00:00+01:00', '2025-01-02T00:00+01:00')
    const shares = sharesOf(GERMAN_DAY_AND_NIGHT, [], time)
    assert.deepEqual(
      shares.map(({ device_id, kind }) => [device_id, kind]),
      [
        ['fridge', 'service'],
        ['oven', 'service'],
      ],
    )
    assertNear(total(shares), 11.9 / 31)
  })
})

describe('Costs, for every tariff and any use,', () => {
  const time = range('2025-03-14T00:00Z', '2025-04-20T00:00Z')
  const devices = ['fridge', 'oven', 'heater']
  const quarters = (time.to - time.from) / (HOUR_MS / 4)
  const wattHours = fc.integer({ min: 0, max: 60_000 }).map((count) => count / 1000)
  const anyUses = fc
    .array(
      fc.record({
        at: fc.nat({ max: quarters - 200 }),
        length: fc.integer({ min: 1, max: 200 }),
        kwh: fc.array(wattHours, { minLength: 3, maxLength: 3 }),
      }),
      { maxLength: 12 },
    )
    .map((found) => {
      const uses: HouseholdUse[] = []
      let free = 0
      for (const { at, length, kwh } of found.sort((one, other) => one.at - other.at)) {
        const begin = Math.max(at, free)
        if (begin + length > quarters) break
        free = begin + length
        const stretch = { from: time.from + (begin * HOUR_MS) / 4, to: time.from + (free * HOUR_MS) / 4 }
        uses.push({ ...stretch, energy_kwh: new Map(devices.map((device, index) => [device, kwh[index] ?? 0])) })
      }
      return uses
    })
  const anyTariff = fc.constantFrom(...REAL_TARIFFS)

  it('are the same for all devices together as for a household that has one', () => {
    fc.assert(
      fc.property(anyTariff, anyUses, (tariff, uses) => {
        const together = uses.map((use) => {
          const kwh = [...use.energy_kwh.values()].reduce((sum, each) => sum + each, 0)
          return { ...use, energy_kwh: new Map([['all', kwh]]) }
        })
        const [many, one] = [sharesOf(tariff, uses, time, devices), sharesOf(tariff, together, time, ['all'])]
        for (const kind of ['energy', 'service', 'demand', 'minimum'] as const) {
          assertNear(total(many, kind), total(one, kind), kind)
        }
        assertNear(taxOf(many), taxOf(one), 'tax')
      }),
      { numRuns: 60 },
    )
  })

  it('stay what they are where a use is split anywhere', () => {
    fc.assert(
      fc.property(anyTariff, anyUses, fc.integer({ min: 1, max: 99 }), (tariff, uses, percent) => {
        const split = uses.flatMap(({ from, to, energy_kwh }) => {
          const middle = from + Math.round(((to - from) * percent) / 100)
          const part = (share: number) => new Map(Array.from(energy_kwh, ([id, kwh]) => [id, kwh * share]))
          const first = (middle - from) / (to - from)
          return [
            { from, to: middle, energy_kwh: part(first) },
            { from: middle, to, energy_kwh: part(1 - first) },
          ]
        })
        const [whole, parts] = [sharesOf(tariff, uses, time, devices), sharesOf(tariff, split, time, devices)]
        for (const device of devices) {
          for (const kind of ['energy', 'service', 'demand'] as const) {
            const [one, other] = [total(parts, kind, device), total(whole, kind, device)]
            assert.ok(Math.abs(one - other) <= 1e-7 * Math.max(1, Math.abs(other)), `${kind} ${one}, not ${other}`)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('rise without a leap from block to block', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 600, noNaN: true }), (kwh) => {
        const cost = (energy: number) =>
          total(
            sharesOf(
              BLOCKS,
              [{ from: time.from, to: time.from + HOUR_MS, energy_kwh: new Map([['oven', energy]]) }],
              time,
            ),
          )
        const more = cost(kwh + 1e-6) - cost(kwh)
        assert.ok(more > 3.9e-6 && more < 8.1e-6, `${more} for a milliwatt-hour`)
      }),
      { numRuns: 50 },
    )
  })
})
