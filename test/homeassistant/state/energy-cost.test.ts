import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { EnergyCharges, type UsedEnergy } from '../../../src/domain/tariffs/energy-charges'
import { flatTariff } from '../../../src/domain/tariffs/flat-tariff'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { Pricing } from '../../../src/domain/tariffs/pricing'
import { EnergyCost, parseSavedCost, type SavedCost } from '../../../src/homeassistant/state/energy-cost'
import { BRITISH_NIGHT } from '../../domain/tariffs/real-tariffs'

const MINUTE = 60_000

/** One counter, read every minute unless said otherwise. */
class Meter {
  readonly cost: EnergyCost
  private readonly charges: EnergyCharges
  private timestamp = Date.UTC(2026, 0, 5)

  constructor(tariff = flatTariff(0.25, 'EUR'), saved?: SavedCost) {
    this.charges = new EnergyCharges(new Pricing(tariff))
    this.cost = new EnergyCost(tariff.currency, saved)
  }

  read(energy_kwh: number | undefined, timestamp = this.timestamp + MINUTE): boolean {
    this.timestamp = timestamp
    const reading = { timestamp, ...(energy_kwh !== undefined && { energy_kwh }) }
    return this.cost.observe(reading, (used: UsedEnergy) => this.charges.take(used))
  }
}

const restarted = ({ cost }: Meter) => parseSavedCost(JSON.parse(JSON.stringify(cost.save())))

describe('what energy costs', () => {
  it('is unknown before there is energy, and counts from there on', () => {
    const meter = new Meter()
    assert.deepEqual([meter.cost.value, meter.cost.save()], [undefined, undefined])
    assert.deepEqual([meter.read(100), meter.cost.value], [true, 0])
    assert.deepEqual([meter.read(104), meter.cost.value], [true, 1])
    assert.equal(meter.read(104), false)
  })

  it('goes on after a restart with what was used meanwhile, by the tariff of then', () => {
    const meter = new Meter()
    meter.read(100)
    meter.read(104)
    const later = new Meter(flatTariff(0.5, 'EUR'), restarted(meter))
    later.read(106)
    assert.equal(later.cost.value, 2)
  })

  it('spreads what was used over a restart evenly over the time since', () => {
    const night = parseTariff(BRITISH_NIGHT)
    const meter = new Meter(night)
    meter.read(10, Date.parse('2026-01-05T04:30Z'))
    const later = new Meter(night, restarted(meter))
    later.read(12, Date.parse('2026-01-05T06:30Z'))
    assert.equal(later.cost.value?.toFixed(6), (0.085 + 0.27).toFixed(6))
  })

  it('has used nothing while the counter stood still, which is kept now and then', () => {
    const night = parseTariff(BRITISH_NIGHT)
    const meter = new Meter(night)
    meter.read(10, Date.parse('2026-01-05T00:30Z'))
    assert.equal(meter.read(10, Date.parse('2026-01-05T00:40Z')), false)
    assert.equal(meter.read(10, Date.parse('2026-01-05T05:30Z')), true)
    const later = new Meter(night, restarted(meter))
    later.read(11, Date.parse('2026-01-05T06:30Z'))
    assert.equal(later.cost.value, 0.27)
  })

  it('takes all that was used over a restart for the present where nobody knows since when', () => {
    const saved = parseSavedCost({ amount: 1, energy_kwh: 10, currency: 'GBP' })
    const meter = new Meter(parseTariff(BRITISH_NIGHT), saved)
    meter.read(11, Date.parse('2026-01-05T06:30Z'))
    assert.equal(meter.cost.value, 1.27)
    assert.equal(meter.cost.save()?.timestamp, Date.parse('2026-01-05T06:30Z'))
  })

  it('begins anew in another currency', () => {
    const saved = { amount: 7, energy_kwh: 1, timestamp: 0, currency: 'EUR' }
    const later = new Meter(flatTariff(1, 'CHF'), saved)
    assert.equal(later.cost.value, undefined)
    later.read(9)
    assert.equal(later.cost.value, 0)
  })

  it('never falls, whatever a lost counter says', () => {
    const meter = new Meter()
    for (const energy_kwh of [100, 104, 3, NaN, -1, Infinity, undefined, 5]) meter.read(energy_kwh)
    assert.equal(meter.cost.value, 1.5)
    const { amount, energy_kwh } = meter.cost.save() ?? {}
    assert.deepEqual([amount, energy_kwh], [1.5, 5])
  })

  it('is not believed from a file that is damaged', () => {
    const sound = { amount: -1, energy_kwh: 2, timestamp: 5, currency: 'EUR' }
    assert.deepEqual(parseSavedCost({ ...sound, more: true }), sound)
    for (const given of [undefined, null, 5, 'x', [], {}, { ...sound, amount: '1' }, { ...sound, energy_kwh: -2 }]) {
      assert.equal(parseSavedCost(given), undefined)
    }
  })
})
